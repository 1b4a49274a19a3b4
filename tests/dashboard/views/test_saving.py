"""An edit is reviewed, saved over what was read, or brought together with somebody else's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from dashboard.models import AuditEntry, Revision
from dashboard.views import saving
from tests.dashboard.reading import Page, read
from tests.dashboard.sites import CONFIG, Site

#: A refused save ends its transaction, as it does outside of tests.
in_transactions = pytest.mark.django_db(transaction=True)
NEW = "mail.py = done-job-self\nreport.pl = done-work-self-*\n"


def test_a_review_says_what_will_change(site: Site, editor: Client) -> None:
    page = site.post(editor, "review", text=NEW)
    assert "Nothing is saved yet" in page.text
    changes = page.cards["What changes"]
    assert changes.startswith("What changes changed mail.py New trigger")
    assert page.fields["Why"] == "mail.py: new trigger"
    assert site.data == CONFIG


def test_a_review_takes_over_the_open_form(site: Site, editor: Client) -> None:
    sent = {"mapping-line": "1", "mapping-was": "mail.py", "mapping-file": "mail.py"}
    page = site.post(editor, "review", **sent, **{"mapping-trigger": "done-job-self"})
    assert page.fields["Why"] == "mail.py: new trigger"
    assert page.sent["text"] == NEW


def test_a_save_is_a_revision_with_author_and_reason(
    site: Site, editor: Client
) -> None:
    page = site.post(editor, "save", text=NEW, reason="mail earlier")
    newest = Revision.objects.latest("pk")
    assert page.notices == [f"Saved as revision {newest.number}."]
    assert site.data == NEW.encode()
    assert (newest.source, newest.reason) == ("save", "mail earlier")
    entry = AuditEntry.objects.get(act="save")
    assert (entry.actor, entry.details["revision"]) == (newest.author, newest.pk)


def test_windows_endings_and_odd_bytes_survive_a_save(
    site: Site, editor: Client
) -> None:
    site.write(b"# M\xfcller\r\nmail.py = failed-job-self\r\nreport.pl = x\n")
    text = "# M\ufffdller\r\nmail.py = done-job-self\r\nreport.pl = x\r\n"
    site.post(editor, "save", text=text, reason="why", despite_errors="on")
    assert site.data == b"# M\xfcller\r\nmail.py = done-job-self\r\nreport.pl = x\n"


def test_errors_are_counted_and_want_a_tick(site: Site, editor: Client) -> None:
    broken = "mail.py = done-jb-self\nwords\n"
    page = site.post(editor, "save", text=broken, reason="why")
    assert page.notices[0].startswith("2 errors, 2 of them new.")
    assert page.errors == ["Tick this to save a file with errors, or go on editing."]
    assert page.sent["text"] == broken
    assert site.data == CONFIG
    site.post(editor, "save", text=broken, reason="why", despite_errors="on")
    assert site.data == broken.encode()


def test_a_save_without_a_reason_keeps_the_text(site: Site, editor: Client) -> None:
    page = site.post(editor, "save", text=NEW, reason=" ")
    assert page.errors == ["This field is required."]
    assert page.sent["text"] == NEW
    assert site.data == CONFIG


def conflict(site: Site, editor: Client, theirs: bytes, mine: str) -> Page:
    """Somebody writes the file after it was read; then we save ours."""
    sent = site.edit(text=mine, reason="why")
    site.observe()
    site.write(theirs)
    answer = editor.post("/configuration/callback/save/", sent)
    assert answer.status_code == 409
    assert site.data == theirs
    return Page(answer)


@in_transactions
def test_edits_that_do_not_touch_are_brought_together(
    site: Site, editor: Client
) -> None:
    theirs = CONFIG.replace(b"done-work", b"failed-work")
    page = conflict(site, editor, theirs, NEW)
    assert "the two edits do not touch" in page.cards["Both together"]
    base = site.observe()
    first = Revision.objects.earliest("pk")
    sent = {"base": first.sha256, "theirs": base.sha256, "text": NEW}
    page = Page(editor.post("/configuration/callback/merge/", sent))
    both = "mail.py = done-job-self\nreport.pl = failed-work-self-*\n"
    assert (page.sent["text"], page.sent["base"]) == (both, base.sha256)


@in_transactions
def test_both_versions_of_a_line_are_shown_to_choose_from(
    site: Site, editor: Client
) -> None:
    theirs = CONFIG.replace(b"failed-job", b"killed-job")
    page = conflict(site, editor, theirs, NEW)
    choice = page.cards["Choose what stays"]
    for whose, line in (("Theirs", "killed-job-self"), ("Mine", "done-job-self")):
        assert re.search(f"{whose} ?mail.py = {line}", choice)
    first, second = Revision.objects.order_by("pk")
    sent = {"base": first.sha256, "theirs": second.sha256, "text": NEW}
    answer = editor.post("/configuration/callback/merge/", sent)
    assert answer.status_code == 409
    assert Page(answer).notices[0].startswith("Choose for each place")
    chosen = editor.post("/configuration/callback/merge/", {**sent, "choice-0": "mine"})
    assert Page(chosen).sent["text"].startswith("mail.py = done-job-self\n")
    sent["choice-0"] = "theirs"
    left = editor.post("/configuration/callback/merge/", sent, follow=True)
    assert Page(left).notices[0].startswith("Nothing is left to save")


@in_transactions
def test_an_edit_that_was_resolved_is_saved_over_theirs(
    site: Site, editor: Client
) -> None:
    conflict(site, editor, CONFIG + b"# theirs\n", NEW)
    sent = site.edit(text=NEW + "# theirs\n", reason="both")
    editor.post("/configuration/callback/save/", sent)
    assert site.data == NEW.encode() + b"# theirs\n"


@in_transactions
def test_a_file_that_vanished_meanwhile_is_a_conflict(
    site: Site, editor: Client
) -> None:
    sent = site.edit(text=NEW, reason="why")
    site.observe()
    site.config.unlink()
    answer = editor.post("/configuration/callback/save/", sent)
    assert answer.status_code == 409
    assert Page(answer).sent["text"] == NEW
    assert not site.config.exists()


def test_a_directory_that_vanished_says_so_and_keeps_the_text(
    site: Site, editor: Client, tmp_path: Path
) -> None:
    sent = site.edit(text=NEW, reason="why")
    site.observe()
    site.path.rename(tmp_path / "gone")
    answer = editor.post("/configuration/callback/save/", sent)
    assert answer.status_code == 409
    page = Page(answer)
    said = f"Nothing was saved: the callback directory {site.path} does not exist."
    assert page.notices[0] == said
    assert page.sent["text"] == NEW


@pytest.mark.parametrize("name", ["review", "save", "bring_together"])
def test_only_a_post_changes_anything(site: Site, editor: Client, name: str) -> None:
    assert hasattr(saving, name)
    address = name.replace("bring_together", "merge")
    answer = editor.get(f"/configuration/callback/{address}/")
    assert answer["Location"] == "/configuration/callback/"


@pytest.mark.parametrize("name", ["review", "save"])
def test_a_text_that_is_too_long_is_not_saved_and_that_is_told(
    site: Site, editor: Client, name: str
) -> None:
    page = site.post(editor, name, text="a.py = x\n" * 10_001, reason="more")
    assert page.notices[0].startswith("This is more than can be edited here:")
    assert site.data == CONFIG


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("mail.py = done-job-self", "mail.py is already mapped on line 1"),
        ("new.py done-job-self", "it has no ="),
        ("new.sh = done-job-self", "the extension of new.sh belongs to no language"),
    ],
)
def test_a_review_says_of_a_line_that_does_nothing_what_it_is(
    site: Site, editor: Client, line: str, said: str
) -> None:
    text = f"{site.data.decode()}{line}\n"
    page = site.post(editor, "review", text=text)
    changes = page.cards["What changes"]
    assert f"Line 3 does nothing: {said}" in changes
    assert "What runs stays as it is" in changes
    site.post(editor, "save", text=text, reason="why", despite_errors="on")
    newest = Revision.objects.latest("pk")
    page = read(editor, f"/configuration/callback/revisions/{newest.pk}/")
    assert f"Line 3 does nothing: {said}" in page.cards["Mappings"]
