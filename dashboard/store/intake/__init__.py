"""Events come in: checked, known ones dropped, one commit for all that wait."""
