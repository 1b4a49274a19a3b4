#!/usr/bin/env python
"""Django's command line for qubecb."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line
from django.db import DatabaseError, InterfaceError

from qubecb.errors import ConfigurationError, StoreError

if __name__ == "__main__":
    # what this service writes is its own; callbacks get the usual 022 back
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.project.settings")
    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)
    except (ConfigurationError, StoreError) as error:
        sys.exit(f"qubecb: {error}")
    except (DatabaseError, InterfaceError) as error:
        sys.exit(f"qubecb: the database does not work: {error}")
