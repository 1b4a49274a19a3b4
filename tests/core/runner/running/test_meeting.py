"""What a script meets: the same in both modes."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from tests.core.runner.rig import (
    PATIENT,
    Running,
    event,
    succeeded,
    text,
    wait_until,
)


def printed(running: Running, source: str, **more: Any) -> str:
    outcome = running.run(source, limits=PATIENT, **more)
    assert succeeded(outcome), text(outcome)
    return text(outcome)


def test_it_is_the_main_module_with_its_file(both: Running) -> None:
    source = (
        "import sys, __main__\nprint(__name__, __file__, __main__.__file__, sys.argv)"
    )
    path = both.scripts / "script.py"
    assert printed(both, source) == f"__main__ {path} {path} ['{path}']\n"


def test_qb_is_there_without_an_import(both: Running) -> None:
    source = "print(qb.jobid(), qb.workid(), qb.event()['name'])"
    assert printed(both, source) == "5042 5042:7 failed\n"


def test_qb_is_the_same_with_an_import(both: Running) -> None:
    source = (
        "there = qb\nimport qb\nprint(there is qb, qb.jobinfo('-id', 5042)[0]['name'])"
    )
    assert printed(both, source) == "True shot_010\n"


def test_neighbours_can_be_imported_and_are_never_stale(both: Running) -> None:
    neighbour = both.scripts / "neighbour.py"
    for answer in ("41", "42"):
        neighbour.write_text(f"answer = {answer}\n")
        assert (
            printed(both, "import neighbour; print(neighbour.answer)") == f"{answer}\n"
        )


def test_names_of_our_own_modules_are_free(both: Running) -> None:
    for name in ("child", "report", "become", "at_fork", "memory", "sessions", "host"):
        (both.scripts / f"{name}.py").write_text(f"own = '{name}'\n")
        assert printed(both, f"import {name}; print({name}.own)") == f"{name}\n"


def test_a_changed_script_counts_at_once(both: Running) -> None:
    for answer in ("1", "2", "3"):
        assert printed(both, f"print({answer})") == f"{answer}\n"


def test_the_environment_tells_of_the_run(both: Running) -> None:
    source = """
import os
for name in ('QBJOBID', 'QBDIR', 'QUBECB_EVENT', 'QUBECB_TEST'):
    print(name, os.environ.get(name))
print(os.getcwd(), oct(os.umask(0)), os.getsid(0) == os.getpid())
"""
    assert printed(both, source, test=True) == (
        "QBJOBID 5042\nQBDIR /usr/local/pfx/qube\nQUBECB_EVENT failed-work-7\n"
        f"QUBECB_TEST 1\n{both.scripts} 0o22 True\n"
    )


@pytest.mark.parametrize("name", ["script.py", "script.pl"])
def test_qbdir_is_that_of_the_moment(both: Running, name: str) -> None:
    source = {
        "script.py": "import os; print(os.environ['QBDIR'])",
        "script.pl": 'print "$ENV{QBDIR}\\n";',
    }[name]
    for place in ("/opt/qube", "/usr/local/pfx/qube"):
        both.runner.configure(dataclasses.replace(both.settings, qbdir=place))
        both.write(source, name)
        assert text(both.wait(both.start(name))) == f"{place}\n"


def test_the_environment_tells_nothing_of_another_run(both: Running) -> None:
    source = "import os; print(os.environ.get('QUBECB_WORKID'), os.environ['QBJOBID'])"
    assert printed(both, source) == "5042:7 5042\n"
    about = event(name="failed", type="job", extra=None, job={"id": 17})
    assert printed(both, source, about=about) == "None 17\n"


def test_the_service_s_own_settings_are_hidden(both: Running) -> None:
    source = "import os; print(sorted(n for n in os.environ if n.startswith('QUBECB')))"
    assert "QUBECB_SECRET_KEY" not in printed(both, source)


def test_signal_handlers_are_those_of_a_new_program(both: Running) -> None:
    source = """
import signal
print([n for n in range(1, 32) if signal.getsignal(n) not in (signal.SIG_DFL, None)])
"""
    assert printed(both, source) == "[2, 13, 25]\n"  # as in any Python


def test_files_left_open_lose_nothing(both: Running, tmp_path: Path) -> None:
    file = tmp_path / "left_open.txt"
    printed(
        both,
        f"class Log: pass\nlog = Log()\nlog.me = log\nlog.file = open({str(file)!r}, 'w')\nlog.file.write('kept')",
    )
    assert file.read_text() == "kept"


def test_finalizers_run_while_the_script_s_modules_are_there(both: Running) -> None:
    source = """
import os
class Last:
    def __del__(self):
        print('finalized', os.sep)
last = Last()
"""
    assert printed(both, source) == "finalized /\n"


def test_threads_are_joined_and_atexit_is_run(both: Running) -> None:
    source = """
import atexit, threading, time
atexit.register(print, 'atexit')
threading.Thread(target=lambda: (time.sleep(0.1), print('thread'))).start()
print('end')
"""
    assert printed(both, source) == "end\nthread\natexit\n"


def test_a_traceback_is_the_script_s_own_and_structured(both: Running) -> None:
    source = "shot = 'sh010'\ndef fail(n):\n    return n / 0\nfail(1)\n"
    outcome = both.run(source)
    path = str(both.scripts / "script.py")
    assert outcome.traceback == {
        "type": "ZeroDivisionError",
        "message": "division by zero",
        "frames": [
            {"file": path, "line": 4, "function": "<module>", "code": "fail(1)"},
            {"file": path, "line": 3, "function": "fail", "code": "return n / 0"},
        ],
        "locals": {"shot": "'sh010'"},
    }
    assert "child.py" not in text(outcome)
    assert text(outcome).endswith("\nZeroDivisionError: division by zero\n")


def test_script_and_hash_are_kept_with_the_run(both: Running) -> None:
    outcome = both.run("print(1)")
    assert outcome.script == b"print(1)"
    assert len(outcome.script_sha256) == 64


def test_a_site_s_callback_has_no_job(both: Running) -> None:
    about = dataclasses.replace(event(), job=dataclasses.replace(event().job, id=0))
    assert printed(both, "print(qb.jobid())", about=about) == "0\n"


def test_output_can_be_followed_while_it_runs(both: Running) -> None:
    both.write("import time; print('begun'); time.sleep(60)")
    run_id = both.start(limits=PATIENT)
    both.until(lambda: both.live_output(run_id) == b"begun\n")
    both.runner.cancel(run_id, "seen")
    both.wait(run_id)


def test_its_time_is_its_own_however_busy_the_worker_is(both: Running) -> None:
    both.write("import time; time.sleep(0.3); print('done', flush=True)")
    run_id = both.start(limits=PATIENT)
    wait_until(lambda: both.live_output(run_id) == b"done\n")
    assert both.wait(run_id).seconds >= 0.3
