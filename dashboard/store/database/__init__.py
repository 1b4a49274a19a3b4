"""Statements, transactions and locks."""
