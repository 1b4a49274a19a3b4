"""A save that is killed leaves the file whole: promise 4."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from qubecb.conffile.storage import read

SAVER = """\
import sys
from pathlib import Path
from qubecb.conffile.storage import read, save

path = Path(sys.argv[1])
number = 0
while True:
    number += 1
    save(path, b"%d\\n" % number * 50_000, read(path))
    if number == int(sys.argv[2]):
        print("going", flush=True)
"""


@pytest.mark.parametrize("saves", [1, 2, 3, 5, 8])
def test_whenever_a_save_is_killed_the_file_is_whole(
    tmp_path: Path, saves: int
) -> None:
    path = tmp_path / "callbacks.conf"
    path.write_bytes(b"0\n" * 50_000)
    with subprocess.Popen(
        [sys.executable, "-c", SAVER, str(path), str(saves)],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"going\n"
        process.kill()
    lines = read(path).splitlines()
    assert len(lines) == 50_000
    assert len(set(lines)) == 1
    assert int(lines[0]) >= saves
