"""The file in an editor and as forms; nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from dashboard.models import AuditEntry, Revision
from dashboard.templatetags import mappings
from qubecb.conffile import parsing
from tests.dashboard.reading import Page, read
from tests.dashboard.sites import CONFIG, Site
from tests.dashboard.views.test_moved_lines import offers

PAGE = "/configuration/callback/"
HTMX = {"HX-Request": "true"}


def test_an_editor_gets_a_text_to_edit_a_viewer_only_reads(
    site: Site, editor: Client, viewer: Client
) -> None:
    assert read(editor, PAGE).sent["text"] == CONFIG.decode()
    page = read(viewer, PAGE)
    assert page.select("textarea") == []
    assert "failed-job-self when the job fails" in page.cards["Mappings"]


def test_the_first_look_records_the_file(site: Site, viewer: Client) -> None:
    viewer.get(PAGE)
    assert bytes(Revision.objects.get().content) == CONFIG


def test_typing_is_checked_and_only_the_side_comes_back(
    site: Site, editor: Client
) -> None:
    sent = site.edit(text="mail.py = failed-jb-self\n", do="look")
    answer = editor.post(f"{PAGE}edit/", sent, headers=HTMX)
    side = Page(answer)
    assert side.select("html, body, main, #text") == []
    assert "jb is not a type" in side.cards["Findings"]
    assert "still in force: failed-job-self" in side.cards["Mappings"]
    assert '"row": 0, "column": 17' in unescape(answer.content.decode())
    assert site.data == CONFIG


def test_the_same_without_javascript_is_the_whole_page(
    site: Site, editor: Client
) -> None:
    page = site.post(editor, "edit", text="mail.py = failed-jb-self", do="look")
    assert page.heading == "Configuration"
    assert page.sent["text"] == "mail.py = failed-jb-self"
    assert "jb is not a type" in page.cards["Findings"]


def test_a_mapping_is_changed_through_its_form(site: Site, editor: Client) -> None:
    page = site.post(editor, "edit", do="open:1")
    assert page.sent["mapping-was"] == "mail.py"
    form = {"mapping-line": "1", "mapping-was": "mail.py", "mapping-file": "mail.py"}
    page = site.post(
        editor, "edit", do="apply", **form, **{"mapping-trigger": "done-job-self"}
    )
    assert page.sent["text"] == CONFIG.decode().replace("failed-job", "done-job")
    assert "1 line changed" in page.text
    assert site.data == CONFIG


def test_a_mapping_is_added_and_removed(site: Site, editor: Client) -> None:
    site.write(scripts=["new.py"])
    new = {"mapping-line": "", "mapping-was": "", "mapping-file": "new.py"}
    trigger = {"mapping-trigger": "submit-job-self"}
    page = site.post(editor, "edit", do="apply", **new, **trigger)
    assert page.sent["text"].endswith("new.py = submit-job-self\n")
    old = {"mapping-line": "1", "mapping-was": "mail.py", "mapping-file": "mail.py"}
    page = site.post(editor, "edit", do="remove", **old, **trigger)
    assert page.sent["text"] == CONFIG.decode().partition("\n")[2]


def test_a_trigger_is_built_from_choices(site: Site, editor: Client) -> None:
    form = {"mapping-line": "1", "mapping-was": "mail.py", "mapping-file": "mail.py"}
    built = {"build-name": "done", "build-type": "work", "build-context": "self"}
    sent = {**form, **built, "mapping-trigger": "failed-job-self", "build-join": "&&"}
    page = site.post(editor, "edit", do="compose", **sent)
    assert page.sent["mapping-trigger"] == "failed-job-self && done-work-self-*"


def test_a_form_that_is_refused_keeps_what_was_typed(
    site: Site, editor: Client
) -> None:
    sent = {"mapping-line": "1", "mapping-was": "mail.py", "mapping-file": "mail.py"}
    for step in ("apply", "open:2", "add"):
        page = site.post(
            editor, "edit", do=step, **sent, **{"mapping-trigger": "oh no"}
        )
        assert page.sent["mapping-trigger"] == "oh no"
        assert any("column 1" in error for error in page.errors)


def test_opening_another_form_takes_over_what_was_typed(
    site: Site, editor: Client
) -> None:
    sent = {"mapping-line": "1", "mapping-was": "mail.py", "mapping-file": "mail.py"}
    sent |= {"mapping-timeout": "30", "mapping-trigger": "failed-job-self"}
    page = site.post(editor, "edit", do="open:2", **sent)
    assert page.sent["text"].startswith("# qubecb: timeout=30\nmail.py = ")
    assert page.sent["mapping-was"] == "report.pl"


def test_a_finding_is_mended_with_one_click(site: Site, editor: Client) -> None:
    site.write(b"mail.py = done-job-self or failed-job-parent\n")
    offered = offers(editor, "fix")[0]
    page = site.post(editor, "edit", do=offered)
    assert page.sent["text"] == "mail.py = done-job-self || failed-job-parent\n"
    page = site.post(editor, "edit", do="fix:99")
    assert "There is nothing to fix there" in " ".join(page.notices)


@pytest.mark.parametrize(
    ("query", "opened"),
    [
        ("edit=1", ("mail.py", "failed-job-self")),
        ("edit=99", None),
        ("edit=x", None),
        ("add=mail.py&trigger=x", ("mail.py", "x")),
    ],
)
def test_the_address_can_open_a_form(
    site: Site, editor: Client, query: str, opened: tuple[str, str] | None
) -> None:
    sent = read(editor, f"{PAGE}?{query}").sent
    fields = ("mapping-file", "mapping-trigger")
    assert [sent.get(name) for name in fields] == list(opened or (None, None))


def test_what_a_trigger_means_while_typing(site: Site, editor: Client) -> None:
    sent = {"mapping-trigger": "failed-work-self-*"}
    answer = editor.post(f"{PAGE}meaning/", sent)
    meaning = "failed-work-self-* when any agenda item of the job fails"
    assert Page(answer).text.startswith(meaning)


def test_somebody_elses_save_is_told_while_typing(site: Site, editor: Client) -> None:
    sent = site.edit(do="look")
    site.observe()
    site.write(b"# theirs\n" + CONFIG)
    site.observe()
    answer = editor.post(f"{PAGE}edit/", sent, headers=HTMX)
    (notice,) = Page(answer).notices
    assert notice.startswith("The file was changed on disk")


def test_nobody_but_editors_may_send_an_edit(site: Site, operator: Client) -> None:
    for name in ("edit", "meaning", "review", "save", "merge"):
        answer = operator.post(f"{PAGE}{name}/", site.edit())
        assert answer.status_code == 403
        assert Page(answer).heading == "This needs the right “editor”"


def test_a_read_only_service_shows_and_refuses(
    site: Site, editor: Client, settings: Settings
) -> None:
    settings.READ_ONLY = True
    page = read(editor, PAGE)
    (notice,) = page.notices
    assert "the service runs with QUBECB_READ_ONLY" in notice
    assert page.select("textarea") == []
    assert page.acts == ["Revisions"]
    for name in ("edit", "review", "save", "merge", "meaning"):
        assert editor.post(f"{PAGE}{name}/", site.edit()).status_code == 403
    site.observe()
    number = Revision.objects.get().pk
    assert editor.get(f"{PAGE}revisions/{number}/roll-back/").status_code == 403
    assert not AuditEntry.objects.exists()


def test_a_vanished_directory_shows_what_was_read_last(
    site: Site, editor: Client
) -> None:
    site.observe()
    for file in site.path.iterdir():
        file.unlink()
    site.path.rmdir()
    page = read(editor, PAGE)
    assert page.notices[0].startswith("The directory cannot be read.")
    assert "1 mail.py = failed-job-self" in page.cards["callbacks.conf"]
    assert page.select("textarea") == []


def test_a_missing_file_can_be_made(site: Site, editor: Client) -> None:
    site.config.unlink()
    page = read(editor, PAGE)
    assert page.notices[0].startswith("There is no callbacks.conf here.")
    assert page.sent["text"] == ""
    assert "Review and save…" in page.acts


def test_a_file_of_50_mb_is_a_clear_notice(site: Site, editor: Client) -> None:
    with site.config.open("wb") as opened:
        opened.truncate(50 * 1024 * 1024)
    notice = read(editor, PAGE).notices[0]
    assert "has 52,428,800 bytes; the limit is" in notice


@pytest.mark.parametrize(
    "config", [b"\0" * 500, bytes(range(256)) * 20, "a.py = x\n".encode("utf-16")]
)
def test_binary_garbage_is_looked_at_and_kept(
    site: Site, editor: Client, config: bytes
) -> None:
    site.write(config)
    assert editor.get(PAGE).status_code == 200
    assert editor.get("/callbacks/").status_code == 200
    site.post(editor, "review")
    assert site.data == config


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"text": "\0\ud800".encode("utf-8", "surrogatepass").decode("latin-1")},
        {"do": "open:99999999999999999999", "base": "\0"},
        {"do": "remove", "mapping-line": "9" * 30, "mapping-trigger": "x"},
        {"do": "apply", "mapping-line": "-1", "mapping-trigger": "x" * 20_000},
        {"do": "fix:-1"},
        {"do": "compose", "mapping-trigger": "(" * 9_000, "build-name": "nope"},
        {"do": "no such step"},
        {"text": "a.py = x\n" * 20_000},
        {"text": "(" * 100_000},
    ],
)
def test_whatever_is_sent_has_an_answer(
    site: Site, editor: Client, sent: dict[str, Any]
) -> None:
    for name in ("edit", "review", "save", "merge"):
        assert editor.post(f"{PAGE}{name}/", sent, follow=True).status_code in (
            200,
            409,
        )
    assert site.data == CONFIG


@pytest.mark.parametrize("number", [1, 99, 10**20])
def test_a_directory_that_is_not_configured_is_not_found(
    site: Site, editor: Client, number: int
) -> None:
    for page in ("", "revisions/", "revisions/1/"):
        assert editor.get(f"/configuration/{number}/{page}").status_code == 404
    assert editor.get("/configuration/callback/revisions/99/").status_code == 404


def test_any_number_of_mappings_is_the_same_number_of_queries(
    site: Site, queries_of: Callable[[str], int]
) -> None:
    site.write(b"mail.py = failed-job-self\n")
    one = queries_of(PAGE)
    site.write(b"".join(b"f%d.py = failed-job-self\n" % at for at in range(30)))
    assert queries_of(PAGE) == one


def test_a_check_reads_and_renders_only_what_has_changed(
    site: Site, editor: Client
) -> None:
    lines = [f"script{at}.py = failed-work-self-{at}" for at in range(2_000)]
    site.write("\n".join(lines).encode())
    sent = site.edit()

    def work(text: str) -> int:
        before = parsed_lines() + rendered_rows()
        typed = {**sent, "text": text, "do": "look"}
        assert editor.post(f"{PAGE}edit/", typed, headers=HTMX).status_code == 200
        return parsed_lines() + rendered_rows() - before

    first = work("\n".join(lines))
    lines[100] = "script100.py = done-job-self"
    assert first >= 2_000
    assert work("\n".join(lines)) <= 3


def parsed_lines() -> int:
    """How many lines have been parsed in this process."""
    return parsing._kept.cache_info().misses


def rendered_rows() -> int:
    """How many rows have been rendered in this process."""
    return mappings._rendered.cache_info().misses


def test_thousands_of_mappings_in_another_order_are_reviewed(
    site: Site, editor: Client
) -> None:
    lines = [f"script{at}.py = failed-job-self" for at in range(3_000)]
    site.write("\n".join(lines).encode())
    page = site.post(editor, "edit", text="\n".join(lines[::-1]), do="look")
    assert "the first 1,000 are marked in the text" in " ".join(page.feet)
    page = site.post(editor, "review", text="\n".join(lines[::-1]))
    assert page.heading == "Review changes"
