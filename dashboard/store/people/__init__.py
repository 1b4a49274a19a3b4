"""People, tokens, their names and choices, and the audit log."""
