"""The settings pages: who sees them, and what they do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dashboard.models import AuditEntry, Token
from dashboard.project.environment import Environment
from dashboard.store.people import audit, tokens
from dashboard.store.people.audit import By
from tests.dashboard import factories
from tests.dashboard.conftest import browser_of
from tests.dashboard.reading import Page, read

EVERYBODYS = ("settings", "settings-connect", "settings-retention", "settings-about")
ADMINISTRATORS = ("settings-users", "settings-tokens", "settings-audit")
WORDS = "correct horse battery"


@pytest.fixture
def administrator(db: None) -> Client:
    """An administrator's browser."""
    return browser_of("administrator")


@pytest.mark.parametrize("name", EVERYBODYS)
def test_everybody_reads_what_is_no_secret(viewer: Client, name: str) -> None:
    page = read(viewer, reverse(name))
    assert page.tabs == {
        "Qube": reverse("settings"),
        "Connect": reverse("settings-connect"),
        "Retention": reverse("settings-retention"),
        "About": reverse("settings-about"),
    }
    assert len(page.facts) > 3


def test_a_setting_stands_there_as_one_would_write_it(viewer: Client) -> None:
    rows = read(viewer, reverse("settings-about")).rows
    now = {row["Setting"]: row["Now"] for row in rows}
    assert now["QUBECB_READ_ONLY"] == "0"


@pytest.mark.parametrize("name", ADMINISTRATORS)
def test_the_rest_is_for_administrators(db: None, name: str) -> None:
    answer = browser_of("editor").get(reverse(name))
    assert answer.status_code == 403
    assert Page(answer).heading == "This needs the right “administrator”"
    assert (
        reverse(name) in read(browser_of("administrator"), reverse(name)).tabs.values()
    )


@pytest.mark.parametrize("name", [*EVERYBODYS, *ADMINISTRATORS])
def test_no_page_shows_a_secret(
    administrator: Client, name: str, settings: Any, tmp_path: Path
) -> None:
    qb_conf = tmp_path / "qb.conf"
    qb_conf.write_text("mail_host = mail\nmail_user = u\nmail_password = hunter2\n")
    values = {"QUBECB_QB_CONF": str(qb_conf), "QUBECB_SECRET_KEY": "hunter2"}
    settings.ENVIRONMENT = Environment(values)
    answer = administrator.get(reverse(name))
    assert answer.status_code == 200
    assert b"hunter2" not in answer.content


class TestQube:
    """What was found in qb.conf."""

    def shown(self, viewer: Client, settings: Any, path: Path) -> Page:
        """The page, with qb.conf at a path."""
        settings.ENVIRONMENT = Environment({"QUBECB_QB_CONF": str(path)})
        return read(viewer, reverse("settings"))

    def test_none_means_that_everything_is_enabled(
        self, viewer: Client, settings: Any, tmp_path: Path
    ) -> None:
        shown = self.shown(viewer, settings, tmp_path / "qb.conf")
        assert "So all three languages are enabled" in shown.notices[0]
        languages = ("Python .py", "Perl .pl", "Qube .qcb")
        assert {shown.facts[language] for language in languages} == {"enabled"}

    def test_a_disabled_language_comes_with_the_line_to_write(
        self, viewer: Client, settings: Any, tmp_path: Path
    ) -> None:
        (tmp_path / "qb.conf").write_text("supervisor_language_flags = qube,mail\n")
        shown = self.shown(viewer, settings, tmp_path / "qb.conf")
        perl = shown.facts["Perl .pl"]
        assert perl.startswith("disabled Its callbacks never run.")
        assert perl.endswith('supervisor_language_flags = "qube,perl,mail"')
        assert shown.facts["Qube .qcb"] == "enabled"

    def test_a_problem_is_told_with_its_line(
        self, viewer: Client, settings: Any, tmp_path: Path
    ) -> None:
        (tmp_path / "qb.conf").write_text("\nsupervisor_language_flags = pyton\n")
        shown = self.shown(viewer, settings, tmp_path / "qb.conf")
        assert any("Line 2 of" in notice for notice in shown.notices)


