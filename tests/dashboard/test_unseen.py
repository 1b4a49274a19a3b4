"""Nothing unseen stands in a page."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client

from dashboard.unseen import marked
from tests.dashboard import factories


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("\u202e", "[U+202E]"),
        ("\u200b", "[U+200B]"),
        ("\xad", "[U+00AD]"),
        ("\u3164", "[U+3164]"),
        ("\x9b", "[U+009B]"),
        ("\x07", "[U+0007]"),
        ("\u2066", "[U+2066]"),
    ],
)
def test_an_unseen_character_of_a_name_is_shown_as_a_mark(
    viewer: Client, text: str, mark: str
) -> None:
    run = factories.run(job_name=f"shot{text}cod.exe")
    factories.output(run, f"done{text}!".encode())
    for address in (f"/runs/{run.pk}/", "/runs/"):
        page = viewer.get(address).content.decode()
        assert f"shot{mark}cod.exe" in page
        assert text not in page


def test_what_is_searched_for_is_marked_but_in_the_form(viewer: Client) -> None:
    page = viewer.get(f"/search/?q={quote(chr(0x202E))}x").content.decode()
    assert 'value="\u202ex"' in page
    assert page.count("\u202e") == page.count('value="\u202ex"')


def test_what_a_form_sends_back_stays_as_it_is() -> None:
    page = (
        '<textarea name="text">a\u202eb</textarea><input value="c\x07"><b>d\u202e</b>'
    )
    assert marked(page) == page.replace("d\u202e", "d[U+202E]")
