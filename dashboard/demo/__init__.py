"""A believable farm: a week of events and runs, made up."""