class TestUsers:
    """Users and rights."""

    def add(self, administrator: Client, **changes: str) -> Any:
        """Post the form."""
        form = {"username": "jo", "right": "editor", "password": WORDS, **changes}
        return administrator.post(reverse("settings-users"), form)

    def test_a_person_is_added_and_can_log_in(self, administrator: Client) -> None:
        assert self.add(administrator).status_code == 302
        answer = Client().post(reverse("login"), {"username": "jo", "password": WORDS})
        assert answer.status_code == 302
        page = read(administrator, reverse("settings-users"))
        (jo,) = (row for row in page.rows if row["Name"] == "jo")
        assert (jo["Right"], jo["May log in"]) == ("editor", "may log in yes")

    @pytest.mark.parametrize(
        ("changes", "complaint"),
        [
            ({"username": ""}, "required"),
            ({"username": "a b"}, "valid username"),
            ({"username": "a\0b"}, "Null characters"),
            ({"username": "x" * 151}, "at most 150"),
            ({"right": "owner"}, "valid choice"),
            ({"password": "short"}, "too short"),
        ],
        ids=str,
    )
    def test_what_will_not_do_is_said(
        self, administrator: Client, changes: dict[str, str], complaint: str
    ) -> None:
        assert complaint in " ".join(Page(self.add(administrator, **changes)).errors)
        assert User.objects.count() == 1

    def test_a_name_is_given_once(self, administrator: Client) -> None:
        factories.person("viewer", "taken")
        page = Page(self.add(administrator, username="taken"))
        assert "already" in " ".join(page.errors)

    def test_a_right_is_changed_and_recorded(self, administrator: Client) -> None:
        user = factories.person("viewer")
        page = reverse("settings-user", args=[user.pk])
        administrator.post(page, {"right": "operator"})
        assert user.groups.get().name == "operator"
        assert AuditEntry.objects.get(subject=user.username).details["right"]

    def test_a_person_is_stopped_and_let_in_again(self, administrator: Client) -> None:
        user = factories.person("viewer")
        page = reverse("settings-user-active", args=[user.pk])
        administrator.post(page, {"active": "no"})
        user.refresh_from_db()
        assert not user.is_active
        administrator.post(page, {"active": "yes"})
        user.refresh_from_db()
        assert user.is_active

    def test_a_password_is_set(self, administrator: Client) -> None:
        user = factories.person("viewer")
        page = reverse("settings-user-password", args=[user.pk])
        administrator.post(page, {"new_password": WORDS, "repeated": WORDS})
        user.refresh_from_db()
        assert user.check_password(WORDS)

    def test_a_bad_password_is_said_on_the_page(self, administrator: Client) -> None:
        user = factories.person("viewer")
        page = reverse("settings-user-password", args=[user.pk])
        answer = administrator.post(page, {"new_password": "x", "repeated": "y"})
        assert "too short" in " ".join(Page(answer).errors)
        user.refresh_from_db()
        assert not user.has_usable_password()

    @pytest.mark.django_db(transaction=True)
    def test_the_last_administrator_is_told_why_they_stay(self) -> None:
        browser = browser_of("administrator")
        user = User.objects.get()
        page = reverse("settings-user", args=[user.pk])
        answer = browser.post(page, {"right": "viewer"}, follow=True)
        assert "last administrator" in " ".join(Page(answer).notices)
        assert user.groups.get().name == "administrator"

    @pytest.mark.parametrize(
        "name", ["settings-user", "settings-user-password", "settings-user-active"]
    )
    @pytest.mark.parametrize("identity", [10**6, 10**40])
    def test_nobody_is_404(
        self, administrator: Client, name: str, identity: int
    ) -> None:
        page = reverse(name, args=[identity])
        assert administrator.post(page, {"right": "viewer"}).status_code == 404

    def test_the_list_costs_the_same_for_one_and_for_three(
        self, administrator: Client
    ) -> None:
        assert _same_cost(administrator, "settings-users", factories.person)


