"""Logging in, settings and test fire: their main acts, and each page looked at."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.template.loader import render_to_string
from playwright.sync_api import expect

from dashboard.models import EventRecord, Run, Token
from dashboard.store.configuration.editing import observe_all
from dashboard.store.people import audit, tokens
from dashboard.store.people.audit import By
from tests.browser.conftest import Look, Visit, check, check_widths
from tests.dashboard import factories

WORDS = "correct horse battery"
PAGES = {
    "settings": "/settings/",
    "settings-connect": "/settings/connect/",
    "settings-users": "/settings/users/",
    "settings-tokens": "/settings/tokens/",
    "settings-audit": "/settings/audit/",
    "settings-retention": "/settings/retention/",
    "settings-about": "/settings/about/",
    "password": "/password/",
    "times": "/times/",
    "fire": "/fire/",
    "fire-match": "/fire/?name=failed&type=job&job=5042&source=bound",
    "fire-malformed": "/fire/?name=&type=job&job=0&more={",
}


@pytest.fixture
def site(data: Path, transactional_db: None) -> None:
    """Something on every page."""
    (data / "callback" / "callbacks.conf").write_text(
        "mail.py = failed-job-self\nboth.py = complete-job-self && complete-job-parent\n"
    )
    observe_all()
    factories.heartbeat()
    factories.person("editor", "ed")
    tokens.create("farm", "intake", by=By("ann", "192.0.2.7"))
    tokens.revoke(Token.objects.get(), by=By("ann", "192.0.2.7"))
    tokens.create("relay", "intake", by=By("ann", "192.0.2.7"))
    audit.record(
        By("ann", "192.0.2.7"), "pause", "mail.py", reason="mail server is down"
    )


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_usable_by_everybody(look: Look, site: None, name: str) -> None:
    look(name, PAGES[name])


def test_a_users_page_is_usable_by_everybody(look: Look, site: None) -> None:
    look("settings-user", f"/settings/users/{User.objects.get(username='ed').pk}/")


def test_a_simulation_is_usable_by_everybody(look: Look, site: None) -> None:
    action = {"verb": "unblock", "targets": ["5042"], "applied": ["5042.0"]}
    cause = factories.event(test=True, source="simulate", runs_count=2)
    run = factories.run(of=cause, test=True, simulate=True, actions=[action])
    factories.run(of=cause, test=True, simulate=True, state="queued")
    factories.output(run, b"submitted 5042: shot_010\n")
    look("fire-simulated", f"{PAGES['fire-match']}&fired={cause.pk}")


def test_what_was_fired_live_is_usable_by_everybody(look: Look, site: None) -> None:
    cause = factories.event(test=True, source="fire", runs_count=1)
    run = factories.run(of=cause, test=True)
    factories.output(run, b"mailed jo\n")
    look("fire-live", f"{PAGES['fire-match']}&fired={cause.pk}")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_question_before_a_live_fire_is_usable_by_everybody(
    visit: Visit, site: None, theme: str
) -> None:
    page = visit("/fire/", theme=theme)
    page.get_by_role("button", name="Live").click()
    expect(page.get_by_text("1 callback will run")).to_be_visible()
    check_widths(page, f"fire-confirm-{theme}")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_defect_of_ours_is_usable_by_everybody(visit: Visit, theme: str) -> None:
    page = visit("/", theme=theme)
    page.set_content(render_to_string("500.html"))
    expect(page.get_by_role("heading", name="Something went wrong")).to_be_visible()
    check_widths(page, f"defect-{theme}")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_login_page_is_usable_by_everybody(
    visit: Visit, theme: str, width: int
) -> None:
    size = {"width": width, "height": 844}
    page = visit("/", theme=theme, size=size)
    page.context.clear_cookies()
    page.goto("/runs/")
    expect(page).to_have_url(re.compile(r"/login/\?next=/runs/"))
    check(page, f"login-{theme}-{width}")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "without scripts"])
def test_a_person_logs_in_and_out(visit: Visit, scripts: bool) -> None:
    user = factories.person("viewer", "jo")
    user.set_password(WORDS)
    user.save()
    page = visit("/", scripts=scripts)
    page.context.clear_cookies()
    page.goto("/runs/")
    page.get_by_label("Username").fill("jo")
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_a_token_is_made_shown_and_revoked(visit: Visit, site: None) -> None:
    page = visit("/settings/tokens/", "administrator")
    page.get_by_label("Name", exact=True).fill("grafana")
    page.get_by_label("Right").select_option("viewer")
    page.get_by_role("button", name="Make token").click()
    secret = page.locator("#secret").inner_text()
    assert tokens.recognise(secret).name == "grafana"
    page.get_by_role("row", name=re.compile("grafana")).get_by_role(
        "button", name="Revoke", exact=True
    ).click()
    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_text("is revoked")).to_be_visible()


def test_a_user_is_added_and_given_another_right(visit: Visit, site: None) -> None:
    page = visit("/settings/users/", "administrator")
    page.get_by_label("Name", exact=True).fill("kim")
    page.get_by_label("First password").fill(WORDS)
    page.get_by_role("button", name="Add user").click()
    page.get_by_role("link", name="kim").click()
    page.get_by_label("Right").select_option("operator")
    page.get_by_role("button", name="Change right").click()
    expect(page.get_by_text("kim now has the right operator")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "without scripts"])
def test_a_match_says_who_fires(visit: Visit, site: None, scripts: bool) -> None:
    page = visit("/fire/", scripts=scripts)
    page.get_by_role("button", name="Match").click()
    expect(page.get_by_role("heading", name="Fires")).to_be_visible()
    expect(page).to_have_url(re.compile(r"name=failed"))
    assert not EventRecord.objects.exists()


def test_a_simulation_is_followed_to_its_end(visit: Visit, site: None) -> None:
    page = visit("/fire/")
    page.get_by_role("button", name="Simulate").click()
    expect(page.get_by_text("Queued", exact=True)).to_be_visible()
    action = {"verb": "retry", "targets": ["5042"], "applied": []}
    Run.objects.update(state="succeeded", actions=[action], seconds=0.1)
    expect(page.get_by_text("would have: retry 5042")).to_be_visible()


def test_an_editor_tries_a_text_that_is_not_saved(visit: Visit, site: None) -> None:
    page = visit("/fire/", "editor")
    expect(page.get_by_label("callbacks.conf", exact=True)).to_be_hidden()
    page.get_by_label("Configuration").select_option("edit")
    page.get_by_label("callbacks.conf", exact=True).fill("mail.py = blocked-job-self\n")
    page.get_by_role("button", name="Match").click()
    expect(page.get_by_text("No mapping fires for")).to_be_visible()


def test_a_live_fire_asks_in_numbers_first(visit: Visit, site: None) -> None:
    page = visit("/fire/")
    page.get_by_role("button", name="Live").click()
    expect(page.get_by_text("1 callback will run")).to_be_visible()
    assert not EventRecord.objects.exists()
    page.get_by_role("button", name="Fire live: run 1 callback").click()
    expect(page.get_by_text("waits for the dispatcher")).to_be_visible()
    assert EventRecord.objects.get().test


def test_the_api_is_described_without_the_internet(visit: Visit) -> None:
    page = visit("/api/docs", "viewer")
    expect(page.get_by_text("Send one event or a list")).to_be_visible()
