"""Logging in and out, being locked out, and one's own password."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client

from dashboard.models import AuditEntry
from dashboard.store.people import sign_ins
from tests.dashboard.reading import Page
from tests.dashboard.store.refusing import refused

Person = Callable[..., User]
WORDS = "correct horse battery"


def log_in(client: Client, words: str = WORDS, back: str = "") -> HttpResponse:
    """Post the login form."""
    form = {"username": "jo", "password": words, "next": back}
    answer = client.post("/login/", form)
    assert isinstance(answer, HttpResponse)
    return answer


def test_the_right_password_lets_in_and_is_recorded(
    client: Client, person: Person
) -> None:
    person("jo", "viewer")
    answer = log_in(client, back="/runs/?state=failed")
    assert answer["Location"] == "/runs/?state=failed"
    assert AuditEntry.objects.get().act == "sign-in"


def test_pages_in_other_tabs_can_tell_who_is_logged_in(
    client: Client, person: Person
) -> None:
    person("jo", "viewer")
    cookie = log_in(client).cookies["person"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("jo", "Lax", "")
    assert 'data-person="jo"' in client.get("/").content.decode()
    client.post("/logout/")
    assert client.cookies["person"].value == ""


@pytest.mark.parametrize(
    "back",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "x:y", "current"],
)
def test_nobody_is_sent_to_another_site(
    client: Client, person: Person, back: str
) -> None:
    person("jo", "viewer")
    assert log_in(client, back=back)["Location"] == "/"


def test_a_wrong_password_is_said_without_saying_which_part(
    client: Client, person: Person
) -> None:
    person("jo", "viewer")
    assert "correct username and password" in Page(log_in(client, "no")).text


def test_a_name_with_a_nul_is_no_trouble(client: Client, db: None) -> None:
    answer = client.post("/login/", {"username": "a\x00b", "password": "c\x00d"})
    assert answer.status_code == 200


def test_too_many_wrong_passwords_get_a_page_that_says_how_long(
    client: Client, person: Person
) -> None:
    person("jo", "viewer")
    answers = [log_in(client, "no") for _ in range(9)]
    assert answers[-1].status_code == 429
    assert answers[-1]["Retry-After"] == "900"
    assert "accepts no further try for 15 minutes." in Page(answers[-1]).text


def test_being_locked_out_holds_for_the_right_password_too(
    client: Client, person: Person
) -> None:
    person("jo", "viewer")
    for _ in range(8):
        log_in(client, "no")
    assert log_in(client).status_code == 429


def test_logging_out_takes_a_post(client: Client, person: Person) -> None:
    client.force_login(person("jo", "viewer"))
    assert client.get("/logout/")["Location"] == "/"
    assert "_auth_user_id" in client.session
    assert client.post("/logout/")["Location"] == "/login/"
    assert "_auth_user_id" not in client.session


def test_wrong_passwords_are_one_entry_with_name_address_and_count(
    client: Client, person: Person
) -> None:
    person("jo", "viewer")
    for _ in range(3):
        log_in(client, "no")
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor, entry.actor_kind) == (
        "sign-in-failed",
        "jo",
        "nobody",
    )
    assert (entry.origin, entry.details) == ("127.0.0.1", {"times": 3})


def test_a_lock_out_is_recorded(client: Client, person: Person) -> None:
    person("jo", "viewer")
    for _ in range(12):
        log_in(client, "no")
    found = AuditEntry.objects.get(act="locked-out")
    assert (found.actor, found.origin) == ("jo", "127.0.0.1")
    assert found.details["times"] > 1


def test_whoever_tries_many_names_fills_no_audit_log(client: Client, db: None) -> None:
    for number in range(sign_ins.MOST_AN_HOUR + 20):
        sign_ins.refused(f"name {number}", "192.0.2.7")
    entries = AuditEntry.objects.filter(act="sign-in-failed")
    assert entries.count() == sign_ins.MOST_AN_HOUR + 1
    assert entries.get(actor=sign_ins.OTHERS).details == {"times": 20}


@pytest.mark.django_db(transaction=True)
def test_a_login_does_not_depend_on_the_audit_log(
    client: Client, person: Person
) -> None:
    person("jo", "viewer")
    with refused("dashboard_auditentry"):
        assert log_in(client, back="/runs/")["Location"] == "/runs/"
        assert client.post("/logout/")["Location"] == "/login/"
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db(transaction=True)
def test_who_logs_out_is_out_though_nothing_can_be_written(
    client: Client, person: Person
) -> None:
    client.force_login(person("jo", "viewer"))
    stolen = client.cookies["sessionid"].value
    with refused("django_session", "DELETE"):
        assert client.post("/logout/")["Location"] == "/login/"
        client.cookies["sessionid"] = stolen
        assert client.get("/runs/").status_code == 302
    client.cookies["sessionid"] = stolen
    assert client.get("/runs/").status_code == 302
    assert not Session.objects.exists()


def test_who_was_deactivated_is_out_at_once(client: Client, person: Person) -> None:
    user = person("jo", "viewer")
    client.force_login(user)
    User.objects.update(is_active=False)
    assert client.get("/password/").status_code == 302


class TestPassword:
    """One's own password."""

    def test_whoever_has_no_right_may_change_it(
        self, client: Client, person: Person
    ) -> None:
        user = person("jo", "viewer")
        user.groups.clear()
        client.force_login(user)
        assert client.get("/password/").status_code == 200
        self.change(client, WORDS, "quite another one", "quite another one")
        assert User.objects.get().check_password("quite another one")

    def test_trying_the_present_password_is_locked_out(
        self, client: Client, person: Person
    ) -> None:
        client.force_login(person("jo", "viewer"))
        new = "quite another one"
        answers = [self.change(client, f"no {n}", new, new) for n in range(9)]
        assert answers[-1].status_code == 429
        assert self.change(client, WORDS, new, new).status_code == 429
        assert User.objects.get().check_password(WORDS)
        assert AuditEntry.objects.filter(act="locked-out", actor="jo").exists()

    @staticmethod
    def change(client: Client, old: str, new: str, again: str) -> HttpResponse:
        """Post the form."""
        form = {"old_password": old, "new_password": new, "repeated": again}
        answer = client.post("/password/", form)
        assert isinstance(answer, HttpResponse)
        return answer

    def test_it_is_changed_and_the_session_stays(
        self, client: Client, person: Person
    ) -> None:
        client.force_login(person("jo", "viewer"))
        answer = self.change(client, WORDS, "quite another one", "quite another one")
        assert answer["Location"] == "/"
        assert client.session["_auth_user_id"]
        assert User.objects.get().check_password("quite another one")

    @pytest.mark.parametrize(
        ("old", "new", "again", "complaint"),
        [
            ("wrong", "quite another one", "quite another one", "current password"),
            (WORDS, "quite another one", "something else", "two passwords differ"),
            (WORDS, "short", "short", "too short"),
            (WORDS, "password1", "password1", "too common"),
        ],
    )
    def test_what_will_not_do_is_said(
        self,
        client: Client,
        person: Person,
        old: str,
        new: str,
        again: str,
        complaint: str,
    ) -> None:
        client.force_login(person("jo", "viewer"))
        assert complaint in Page(self.change(client, old, new, again)).text
        assert User.objects.get().check_password(WORDS)
