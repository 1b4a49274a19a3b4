"""A qb.conf that is absent for a moment changes nothing: its last known content stays in force."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from qubecb.conffile.known_qb_conf import STEADY, KnownQbConf

CONF = """\
supervisor_language_flags = "python,mail"
supervisor_universal_callback_path = /farm/callback
mail_host = mail.example
mail_password = secret
"""


class Place:
    """A qb.conf, the file that keeps it, and a clock."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "qb.conf"
        self.keeps = folder / "kept"
        self.now = 100.0
        self.known = self.started_again()
        self.path.write_text(CONF)

    def started_again(self) -> KnownQbConf:
        """The same in a process that has just started."""
        self.known = KnownQbConf(self.keeps, lambda: self.now)
        return self.known

    def host(self) -> str:
        """What counts of it, a while after the last look."""
        self.now += STEADY
        return self.known.current(self.path).mail.host

    def absence(self) -> str:
        return self.known.current(self.path).absence


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    assert made.host() == "mail.example"
    return made


def gone(path: Path) -> None:
    path.unlink()


def emptied(path: Path) -> None:
    path.write_text("")


def commented_out(path: Path) -> None:
    path.write_text("# nothing\n")


def made_utf_16(path: Path) -> None:
    path.write_bytes(CONF.encode("utf-16"))


def a_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


ways = pytest.mark.parametrize(
    "lose",
    [gone, emptied, commented_out, made_utf_16, a_directory],
    ids=lambda each: each.__name__,
)


@ways
def test_what_it_said_last_counts_and_is_told(
    place: Place, lose: Callable[[Path], None]
) -> None:
    lose(place.path)
    conf = place.known.current(place.path)
    assert conf.found
    assert conf.enabled("python")
    assert not conf.enabled("perl")
    assert conf.callback_directories == (Path("/farm/callback"),)
    assert conf.mail.password == "secret"  # noqa: S105
    assert str(place.path) in conf.absence
    assert place.host() == "mail.example"


@ways
def test_it_holds_from_the_first_look_after_a_start(
    place: Place, lose: Callable[[Path], None]
) -> None:
    lose(place.path)
    place.started_again()
    assert place.host() == "mail.example"
    assert place.absence()


@ways
def test_it_is_followed_again_when_it_is_back(
    place: Place, lose: Callable[[Path], None]
) -> None:
    lose(place.path)
    assert place.absence()
    if place.path.is_dir():
        place.path.rmdir()
    place.path.write_text(CONF.replace("mail.example", "other.example"))
    assert place.host() == "other.example"
    assert not place.absence()


@ways
def test_a_person_may_say_that_it_is_meant(
    place: Place, lose: Callable[[Path], None]
) -> None:
    other = KnownQbConf(place.keeps, lambda: place.now)
    assert other.current(place.path).mail.host
    lose(place.path)
    assert other.current(place.path).absence
    place.known.forget()
    assert place.host() == ""
    assert not place.absence()
    assert not other.current(place.path).absence
    place.started_again()
    assert place.host() == ""


def test_a_qb_conf_that_lost_a_line_counts_when_it_has_stayed_so(place: Place) -> None:
    place.path.write_text("mail_host = half.writ")
    assert place.known.current(place.path).mail.host == "mail.example"
    place.now += STEADY / 2
    place.path.write_text("mail_host = other.example\n")
    assert place.known.current(place.path).mail.host == "mail.example"
    assert place.host() == "other.example"


def test_a_qb_conf_that_gains_a_line_counts_at_once(place: Place) -> None:
    place.path.write_text(CONF.replace("mail.example", "new") + "mail_from = qube\n")
    assert place.known.current(place.path).mail.host == "new"


def test_a_qb_conf_that_was_named_and_never_read_is_none(tmp_path: Path) -> None:
    known = KnownQbConf(tmp_path / "kept")
    conf = known.current(tmp_path / "nowhere")
    assert (conf.found, conf.absence) == (False, "")
    assert "does not exist" in conf.problems[0].message
    assert not known.current(None).found


def test_another_qb_conf_that_is_named_is_a_decision(
    place: Place, tmp_path: Path
) -> None:
    other = tmp_path / "other.conf"
    other.write_text("mail_host = other.example\n")
    assert place.known.current(other).mail.host == "other.example"


def test_what_is_kept_is_for_this_service_alone(place: Place) -> None:
    assert stat.S_IMODE(place.keeps.stat().st_mode) == 0o600


def test_a_kept_file_that_is_damaged_is_as_none(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"\xff\xfe what")
    assert not KnownQbConf(tmp_path / "kept").current(tmp_path / "nowhere").found


def test_where_nothing_can_be_kept_this_process_remembers(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.keeps = tmp_path / "not" / "there"
    place.started_again()
    assert place.host() == "mail.example"
    place.path.unlink()
    assert place.host() == "mail.example"
