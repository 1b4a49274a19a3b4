"""A script that is a link: a service that runs as root follows it only to what all may read."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from qubecb.runner.outcome import RunState
from tests.core.runner.rig import PATIENT, Running, text

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root is held back")


@pytest.fixture
def repository() -> Iterator[Path]:
    """A script in a folder that everybody may look into; pytest's own are closed."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        script = Path(folder, "report.py")
        script.write_text("print('secret')\n")
        script.chmod(0o644)
        yield script


def test_a_script_of_the_farms_repository_runs(own: Running, repository: Path) -> None:
    (own.scripts / "report.py").symlink_to(repository)
    outcome = own.wait(own.start("report.py", PATIENT))
    assert text(outcome) == "secret\n"


def test_a_link_to_a_secret_runs_nothing_and_keeps_nothing(
    own: Running, repository: Path
) -> None:
    repository.chmod(0o600)
    (own.scripts / "report.py").symlink_to(repository)
    outcome = own.wait(own.start("report.py", PATIENT))
    assert outcome.state is RunState.FAILED
    assert "not everybody may read" in outcome.reason
    assert (outcome.script, text(outcome)) == (b"", "")
