"""Callback directories on disk: callbacks.conf without losing a byte, scripts, qb.conf.

The way through: `storage` reads bytes, `document` holds them as lines, `parsing` says what
each line is, `options` reads the comment lines that set one callback's limits, `editing`
makes a new document, `meaning` says what counts for the dispatcher, `catalog` brings a
directory's file and scripts together, `qb_conf` reads Qube's own configuration.
"""

from __future__ import annotations
