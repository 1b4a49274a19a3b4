"""Does a callback begin and end as `python script.py` does, with every Python found?

    python bench/endings.py [--python PATH ...] [--only TEXT] [--show]

Runs the table of tests/core/runner/hosting/endings, some hundred small scripts, by each interpreter
itself, as callbacks that are forked, and as callbacks in fresh processes. Prints how many are
equal in exit status, output and files, and names the others; `--show` tells what differs.
"""

from __future__ import annotations

import argparse
import difflib
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.core.runner.hosting.endings.table import CASES, MODES, Ended, Table
from tests.core.runner.pythons import found


def differences(right: Ended, ended: Ended) -> list[str]:
    """What is not equal, in lines."""
    told = []
    if right.status != ended.status:
        told.append(f"status {ended.status}, not {right.status}")
    told += difflib.unified_diff(
        right.output.splitlines(), ended.output.splitlines(), lineterm="", n=1
    )
    names = sorted(right.files.keys() | ended.files.keys())
    return told + [
        f"file {name}: {_shown(ended, name)}, not {_shown(right, name)}"
        for name in names
        if right.files.get(name) != ended.files.get(name)
    ]


def _shown(ended: Ended, name: str) -> str:
    return repr(ended.files.get(name))[:100]


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--python", nargs="*", help="interpreters; all if not given")
    arguments.add_argument("--only", default="", help="cases whose names have this")
    arguments.add_argument("--show", action="store_true", help="tell what differs")
    chosen = arguments.parse_args()
    cases = {name: text for name, text in CASES.items() if chosen.only in name}
    good = True
    print(f"{'python':50} {'fork':>12} {'fresh':>12}")
    for python in chosen.python or found():
        with tempfile.TemporaryDirectory() as root:
            table = Table(python, Path(root), cases)
        wrong = [
            (name, mode)
            for mode in MODES
            for name in cases
            if table.callbacks[mode][name] != table.right[name]
        ]
        equal = [sum(mode == each for _, each in wrong) for mode in MODES]
        shown = [f"{len(cases) - missed} of {len(cases)}" for missed in equal]
        print(f"{python:50} {shown[0]:>12} {shown[1]:>12}", flush=True)
        for name, mode in wrong:
            good = False
            print(f"    {mode}: {name}")
            if chosen.show:
                lines = differences(table.right[name], table.callbacks[mode][name])
                print("".join(f"        {line}\n" for line in lines), end="")
    raise SystemExit(not good)


if __name__ == "__main__":
    main()
