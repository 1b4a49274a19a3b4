"""The dispatcher's ports on the tables: what a batch reads and writes."""
