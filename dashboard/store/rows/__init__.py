"""Which columns runs, events and jobs have, and how a row is written and read."""
