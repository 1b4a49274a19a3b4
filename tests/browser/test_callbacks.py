"""Callbacks and triggers, looked at and used."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from dashboard.models import PauseRecord
from dashboard.store.configuration.editing import observe_all
from tests.browser.conftest import WIDTHS, Look, Visit, fits
from tests.dashboard import factories

CONFIG = """\
# qubecb: timeout=300 memory=4G
mail.py = failed-job-self
gone.py = (complete-work-ribgen-3 && complete-work-render-3) || done-job-composite
report.pl = done-wrk-self-*
words
"""


@pytest.fixture
def busy(data: Path, transactional_db: None) -> str:
    """A directory with something wrong, and runs of mail.py; gives its path."""
    directory = data / "callback"
    (directory / "callbacks.conf").write_text(CONFIG)
    (directory / "unmapped.py").write_text("print('never')\n")
    place = str(directory)
    observe_all()
    factories.heartbeat()
    for hour in range(24):
        factories.roll_up(hour, directory=place, succeeded=hour, failed=hour % 4)
    for state in ("queued", "failed", "succeeded"):
        factories.run(directory=place, state=state, script_sha256="a" * 64)
    factories.pause(directory=place)
    factories.event()
    return place


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("callbacks", "/callbacks/"),
        ("callback", "/callbacks/callback/mail.py/"),
        ("callback-source", "/callbacks/callback/mail.py/?view=source"),
        ("callback-changes", "/callbacks/callback/mail.py/?view=changes"),
        ("pause", "/callbacks/pause/?directory=callback&file=mail.py"),
        ("cancel-queued", "/callbacks/cancel/?directory=callback&file=mail.py"),
        ("triggers", "/triggers/?since=7d"),
        ("trigger", "/triggers/one/?text=failed-job-self"),
        ("configuration", "/configuration/callback/"),
        ("configuration-form", "/configuration/callback/?edit=2"),
        ("configuration-new", "/configuration/callback/?add="),
        ("revisions", "/configuration/callback/revisions/"),
    ],
)
def test_a_page_is_usable_by_everybody(
    look: Look, busy: str, name: str, path: str
) -> None:
    look(name, path)


def test_a_callback_is_paused_and_resumed(visit: Visit, data: Path) -> None:
    page = visit("/callbacks/")
    page.get_by_role("link", name="Pause mail.py").click()
    page.get_by_label("Why").fill("mail server is down")
    page.get_by_role("button", name="Pause this callback").click()
    expect(
        page.get_by_text("Paused mail.py, until somebody resumes it.")
    ).to_be_visible()
    assert PauseRecord.objects.get().reason == "mail server is down"
    page.get_by_role("button", name="Resume mail.py").click()
    expect(page.get_by_text("Resumed mail.py.")).to_be_visible()
    assert not PauseRecord.objects.filter(ended_at=None).exists()


def test_the_list_is_filtered_in_place_and_in_the_address(
    visit: Visit, busy: str
) -> None:
    page = visit("/callbacks/")
    page.get_by_label("Which callbacks").select_option("unmapped")
    expect(page.locator("#callbacks tbody tr")).to_have_count(1)
    expect(page.locator("#callbacks")).to_contain_text("unmapped.py")
    assert "show=unmapped" in page.url


def test_without_javascript_everything_can_be_read_and_done(
    visit: Visit, data: Path
) -> None:
    page = visit("/configuration/callback/", "editor", scripts=False)
    page.get_by_role("button", name="Edit the mapping of mail.py").click()
    page.get_by_label("Trigger", exact=True).fill("done-job-self")
    page.get_by_role("button", name="Apply to the text").click()
    expect(page.locator("#text")).to_have_value("mail.py = done-job-self\n")
    page.get_by_role("button", name="Review and save").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as revision")).to_be_visible()
    conf = data / "callback" / "callbacks.conf"
    assert conf.read_text() == "mail.py = done-job-self\n"


def test_very_long_names_and_triggers_keep_their_rows_low(
    visit: Visit, data: Path
) -> None:
    name = "n" * 180 + ".py"
    trigger = " || ".join(f"complete-work-self-{at}" for at in range(120))
    (data / "callback" / "callbacks.conf").write_text(f"{name} = {trigger}\n")
    page = visit("/callbacks/")
    row = page.locator("#callbacks tbody tr").first
    for width, most in ((1440, 110), (390, 300)):
        page.set_viewport_size({"width": width, "height": 900})
        fits(page, "callbacks")
        assert row.evaluate("(row) => row.offsetHeight") <= most
    titles = row.locator("[title]").evaluate_all("(all) => all.map((one) => one.title)")
    assert name in titles
    assert trigger in titles


def test_a_finding_is_read_in_lines_beside_the_button_that_mends_it(
    visit: Visit, data: Path
) -> None:
    conf = data / "callback" / "callbacks.conf"
    conf.write_text("mail.py = done-job-self-5\n")
    page = visit("/configuration/callback/", "editor")
    finding = page.locator("#side .finding").first
    expect(finding.locator("button")).to_be_visible()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        share = finding.evaluate(
            "(one) => one.querySelector('.finding-body').offsetWidth / one.offsetWidth"
        )
        assert share > 0.7
