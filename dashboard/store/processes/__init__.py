"""Which processes live, and lived."""
