"""Runs in progress: their states, what moves them on, and what is kept of them.

`engine.py` has the loop, `states.py` what a run may be; docs/architecture.md has the drawing.
"""
