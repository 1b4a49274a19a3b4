"""Revisions are listed, compared and rolled back."""

from __future__ import annotations

import pytest
from django.test import Client

from dashboard.models import AuditEntry, Revision
from tests.dashboard import factories
from tests.dashboard.sites import CONFIG, Site

PAGE = "/configuration/callback/revisions/"
NEW = b"mail.py = done-job-self\n"


def two(site: Site) -> tuple[Revision, Revision]:
    """What was there first, and what is in force now."""
    first = site.observe()
    return first, site.write(NEW).observe()


def test_the_list_says_what_each_changed(site: Site, viewer: Client) -> None:
    two(site)
    page = viewer.get(PAGE).content.decode()
    assert "mail.py: new trigger" in page
    assert "report.pl removed" in page
    assert "first recorded, 2 mappings" in page
    assert "Roll back" not in page


def test_a_revision_shows_what_it_changed_and_what_changed_since(
    site: Site, viewer: Client
) -> None:
    first, second = two(site)
    assert b"New trigger" in viewer.get(f"{PAGE}{second.pk}/").content
    since = viewer.get(f"{PAGE}{first.pk}/?to=current").content.decode()
    assert "no longer runs by" in since


def test_a_revision_that_changes_thousands_of_mappings_has_a_page(
    site: Site, viewer: Client
) -> None:
    site.observe()
    lines = (b"m%d.py = failed-work-self-%d\n" % (at, at) for at in range(4000))
    second = site.write(b"".join(lines)).observe()
    page = viewer.get(f"{PAGE}{second.pk}/").content.decode()
    assert len(page) < 2_000_000
    assert "The first 300 of 4,002 mappings that change." in page


def test_only_other_endings_are_told_as_such(site: Site, viewer: Client) -> None:
    site.observe()
    second = site.write(CONFIG.replace(b"\n", b"\r\n")).observe()
    assert b"Only line endings differ" in viewer.get(f"{PAGE}{second.pk}/").content


def test_rolling_back_asks_first_and_is_a_new_revision(
    site: Site, editor: Client
) -> None:
    first, second = two(site)
    address = f"{PAGE}{first.pk}/roll-back/"
    assert b"2 mappings will change" in editor.get(address).content
    assert site.data == NEW
    editor.post(address, {"base": second.sha256, "reason": "too many mails"})
    assert site.data == CONFIG
    newest = Revision.objects.latest("pk")
    assert (newest.source, newest.reason) == ("rollback", "too many mails")
    assert AuditEntry.objects.get(act="roll-back").details["to"] == first.pk


@pytest.mark.django_db(transaction=True)
def test_rolling_back_over_an_unseen_edit_is_refused(
    site: Site, editor: Client
) -> None:
    first, second = two(site)
    site.write(NEW + b"# theirs\n")
    answer = editor.post(
        f"{PAGE}{first.pk}/roll-back/", {"base": second.sha256, "reason": "why"}
    )
    assert answer.status_code == 409
    assert b"Somebody changed the file meanwhile" in answer.content
    assert site.data == NEW + b"# theirs\n"


def test_a_viewer_cannot_roll_back(site: Site, viewer: Client) -> None:
    first, _ = two(site)
    assert viewer.post(f"{PAGE}{first.pk}/roll-back/").status_code == 403


def test_a_revision_that_is_in_force_again_is_the_same_and_needs_no_rolling_back(
    site: Site, editor: Client
) -> None:
    first, _ = two(site)
    site.write(CONFIG).observe()
    page = editor.get(f"{PAGE}{first.pk}/?to=current").content.decode()
    assert "the same, byte for byte" in page
    assert "Roll back" not in page


def test_pages_call_a_revision_by_its_number_and_addresses_by_its_id(
    site: Site, editor: Client
) -> None:
    for directory in ("/a", "/b", "/c"):
        factories.revision([], directory, number=7)
    first, second = two(site)
    assert (first.number, second.number) == (1, 2)
    assert second.pk > second.number
    page = editor.get(f"{PAGE}{second.pk}/").content.decode()
    assert "Revision 2" in page
    assert f"Revision {second.pk}" not in page
    assert f'/{second.pk}/">2</a>' in editor.get(PAGE).content.decode()
    page = editor.get(f"{PAGE}{first.pk}/roll-back/").content.decode()
    assert "Roll back to revision 1" in page
    page = editor.get("/configuration/callback/").content.decode()
    assert f'/{second.pk}/">2</a>' in page
    run = factories.run(directory=str(site.path), revision=second.pk)
    page = editor.get(f"/runs/{run.pk}/").content.decode()
    assert f'/{second.pk}/">2</a>' in page
    page = editor.get(f"/runs/?revision={second.pk}").content.decode()
    assert f"revision: 2 of {site.path}" in page
