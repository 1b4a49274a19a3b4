"""The columns of runs, events and jobs, and how a row is written and read."""
