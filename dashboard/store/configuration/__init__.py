"""Callback directories: what is there, its revisions and names, what is bound, paused or absent."""
