"""The dispatcher's port on the tables: what a batch reads, and what it writes."""
