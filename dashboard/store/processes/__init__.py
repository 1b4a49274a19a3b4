"""Which processes are alive, and when each was."""
