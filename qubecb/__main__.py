"""`python -m qubecb`: the command line."""

from __future__ import annotations

import sys

from qubecb.cli import main

sys.exit(main())
