"""Callbacks that start processes of their own with `multiprocessing`."""

from __future__ import annotations

import pytest

from tests.core.runner.rig import PATIENT, Running, succeeded, text

POOL = """\
import qb
from multiprocessing import get_context

def ask(number):
    try:
        qb.jobinfo("-id", number)
    except qb.FarmError as error:
        return "%d: %s" % (qb.jobid(), str(error).split(",")[0])

if __name__ == "__main__":
    with get_context(METHOD).Pool(1) as pool:
        print(pool.map(ask, [1])[0])
    print(qb.jobinfo("-id", 1)[0]["name"])
"""
EXECUTOR = """\
import qb
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

def double(number):
    return 2 * number

if __name__ == "__main__":
    with ProcessPoolExecutor(1, mp_context=get_context("forkserver")) as executor:
        print(executor.submit(double, 21).result())
"""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_qb_is_there_in_processes_of_its_own_and_says_that_it_cannot_ask(
    both: Running, method: str
) -> None:
    outcome = both.run(f"METHOD = {method!r}\n{POOL}", limits=PATIENT)
    assert text(outcome) == (
        "5042: qb works only in the callback's own process\nshot_010\n"
    )


def test_an_executor_ends_as_in_any_script(both: Running) -> None:
    outcome = both.run(EXECUTOR, limits=PATIENT)
    assert (succeeded(outcome), text(outcome)) == (True, "42\n")


def test_a_script_that_it_starts_finds_the_site_s_own_qb(both: Running) -> None:
    (both.elsewhere / "qb.py").write_text("print('the external one')\n")
    source = f"""\
import os, subprocess, sys
subprocess.check_call([sys.executable, "-c", "import qb"],
                      env=dict(os.environ, PYTHONPATH={str(both.elsewhere)!r}))
"""
    assert text(both.run(source, limits=PATIENT)) == "the external one\n"
