"""What runs a Python callback within its own process: plain Python 3.6, standard library.

No script can import anything of it; `qb`, which scripts import, is kept in `inside`.
"""
