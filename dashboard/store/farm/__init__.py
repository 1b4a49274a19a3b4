"""The embedded farm: what callbacks ask and what their verbs do."""
