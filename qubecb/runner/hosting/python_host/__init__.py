"""The processes that start callbacks: plain Python 3.6, standard library, one thread.

`host.py`, begun by `program.py`, runs under the interpreter of the callbacks (the fork server) and
under the worker's own (the launcher). `sessions.py` is used by the worker too.
"""
