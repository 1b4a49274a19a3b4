"""Callback directories: what is on disk, revisions, names, bindings, pauses and absences."""
