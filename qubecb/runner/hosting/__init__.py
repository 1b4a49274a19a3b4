"""The processes that start callbacks, and our code inside a callback's process.

`python_host/` is the program that forks, `python_child/` begins and ends a Python callback in
the child, `inside/` is the `qb` that callbacks import. The other modules are the worker's side.
"""
