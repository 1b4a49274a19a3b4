"""What a host's process executes: little, since all of it is freed before a script begins.

Plain Python 3.6.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from qubecb.runner.hosting.python_host import host
else:
    if getattr(sys.flags, "safe_path", False):  # then nobody else has put it there
        sys.path.insert(0, __file__.rpartition("/")[0])
    import host

if __name__ == "__main__":
    host.main(sys.argv[1:])
