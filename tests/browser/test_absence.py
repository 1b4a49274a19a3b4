"""What is absent: told, shown as it counts, put back or declared empty by a person."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect
from pytest_django import Settings

from dashboard.models import Revision
from dashboard.project.environment import Environment
from dashboard.store.configuration.observing import observe_all
from dashboard.store.configuration.site import qb_conf
from tests.browser.conftest import Look, Visit
from tests.dashboard import factories


@pytest.fixture
def absent(data: Path, transactional_db: None) -> Path:
    """A callbacks.conf that was in force and is gone; a service that works."""
    factories.heartbeat()
    observe_all()
    config = data / "callback" / "callbacks.conf"
    config.unlink()
    observe_all()
    return config


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("absent-overview", "/"),
        ("absent-callbacks", "/callbacks/"),
        ("absent-configuration", "/configuration/callback/"),
        ("absent-empty", "/configuration/callback/empty/"),
    ],
)
def test_pages_tell_of_it(look: Look, absent: Path, name: str, address: str) -> None:
    look(name, address)


def test_it_is_put_back_after_a_tick(visit: Visit, absent: Path) -> None:
    page = visit("/configuration/callback/", "editor")
    expect(page.get_by_text("The directory may not be mounted")).to_be_visible()
    page.get_by_role("button", name="Put back and save").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("then tick this")).to_be_visible()
    page.get_by_label("The directory is mounted").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as revision")).to_be_visible()
    assert absent.read_text() == "mail.py = failed-job-self\n"


def test_it_is_said_to_be_empty(visit: Visit, absent: Path) -> None:
    page = visit("/configuration/callback/", "editor")
    page.get_by_role("link", name="It is empty on purpose").click()
    page.get_by_label("Why").fill("the farm closes")
    page.get_by_role("button", name="Yes, it is empty now").click()
    expect(page.get_by_text("Nothing is mapped here now")).to_be_visible()
    assert Revision.objects.latest("id").meaning == []


def test_pages_tell_of_a_great_loss(look: Look, data: Path, live_server: None) -> None:
    factories.heartbeat()
    observe_all()
    (data / "callback" / "callbacks.conf").write_text("other.py = failed-job-self\n")
    observe_all()
    look("loss-overview", "/")
    look("loss-configuration", "/configuration/callback/")


def test_settings_tell_of_an_absent_qb_conf(
    look: Look, data: Path, settings: Settings, live_server: None
) -> None:
    path = data / "qb.conf"
    path.write_text("supervisor_language_flags = python\n")
    settings.ENVIRONMENT = Environment({"QUBECB_QB_CONF": str(path)})
    assert qb_conf().found
    path.unlink()
    look("absent-qb-conf", "/settings/")
