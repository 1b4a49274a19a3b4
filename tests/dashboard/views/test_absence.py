"""A callbacks.conf that is absent: told where one looks first, and decided by a person."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from dashboard.models import AbsenceRecord, AuditEntry, Revision
from dashboard.project.environment import Environment
from dashboard.store.configuration.observing import observe_all
from qubecb.conffile.reading import digest
from tests.dashboard import factories
from tests.dashboard.conftest import browser_of
from tests.dashboard.reading import Page, read
from tests.dashboard.sites import CONFIG, Site

PAGE = "/configuration/callback/"
NEW = CONFIG + b"new.py = failed-job-self\n"


@pytest.fixture
def site(site: Site) -> Site:
    """A site whose two mappings are in force, and whose callbacks.conf is then lost."""
    observe_all()
    site.config.unlink()
    observe_all()
    factories.heartbeat()
    return site


def health() -> Any:
    return Client().get("/healthz").json()


def sent(**more: str) -> dict[str, str]:
    """An edit of what is in force."""
    return {
        "base": digest(CONFIG),
        "text": NEW.decode(),
        "reason": "more",
        "despite_errors": "on",
    } | more


def test_it_is_told_first_of_all_on_the_overview(site: Site, viewer: Client) -> None:
    page = read(viewer, "/")
    first = page.notices[0]
    assert first.startswith("A callbacks.conf is missing (")
    assert f"{site.config} does not exist." in first
    assert "revision 1, stays in force until the file is back" in first
    assert page.figures["Service"].startswith("Service Trouble")


def test_what_watches_the_service_is_told(site: Site) -> None:
    assert (health()["status"], health()["trouble"]) == ("trouble", ["configuration"])
    site.write()
    observe_all()
    assert (health()["status"], health()["trouble"]) == ("ok", [])


def test_pages_and_api_show_what_is_in_force(site: Site, viewer: Client) -> None:
    listed = read(viewer, "/callbacks/").column("Callback")
    assert listed == ["mail.py Python, line 1", "report.pl Perl, line 2"]
    shown = read(viewer, PAGE).select("table.source td:last-child")
    assert "\n".join(each.get_text() for each in shown).encode() == CONFIG.strip()
    told = viewer.get("/api/callbacks").json()
    assert [each["file"] for each in told["items"]] == ["mail.py", "report.pl"]


def test_the_configuration_page_says_what_may_be_done(
    site: Site, editor: Client
) -> None:
    page = read(editor, PAGE)
    (notice,) = page.notices
    assert notice.startswith(f"There is no callbacks.conf here. {site.config} does not")
    assert "The directory may not be mounted." in notice
    assert "It is empty on purpose…" in page.acts
    assert "Put back and save…" in page.acts


def test_a_save_meanwhile_asks_first(site: Site, editor: Client) -> None:
    review = Page(editor.post(f"{PAGE}review/", sent()))
    assert review.notices[0].startswith("The directory may not be mounted.")
    assert review.errors == []
    answer = editor.post(f"{PAGE}save/", sent(found=digest(b"")))
    assert answer.status_code == 409
    asked = "Check that the directory is mounted, then tick this."
    assert Page(answer).errors == [asked]
    assert not site.config.exists()
    ticked = sent(found=digest(b""), though_absent="on")
    editor.post(f"{PAGE}save/", ticked)
    assert site.data == NEW
    assert health()["status"] == "ok"


def test_an_edit_that_was_opened_before_asks_too(site: Site, editor: Client) -> None:
    answer = editor.post(f"{PAGE}save/", sent())
    assert answer.status_code == 409
    assert "though_absent" in Page(answer).sent
    assert not site.config.exists()


def test_what_is_in_force_can_be_put_back_as_it_is(site: Site, editor: Client) -> None:
    unchanged = sent(text=CONFIG.decode())
    review = Page(editor.post(f"{PAGE}review/", unchanged))
    assert review.sent["reason"] == "Put back what is in force"
    ticked = {**unchanged, "found": digest(b""), "though_absent": "on"}
    editor.post(f"{PAGE}save/", ticked)
    assert site.data == CONFIG


def test_nothing_is_saved_into_a_directory_that_is_gone(
    site: Site, editor: Client
) -> None:
    shutil.rmtree(site.path)
    answer = editor.post(f"{PAGE}save/", sent(found=digest(b""), though_absent="on"))
    assert answer.status_code == 409
    assert not site.path.exists()


def test_going_back_asks_too(site: Site, editor: Client) -> None:
    address = reverse("roll-back", args=["callback", Revision.objects.get().pk])
    (notice,) = read(editor, address).notices
    assert notice.startswith("The directory may not be mounted.")
    post = {"reason": "back", "base": digest(b"")}
    assert editor.post(address, post).status_code == 409
    editor.post(address, {**post, "though_absent": "on"})
    assert site.data == CONFIG


def test_a_person_says_that_it_is_empty(site: Site, editor: Client) -> None:
    asked = read(editor, f"{PAGE}empty/").text
    assert "mail.py no longer runs by failed-job-self" in asked
    answer = editor.post(f"{PAGE}empty/", {"reason": "closed"}, follow=True)
    assert Page(answer).notices[0].startswith("Nothing is mapped here now")
    assert AuditEntry.objects.get().act == "declare-empty"
    assert not AbsenceRecord.objects.exists()
    assert health()["status"] == "ok"
    newest = Revision.objects.latest("id")
    page = read(editor, reverse("revision", args=["callback", newest.pk]))
    assert f"declared empty by {newest.author}: closed" in page.text


def test_a_directory_that_is_gone_may_be_said_to_be_empty(
    site: Site, editor: Client
) -> None:
    shutil.rmtree(site.path)
    editor.post(f"{PAGE}empty/", {"reason": "moved"})
    assert Revision.objects.latest("id").meaning == []


def test_the_question_is_gone_when_the_file_is_back(site: Site, editor: Client) -> None:
    site.write()
    answer = editor.post(f"{PAGE}empty/", {"reason": "closed"}, follow=True)
    (notice,) = Page(answer).notices
    assert "is back" in notice
    assert Revision.objects.count() == 1


def test_only_an_editor_may_say_so(site: Site) -> None:
    operator = browser_of("operator")
    assert operator.post(f"{PAGE}empty/", {"reason": "x"}).status_code == 403
    assert Revision.objects.count() == 1


def test_a_great_loss_is_told_until_a_person_knows_of_it(
    site: Site, operator: Client
) -> None:
    site.write(b"other.py = failed-job-self\n")
    observe_all()
    assert health()["trouble"] == ["configuration"]
    said = "More than half of the mappings are gone"
    assert read(operator, "/").notices[0].startswith(said)
    page = read(operator, PAGE)
    assert page.notices[0].startswith(said)
    assert "in force without mail.py, report.pl." in page.notices[0]
    assert "I know about it" in page.acts
    operator.post(f"{PAGE}known/")
    assert health()["status"] == "ok"
    page = read(operator, PAGE)
    assert page.notices == ["The lost mappings are no longer reported."]
    assert "I know about it" not in page.acts
    assert AuditEntry.objects.get().act == "acknowledge-loss"


def test_the_next_revision_ends_what_is_told_of_a_loss(site: Site) -> None:
    site.write(b"other.py = failed-job-self\n")
    observe_all()
    site.write(b"other.py = failed-job-self\n" + CONFIG)
    observe_all()
    assert health()["status"] == "ok"


def test_a_directory_that_was_never_read_is_told_of(site: Site, viewer: Client) -> None:
    Revision.objects.all().delete()
    shutil.rmtree(site.path)
    AbsenceRecord.objects.all().delete()
    observe_all()
    assert (
        "It was never read, so none of its callbacks run."
        in (read(viewer, "/").notices[0])
    )
    (notice,) = read(viewer, PAGE).notices
    assert "It has never been read" in notice


@pytest.fixture
def qb_conf(settings: Settings, tmp_path: Path, db: None) -> Path:
    """A qb.conf that was read."""
    path = tmp_path / "qb.conf"
    path.write_text("supervisor_language_flags = python\n")
    settings.DATA = tmp_path
    settings.ENVIRONMENT = Environment({"QUBECB_QB_CONF": str(path)})
    factories.heartbeat()
    assert health()["status"] == "ok"
    return path


def test_a_qb_conf_that_is_absent_is_told(qb_conf: Path, viewer: Client) -> None:
    qb_conf.unlink()
    said = health()
    assert (said["status"], said["trouble"]) == ("trouble", ["qb.conf"])
    assert said["qb_conf"]["languages"] == ["python"]
    for address in ("/", "/settings/"):
        notice = read(viewer, address).notices[0]
        assert notice.startswith(f"qb.conf is not read. {qb_conf} does not exist.")


def test_an_administrator_says_that_there_is_no_qb_conf_any_more(
    qb_conf: Path, editor: Client
) -> None:
    qb_conf.unlink()
    address = reverse("settings-forget-qb-conf")
    assert editor.post(address).status_code == 403
    assert health()["status"] == "trouble"
    browser_of("administrator").post(address)
    assert health()["status"] == "ok"
    assert health()["qb_conf"]["languages"] == ["python", "perl", "qube"]
