"""Events come in: they are checked, duplicates are dropped, and all that wait share one commit."""
