"""Keeps a row for every job that failed, so that failures can be counted.

Mapped in callbacks.conf as

    logFailuresToDB.py = failed-job-self

The rows go into an SQLite file, failures.sqlite3 beside this script, or the file that the
environment variable CALLBACK_FAILURES_DB names. Look at them with

    sqlite3 failures.sqlite3 "SELECT * FROM failures ORDER BY failed_at DESC LIMIT 20"

SQLite needs a local disk: on NFS or SMB its locks cannot be trusted. For a database server,
change `connect` and nothing else; every Python driver has the same methods.
"""

import os
import sqlite3
from contextlib import closing

import qb  # there with or without this line

HERE = os.path.dirname(os.path.abspath(__file__))
DATABASE = os.environ.get(
    "CALLBACK_FAILURES_DB", os.path.join(HERE, "failures.sqlite3")
)

TABLE = """
CREATE TABLE IF NOT EXISTS failures (
    failed_at REAL NOT NULL,        -- Unix seconds, as the event says
    jobid INTEGER NOT NULL,
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    cluster TEXT NOT NULL,
    prototype TEXT NOT NULL,
    failed_items TEXT NOT NULL,     -- names, with commas between: 7,12,13
    hosts TEXT NOT NULL             -- where those items ran
)
"""


def connect():
    """Open the database, made with its table at the first failure."""
    # Two jobs may fail at the same moment: the second waits up to ten seconds for the first.
    database = sqlite3.connect(DATABASE, timeout=10)
    database.execute(TABLE)
    return database


def row(job, failed_at):
    """One row: what somebody asks first about a failed job."""
    failed = [item for item in job["agenda"] if item["status"] == "failed"]
    hosts = sorted({item["host"] for item in failed if item["host"]})
    return (
        failed_at,
        job["id"],
        job["name"],
        job["user"],
        job["cluster"],
        job["prototype"],
        ",".join(item["name"] for item in failed),
        ",".join(hosts),
    )


def main():
    found = qb.jobinfo("-id", qb.jobid())
    if not found:
        # The job may be gone already when the callback's turn comes.
        print("job %s is gone, nothing to keep" % qb.jobid())
        return
    # closing() closes the file; `with database` commits, or rolls back on an exception.
    with closing(connect()) as database, database:
        database.execute(
            "INSERT INTO failures VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            row(found[0], qb.event()["time"]),
        )
    print("kept the failure of job %(id)s, %(name)s" % found[0])


# An exception is not caught on purpose: the run then fails and shows its traceback, which is
# the only way anybody learns that failures are not being kept.
main()
