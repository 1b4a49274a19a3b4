"""What people do to runs and events."""