class TestTokens:
    """API tokens."""

    def make(self, administrator: Client, **changes: str) -> Page:
        """Post the form and give the page."""
        form = {"name": "farm", "right": "intake", "expires": "", **changes}
        answer = administrator.post(reverse("settings-tokens"), form)
        assert answer.status_code == 200
        return Page(answer)

    def secret_in(self, page: Page) -> str:
        """The token that a page shows."""
        (shown,) = page.select("#secret")
        return shown.get_text()

    def test_a_token_is_shown_once_and_works(self, administrator: Client) -> None:
        secret = self.secret_in(self.make(administrator))
        assert tokens.recognise(secret).right == "intake"
        again = administrator.get(reverse("settings-tokens"))
        assert Page(again).column("Right") == ["intake"]
        assert secret not in again.content.decode()

    def test_the_page_with_a_token_is_never_kept(self, administrator: Client) -> None:
        answer = administrator.get(reverse("settings-tokens"))
        assert "no-store" in answer["Cache-Control"]

    def test_the_last_day_counts_to_its_end(self, administrator: Client) -> None:
        self.make(administrator, expires="2100-01-31")
        expires = Token.objects.get().expires_at
        assert expires is not None
        assert expires.isoformat() == "2100-01-31T23:59:59.999999+00:00"

    @pytest.mark.parametrize(
        ("changes", "complaint"),
        [
            ({"name": ""}, "required"),
            ({"name": "a\nb"}, "printable"),
            ({"name": "x" * 101}, "at most 100"),
            ({"right": "owner"}, "valid choice"),
            ({"expires": "2001-01-01"}, "past"),
            ({"expires": "soon"}, "valid date"),
        ],
        ids=str,
    )
    def test_what_will_not_do_is_said(
        self, administrator: Client, changes: dict[str, str], complaint: str
    ) -> None:
        assert complaint in " ".join(self.make(administrator, **changes).errors)
        assert not Token.objects.exists()

    def test_a_name_is_given_once(self, administrator: Client) -> None:
        self.make(administrator)
        assert "already" in " ".join(self.make(administrator).errors)
        assert Token.objects.count() == 1

    def test_a_token_is_revoked(self, administrator: Client) -> None:
        secret = self.secret_in(self.make(administrator))
        page = reverse("settings-token-revoke", args=[Token.objects.get().pk])
        administrator.post(page)
        with pytest.raises(tokens.TokenRefused):
            tokens.recognise(secret)

    @pytest.mark.parametrize("identity", [10**6, 10**40])
    def test_no_token_is_404(self, administrator: Client, identity: int) -> None:
        page = reverse("settings-token-revoke", args=[identity])
        assert administrator.post(page).status_code == 404

    def test_the_list_costs_the_same_for_one_and_for_three(
        self, administrator: Client
    ) -> None:
        names = iter("abcdef")

        def make() -> None:
            tokens.create(next(names), "viewer", by=By("ann", "here"))

        assert _same_cost(administrator, "settings-tokens", make)


class TestAudit:
    """The audit log."""

    def test_acts_are_listed_and_filtered(self, administrator: Client) -> None:
        audit.record(By("ann", "192.0.2.7"), "pause", "mail.py", reason="<b>")
        audit.record(By("bob", "192.0.2.8"), "save", "callbacks.conf")
        page = reverse("settings-audit")
        saved, paused = read(administrator, page).rows
        assert (paused["What"], paused["Details"]) == ("mail.py", "“<b>”")
        assert (saved["Who"], saved["From"]) == ("bob", "192.0.2.8")
        for wanted in ({"actor": "bob"}, {"act": "save"}):
            assert read(administrator, page, wanted).column("Who") == ["bob"]

    def test_older_entries_are_a_page_away(self, administrator: Client) -> None:
        for number in range(51):
            audit.record(By("ann", "192.0.2.7"), "save", f"number {number}.")
        page = reverse("settings-audit")
        newest = read(administrator, page)
        told = [f"number {number}." for number in reversed(range(51))]
        assert newest.column("What") == told[:50]
        (older,) = newest.select("a[rel=next]")
        assert read(administrator, str(older["href"])).column("What") == told[50:]

    @pytest.mark.parametrize("value", ["\0", "x" * 500, "9" * 99, "%00", "now-ish"])
    def test_any_filter_has_an_answer(self, administrator: Client, value: str) -> None:
        for name in ("actor", "act", "since", "until", "before", "after"):
            answer = administrator.get(reverse("settings-audit"), {name: value})
            assert answer.status_code == 200

    def test_the_list_costs_the_same_for_one_and_for_three(
        self, administrator: Client
    ) -> None:
        def make() -> None:
            audit.record(By("a", "b"), "c", "d")

        assert _same_cost(administrator, "settings-audit", make)


def _same_cost(browser: Client, name: str, make: Callable[[], object]) -> bool:
    """Whether a page needs as many queries for one row as for three."""
    counts = []
    make()
    browser.get(reverse(name))
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse(name))
        counts.append(len(queries))
        make()
        make()
    return counts[0] == counts[1]
