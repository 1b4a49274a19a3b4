"""Django's backend for PostgreSQL, with sessions that end when their host is gone."""
