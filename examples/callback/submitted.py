"""Notes every job that is submitted, one line each.

Mapped in callbacks.conf as

    submitted.py = submit-job-self

The smallest useful callback, after the example in Qube's documentation. It writes to
submitted.log beside this file; anything that is printed goes to the run's output instead.
"""

import os
import traceback

import qb  # there with or without this line

LOG = os.path.join(os.path.dirname(os.path.abspath(__file__)), "submitted.log")

# Append mode: several callbacks may write at the same moment, each a line of its own.
with open(LOG, "a") as log:
    try:
        # jobinfo takes pairs as on a command line and gives a list of dicts, here of one.
        job = qb.jobinfo("-id", qb.jobid())[0]
        log.write("submitted %(id)s: %(name)s\n" % job)
    except Exception:
        # Without this, a failure would show on the run's page only. That is often enough;
        # it is here because the file is where people look.
        log.write(traceback.format_exc())
