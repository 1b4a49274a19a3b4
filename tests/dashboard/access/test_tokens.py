"""Tokens are made, recognised, noted, revoked and expire."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboard.models import AuditEntry, Token
from dashboard.store.people import tokens
from dashboard.store.people.audit import By


def make(name: str = "farm", right: str = "operator", minutes: int = 0) -> str:
    """Make a token; with minutes, one that expires after (or before) them."""
    until = timezone.now() + timedelta(minutes=minutes) if minutes else None
    return tokens.create(name, right, by=By("ann", "192.0.2.7"), expires_at=until)


@pytest.mark.django_db
class TestTokens:
    """Each with a database of its own."""

    def test_only_the_digest_is_stored(self) -> None:
        secret = make()
        token = Token.objects.get()
        assert token.sha256 == tokens.digest(secret)
        assert secret not in str(Token.objects.values_list().get())
        assert secret not in str(AuditEntry.objects.values_list().get())

    def test_two_tokens_are_never_alike(self) -> None:
        assert make("one") != make("two")

    def test_a_token_is_recognised(self) -> None:
        holder = tokens.recognise(make("relay", "intake"))
        assert (holder.name, holder.right) == ("relay", "intake")

    def test_a_token_just_used_costs_no_query(self) -> None:
        secret = make()
        tokens.recognise(secret)
        with CaptureQueriesContext(connection) as queries:
            tokens.recognise(secret)
        assert len(queries) == 0

    def test_the_last_use_is_noted(self) -> None:
        tokens.recognise(make())
        assert Token.objects.get().last_used_at is not None

    def test_an_unknown_token_is_refused(self) -> None:
        with pytest.raises(tokens.TokenRefused, match="not known"):
            tokens.recognise("qcb_nothing")

    def test_a_token_of_any_characters_is_refused(self) -> None:
        with pytest.raises(tokens.TokenRefused):
            tokens.recognise("\ud800\x00é")

    def test_an_expired_token_is_refused(self) -> None:
        with pytest.raises(tokens.TokenRefused, match="expired on"):
            tokens.recognise(make(minutes=-1))

    def test_a_revoked_token_is_refused_at_once(self) -> None:
        secret = make()
        tokens.recognise(secret)
        tokens.revoke(Token.objects.get(), by=By("ann", "192.0.2.7"))
        with pytest.raises(tokens.TokenRefused, match="revoked"):
            tokens.recognise(secret)

    def test_revoking_twice_is_recorded_once(self) -> None:
        make()
        for _ in range(2):
            tokens.revoke(Token.objects.get(), by=By("ann", "192.0.2.7"))
        assert AuditEntry.objects.filter(details__what="revoked").count() == 1

    def test_a_name_is_given_once(self) -> None:
        make("farm")
        with pytest.raises(tokens.NameTaken):
            make("farm")

    def test_a_right_that_there_is_not_is_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="owner"):
            make(right="owner")


def manage(*arguments: str) -> str:
    """Run `manage.py token` and give what it prints."""
    out = StringIO()
    call_command("token", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
class TestCommand:
    """The command line."""

    def test_it_prints_the_token_and_nothing_else(self) -> None:
        secret = manage("create", "farm")
        assert secret.count("\n") == 1
        assert tokens.recognise(secret.strip()).right == "operator"

    def test_it_takes_a_right_and_an_end(self) -> None:
        manage("create", "farm", "--right", "intake", "--expires", "2100-01-31")
        token = Token.objects.get()
        assert token.right == "intake"
        assert str(token.expires_at) == "2100-01-31 23:59:59+00:00"

    @pytest.mark.parametrize("date", ["tomorrow", "2100-13-01", "2001-01-01", "1"])
    def test_a_date_that_will_not_do_is_explained(self, date: str) -> None:
        with pytest.raises(CommandError, match="--expires must be"):
            manage("create", "farm", "--expires", date)

    @pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 101])
    def test_a_name_that_will_not_do_is_refused(self, name: str) -> None:
        with pytest.raises(CommandError, match="printable"):
            manage("create", name)

    def test_a_name_taken_is_one_sentence(self) -> None:
        manage("create", "farm")
        with pytest.raises(CommandError, match="already"):
            manage("create", "farm")

    def test_tokens_are_listed_without_their_text(self) -> None:
        secret = manage("create", "farm").strip()
        shown = manage("list")
        assert "farm\toperator\tvalid\tnever used" in shown
        assert secret not in shown

    def test_a_token_is_revoked_by_name(self) -> None:
        manage("create", "farm")
        manage("revoke", "farm")
        assert Token.objects.get().revoked_at is not None

    def test_revoking_what_there_is_not_says_so(self) -> None:
        with pytest.raises(CommandError, match="no token named"):
            manage("revoke", "farm")
