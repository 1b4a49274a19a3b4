"""A callbacks.conf that is a link out of its directory is shown, and saved by nobody."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.test import Client
from django.urls import reverse

from qubecb.conffile.reading import digest
from tests.dashboard.reading import Page, read
from tests.dashboard.sites import CONFIG, Site

#: A refused save ends its transaction, as it does outside of tests.
in_transactions = pytest.mark.django_db(transaction=True)
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root is held back")


@pytest.fixture
def kept(site: Site) -> Iterator[Path]:
    """The file that the site's callbacks.conf is a link to, in a folder for everybody."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        file = Path(folder, "farm.conf")
        file.write_bytes(CONFIG)
        file.chmod(0o644)
        site.config.unlink()
        site.config.symlink_to(file)
        yield file


def test_the_page_shows_it_and_says_why_it_cannot_be_changed(
    site: Site, kept: Path, editor: Client
) -> None:
    page = read(editor, reverse("configuration", args=["callback"]))
    assert "mail.py line 1 failed-job-self when the job fails" in page.cards["Mappings"]
    (notice,) = page.notices
    assert notice.startswith("Mappings cannot be changed here.")
    said = f"leads out of its directory, to {kept}; nothing is saved through it"
    assert said in notice
    assert page.acts == ["Revisions"]
    assert "QCB106" in page.cards["Findings"]


@in_transactions
def test_a_save_is_refused_and_the_typed_text_stays(
    site: Site, kept: Path, editor: Client
) -> None:
    address = reverse("configuration-save", args=["callback"])
    typed = "mail.py = done-job-self\n"
    sent = {"base": digest(CONFIG), "text": typed, "reason": "why"}
    site.observe()
    answer = editor.post(address, sent)
    assert answer.status_code == 409
    page = Page(answer)
    assert "Change that file where it is kept" in page.notices[0]
    assert page.sent["text"] == typed
    assert kept.read_bytes() == CONFIG


@in_transactions
def test_a_link_to_nothing_outside_is_refused_too(
    site: Site, kept: Path, editor: Client
) -> None:
    kept.unlink()
    sent = {"base": digest(b""), "text": "mail.py = done-job-self\n", "reason": "why"}
    answer = editor.post(reverse("configuration-save", args=["callback"]), sent)
    assert answer.status_code == 409
    assert not kept.exists()


@in_transactions
def test_nobody_rolls_back_through_the_link(
    site: Site, kept: Path, editor: Client
) -> None:
    first = site.observe()
    kept.write_bytes(b"mail.py = done-job-self\n")
    sent = {"reason": "back", "base": site.observe().sha256}
    answer = editor.post(reverse("roll-back", args=["callback", first.pk]), sent)
    assert answer.status_code == 409
    assert "leads out of its directory" in Page(answer).notices[0]
    assert kept.read_bytes() == b"mail.py = done-job-self\n"


@as_root
def test_what_only_root_may_read_is_on_no_page(
    site: Site, kept: Path, editor: Client
) -> None:
    kept.write_bytes(b"# the secret\n")
    kept.chmod(0o600)
    (site.path / "mail.py").unlink()
    (site.path / "mail.py").symlink_to(kept)
    for address in (
        reverse("configuration", args=["callback"]),
        reverse("callback", args=["callback", "mail.py"]) + "?view=source",
    ):
        answer = editor.get(address)
        assert "not everybody may read" in Page(answer).notices[0]
        assert Page(answer).select("table.source") == []
        assert b"the secret" not in answer.content


def test_a_target_that_is_no_text_has_its_page(site: Site, editor: Client) -> None:
    site.config.unlink()
    site.config.symlink_to(os.fsdecode(b"../\xff<b>"))
    page = read(editor, reverse("configuration", args=["callback"]))
    assert "\\udcff<b>; nothing is saved through it" in page.notices[1]
