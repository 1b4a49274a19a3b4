"""A directory's addresses have its name: the order of the list, and its number, mean nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from dashboard.models import PauseRecord
from dashboard.project.environment import Environment
from dashboard.store.configuration import editing as configuration
from qubecb.conffile.reading import digest
from tests.dashboard.reading import Page

CONFIG = b"mail.py = failed-job-self\n"
Order = Callable[..., None]


@pytest.fixture
def order(settings: Settings, tmp_path: Path, db: None) -> Order:
    """Configure directories of these names, in this order; studio and extra at first."""
    settings.DATA = tmp_path

    def configure(*folders: str) -> None:
        paths = [tmp_path / folder for folder in folders]
        for path in paths:
            path.mkdir(exist_ok=True)
            (path / "callbacks.conf").write_bytes(CONFIG)
            (path / "mail.py").write_text("print()\n", encoding="utf-8")
        given = {"QUBECB_CALLBACK_PATH": ",".join(map(str, paths))}
        settings.ENVIRONMENT = Environment(given)
        configuration.observe_all()

    configure("studio", "extra")
    return configure


@pytest.mark.parametrize(
    "address",
    [
        *("/callbacks/?directory=studio", "/callbacks/studio/mail.py/"),
        *("/configuration/studio/", "/configuration/studio/revisions/"),
        *("/callbacks/0/mail.py/", "/configuration/0/", "/callbacks/?directory=0"),
    ],
)
@pytest.mark.parametrize("folders", [("extra", "studio"), ("new", "studio")])
def test_another_list_does_not_change_what_an_address_shows(
    order: Order, editor: Client, tmp_path: Path, address: str, folders: tuple[str, ...]
) -> None:
    for _ in range(2):
        answer = editor.get(address)
        if answer.status_code == 307:
            answer = editor.get(answer.headers["Location"])
        assert answer.context["here"].path == tmp_path / "studio"
        order(*folders)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/callbacks/1/mail.py/", "/callbacks/extra/mail.py/"),
        ("/callbacks/1/mail.py/?view=source", "/callbacks/extra/mail.py/?view=source"),
        ("/callbacks/1/a%20%25b.py/", "/callbacks/extra/a%20%25b.py/"),
        ("/callbacks/01/mail.py/script/ab/", "/callbacks/extra/mail.py/script/ab/"),
        ("/configuration/1/", "/configuration/extra/"),
        ("/configuration/1/?edit=2", "/configuration/extra/?edit=2"),
        ("/configuration/1/revisions/7/", "/configuration/extra/revisions/7/"),
        ("/callbacks/?text=a&directory=1", "/callbacks/?text=a&directory=extra"),
        (
            "/callbacks/pause/?directory=1&file=mail.py&next=/runs/",
            "/callbacks/pause/?directory=extra&file=mail.py&next=%2Fruns%2F",
        ),
    ],
)
def test_an_address_from_before_leads_to_the_one_of_today(
    order: Order, operator: Client, old: str, new: str
) -> None:
    order("new", "extra", "studio")
    answer = operator.get(old)
    assert (answer.status_code, answer.headers["Location"]) == (307, new)


def test_a_form_that_stayed_open_over_the_upgrade_is_not_lost(
    order: Order, editor: Client, tmp_path: Path
) -> None:
    order("new", "extra", "studio")
    sent = {"base": digest(CONFIG), "text": "mail.py = done-job-self\n", "reason": "x"}
    editor.post("/configuration/0/save/", sent, follow=True)
    assert b"done-job-self" in (tmp_path / "studio" / "callbacks.conf").read_bytes()
    assert (tmp_path / "new" / "callbacks.conf").read_bytes() == CONFIG
    sent = {"reason": "disk", "until": "2h"}
    editor.post("/callbacks/pause/?directory=1&file=mail.py", sent, follow=True)
    assert PauseRecord.objects.get().directory == str(tmp_path / "extra")


def test_a_link_to_an_old_address_still_asks_for_the_right_of_what_it_leads_to(
    order: Order, viewer: Client, tmp_path: Path
) -> None:
    answer = viewer.post("/configuration/0/save/", {"text": ""}, follow=True)
    assert answer.status_code == 403
    assert (tmp_path / "studio" / "callbacks.conf").read_bytes() == CONFIG


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/callbacks/nobody/mail.py/", "There is no callback directory named nobody;"),
        ("/configuration/Studio/", "There is no callback directory named Studio;"),
        ("/callbacks/?directory=%00", "There is no callback directory named"),
        ("/callbacks/9/mail.py/", "There was no callback directory 9,"),
        ("/configuration/" + "9" * 5000 + "/", "There is no callback directory named"),
        ("/callbacks/?directory=9", "There was no callback directory 9,"),
        ("/callbacks/?directory=" + "9" * 30, "There is no callback directory named"),
        ("/configuration/studio/", "is not configured now;"),
        ("/callbacks/?directory=studio", "is not configured now;"),
    ],
)
def test_a_name_that_leads_nowhere_is_answered_with_the_names_there_are(
    order: Order, viewer: Client, address: str, said: str
) -> None:
    order("new", "extra")
    answer = viewer.get(address)
    page = Page(answer)
    assert (answer.status_code, page.heading) == (404, "There is no such page")
    assert said in page.text
    assert "there are new, extra." in page.text


def test_without_a_name_the_first_directory_is_meant(
    order: Order, viewer: Client, tmp_path: Path
) -> None:
    order("extra", "studio")
    assert viewer.get("/callbacks/").context["here"].path == tmp_path / "extra"
    assert viewer.get("/configuration/").headers["Location"] == "/configuration/extra/"


def test_every_tab_leads_to_its_directory_by_name(order: Order, viewer: Client) -> None:
    assert [tab[1] for tab in viewer.get("/callbacks/").context["tabs"]] == [
        *("?directory=studio", "?directory=extra"),
    ]
    assert [tab[1] for tab in viewer.get("/configuration/studio/").context["tabs"]] == [
        *("/configuration/studio/", "/configuration/extra/"),
    ]
