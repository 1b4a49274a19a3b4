"""Revisions are listed, compared and rolled back."""

from __future__ import annotations

import pytest
from django.test import Client

from dashboard.models import AuditEntry, Revision
from tests.dashboard import factories
from tests.dashboard.reading import Page, read
from tests.dashboard.sites import CONFIG, Site

PAGE = "/configuration/callback/revisions/"
NEW = b"mail.py = done-job-self\n"


def two(site: Site) -> tuple[Revision, Revision]:
    """What was there first, and what is in force now."""
    first = site.observe()
    return first, site.write(NEW).observe()


def test_the_list_says_what_each_changed(site: Site, viewer: Client) -> None:
    two(site)
    page = read(viewer, PAGE)
    assert page.column("What changed") == [
        "mail.py: new trigger report.pl removed",
        "first recorded, 2 mappings",
    ]
    assert page.acts == []


def test_a_revision_shows_what_it_changed_and_what_changed_since(
    site: Site, viewer: Client
) -> None:
    first, second = two(site)
    changed = read(viewer, f"{PAGE}{second.pk}/").cards["Mappings"]
    assert "changed mail.py New trigger" in changed
    assert "when the job fails done-job-self when the job is done" in changed
    since = read(viewer, f"{PAGE}{first.pk}/?to=current").cards["Mappings"]
    assert "removed report.pl no longer runs by done-work-self-*" in since


def test_a_revision_that_changes_thousands_of_mappings_has_a_page(
    site: Site, viewer: Client
) -> None:
    site.observe()
    lines = (b"m%d.py = failed-work-self-%d\n" % (at, at) for at in range(4000))
    second = site.write(b"".join(lines)).observe()
    answer = viewer.get(f"{PAGE}{second.pk}/")
    assert len(answer.content) < 2_000_000
    said = "The first 300 of 4,002 mappings that change."
    assert said in answer.content.decode()


def test_only_other_endings_are_told_as_such(site: Site, viewer: Client) -> None:
    site.observe()
    second = site.write(CONFIG.replace(b"\n", b"\r\n")).observe()
    page = read(viewer, f"{PAGE}{second.pk}/")
    assert "Only line endings differ" in page.cards["Line by line"]
    assert "No mapping changes" in page.cards["Mappings"]


def test_rolling_back_asks_first_and_is_a_new_revision(
    site: Site, editor: Client
) -> None:
    first, second = two(site)
    address = f"{PAGE}{first.pk}/roll-back/"
    assert "2 mappings will change" in read(editor, address).cards["Roll back"]
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
    said = "Somebody changed the file meanwhile, so nothing was done."
    assert Page(answer).notices[0].startswith(said)
    assert site.data == NEW + b"# theirs\n"


def test_a_viewer_cannot_roll_back(site: Site, viewer: Client) -> None:
    first, _ = two(site)
    assert viewer.post(f"{PAGE}{first.pk}/roll-back/").status_code == 403


def test_a_revision_that_is_in_force_again_is_the_same_and_needs_no_rolling_back(
    site: Site, editor: Client
) -> None:
    first, _ = two(site)
    site.write(CONFIG).observe()
    page = read(editor, f"{PAGE}{first.pk}/?to=current")
    assert page.notices == ["What is in force now is the same, byte for byte."]
    assert not any("Roll back" in act for act in page.acts)


def test_pages_call_a_revision_by_its_number_and_addresses_by_its_id(
    site: Site, editor: Client
) -> None:
    for directory in ("/a", "/b", "/c"):
        factories.revision([], directory, number=7)
    first, second = two(site)
    assert (first.number, second.number) == (1, 2)
    assert second.pk > second.number
    address = f"{PAGE}{second.pk}/"
    assert read(editor, address).heading == "Revision 2 in force"
    page = read(editor, f"{PAGE}{first.pk}/roll-back/")
    assert page.heading == "Roll back to revision 1"
    run = factories.run(directory=str(site.path), revision=second.pk)
    for other in (PAGE, "/configuration/callback/", f"/runs/{run.pk}/"):
        assert read(editor, other).links["2"] == address
    page = read(editor, f"/runs/?revision={second.pk}")
    assert f"revision: 2 of {site.path}" in page.text
