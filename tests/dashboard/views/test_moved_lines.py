"""A button or a link about a line is about that mapping, though the line has moved since."""

from __future__ import annotations

from django.test import Client

from tests.dashboard.reading import read
from tests.dashboard.sites import Site

PAGE = "/configuration/callback/"


def offers(editor: Client, step: str) -> list[str]:
    """What the buttons of a step send, in their order."""
    buttons = read(editor, PAGE).select(f'button[value^="{step}:"]')
    return [str(each["value"]) for each in buttons]


TWO = "mail.py = done-job-self or failed-job-parent\nreport.pl = done-job-self-5\n"


def test_a_button_mends_what_it_stands_beside_whatever_was_typed_meanwhile(
    site: Site, editor: Client
) -> None:
    site.write(TWO.encode())
    offered = offers(editor, "fix")[1]
    typed = f"new.py = killed-job-self-7\n{TWO}"
    page = site.post(editor, "edit", text=typed, do=offered)
    assert page.sent["text"] == typed.replace("self-5", "self")


def test_a_button_whose_finding_is_gone_mends_nothing_else(
    site: Site, editor: Client
) -> None:
    site.write(TWO.encode())
    offered = offers(editor, "fix")[0]
    typed = TWO.replace(" or ", " || ")
    page = site.post(editor, "edit", text=typed, do=offered)
    assert "There is nothing to fix there" in " ".join(page.notices)
    assert page.sent["text"] == typed


def test_a_form_is_of_the_mapping_beside_its_button_though_the_line_has_moved(
    site: Site, editor: Client
) -> None:
    opening = offers(editor, "open")[0]
    typed = "new.py = done-job-self\nmail.py = failed-job-self\n"
    page = site.post(editor, "edit", text=typed, do=opening)
    assert page.sent["mapping-was"] == "mail.py"


def test_a_link_to_a_form_finds_the_mapping_though_the_line_has_moved(
    site: Site, editor: Client
) -> None:
    (link,) = read(editor, "/callbacks/").select('a[href*="edit=1"]')
    site.write(b"new.py = done-job-self\nmail.py = failed-job-self\n")
    page = read(editor, str(link["href"]).partition("#")[0])
    assert page.sent["mapping-was"] == "mail.py"
