"""A page on paper: whole, and without what can only be clicked."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from dashboard.models import Run
from tests.browser.conftest import SHOTS, Visit
from tests.dashboard import factories

LINES = [f"frame {at:04} of shot_010 copied" for at in range(300)]
TRACEBACK = {
    "type": "OperationalError",
    "message": "database is locked",
    "frames": [
        {
            "file": f"/studio/callback/part{at}.py",
            "line": at,
            "function": f"step{at}",
            "code": f"connect_to({at})",
        }
        for at in range(12)
    ],
    "locals": {f"name{at}": f"value{at}" for at in range(20)},
}


def failed() -> Run:
    """A run with everything that a page of it can show."""
    run = factories.run(
        state="failed",
        reason="raised OperationalError",
        traceback=TRACEBACK,
        notes=["sys.exit() would have ended Qube's own supervisor process"],
        actions=[{"verb": "unblock", "targets": ["5042"], "applied": ["5042.0"]}],
        job_then={"id": 5042, "name": "shot_010", "last": "the last member"},
    )
    factories.output(run, "\n".join(LINES).encode())
    return run


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("landscape", [True, False], ids=["landscape", "portrait"])
def test_a_printed_run_is_whole(visit: Visit, landscape: bool, theme: str) -> None:
    page = visit(reverse("run", args=[failed().pk]), theme=theme)
    printed = page.pdf(format="A4", landscape=landscape, print_background=True)
    SHOTS.mkdir(exist_ok=True)
    (SHOTS / f"print-{theme}-{'wide' if landscape else 'tall'}.pdf").write_bytes(
        printed
    )
    words = " ".join(
        " ".join(
            sheet.extract_text() for sheet in PdfReader(io.BytesIO(printed)).pages
        ).split()
    )
    assert [line for line in LINES if line not in words] == []
    for at in range(12):
        assert f"connect_to({at})" in words
    for said in ("OperationalError: database is locked", "value19", "the last member"):
        assert said in words
    for said in ("unblock", "supervisor process", "failed-job-self", "Queued"):
        assert said in words
    for button in ("Replay", "Dismiss", "Test fire", "Log out", "Shortcuts"):
        assert button not in words
