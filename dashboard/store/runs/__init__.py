"""Runs are given out, recorded, settled, counted and pruned."""
