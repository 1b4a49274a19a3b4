"""What the checker says is remembered as long as nothing changes that it reads, and no longer."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest
from django.test import Client
from pytest_django import Settings

from dashboard.project.environment import Environment
from dashboard.store.configuration.checking import checked
from qubecb.lint import check_catalog
from tests.dashboard.sites import Site, make_site

NAMED = b"print(qb.jobinfo(id=5))\n"


@pytest.fixture
def site(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None
) -> Site:
    """A callback directory with mail.py and report.pl."""
    return make_site(settings, tmp_path, monkeypatch)


def codes() -> list[str]:
    """The rules that have something to say."""
    return [each.code for each in checked().findings]


def checks_of(act: Callable[[], object]) -> int:
    """How often the checker runs while something is done."""
    count = 0

    def look(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        count += event == "call" and frame.f_code is check_catalog.__code__

    sys.setprofile(look)
    try:
        act()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "address", ["/", "/callbacks/", "/callbacks/callback/mail.py/", "/api/callbacks"]
)
def test_a_page_that_asks_again_checks_nothing_again(
    site: Site, editor: Client, address: str
) -> None:
    site.write(b"mail.py = failed-job-self\n# %s\n" % address.encode())
    assert checks_of(lambda: editor.get(address)) == 1
    assert checks_of(lambda: editor.get(address)) == 0


def rewrite(site: Site) -> None:
    site.config.write_bytes(b"mail.py = failed-jbo-self\n")


def spoil(site: Site) -> None:
    (site.path / "mail.py").write_bytes(NAMED)


def remove(site: Site) -> None:
    (site.path / "mail.py").unlink()


def add(site: Site) -> None:
    (site.path / "more.py").write_bytes(b"")


def forbid(site: Site) -> None:
    (site.path / "mail.py").unlink()
    (site.path / "mail.py").mkdir()


def link(site: Site) -> None:
    (site.path / "else.conf").write_bytes(site.data)
    site.config.unlink()
    site.config.symlink_to(site.path.parent / "else.conf")


@pytest.mark.parametrize("change", [rewrite, spoil, remove, add, forbid, link])
def test_a_change_of_what_is_checked_is_seen_at_once(
    site: Site, change: Callable[[Site], None]
) -> None:
    (site.path.parent / "else.conf").write_bytes(site.data)
    before = codes()
    change(site)
    assert codes() != before


def test_a_change_of_qb_conf_is_seen_at_once(
    site: Site, settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "qb.conf"
    settings.ENVIRONMENT = Environment({"QUBECB_QB_CONF": str(file)})
    file.write_text("supervisor_language_flags = python,perl,qube\n")
    before = codes()
    file.write_text("supervisor_language_flags = qube\n")
    assert codes() != before
