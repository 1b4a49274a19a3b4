"""Names of people and tokens are told apart by whoever reads the audit log."""

from __future__ import annotations

import pytest

from dashboard.models import AuditEntry, Token
from dashboard.store.people import tokens, users
from dashboard.store.people.audit import By
from tests.dashboard import factories

ANN = By("ann", "192.0.2.7")
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "name",
    ["farm", "Farm", "fаrm", "farm\u200b", " farm", "ｆarm", "FARM"],  # noqa: RUF001
)
def test_a_token_cannot_have_a_name_that_looks_like_a_persons(name: str) -> None:
    factories.person("viewer", "farm")
    with pytest.raises(tokens.NameTaken, match="A user named farm already exists"):
        tokens.create(name, "intake", by=ANN)
    assert not Token.objects.exists()


def test_a_person_cannot_have_a_name_that_looks_like_a_tokens() -> None:
    tokens.create("farm", "intake", by=ANN)
    with pytest.raises(users.UserRefused, match="A token named farm already exists"):
        users.add("Farm", "correct horse", "viewer", ANN)


def test_a_revoked_token_keeps_its_name() -> None:
    tokens.create("farm", "intake", by=ANN)
    tokens.revoke(Token.objects.get(), by=ANN)
    with pytest.raises(tokens.NameTaken, match="the two names look the same"):
        tokens.create("FARM", "intake", by=ANN)


def test_names_that_differ_to_the_eye_are_given() -> None:
    tokens.create("farm", "intake", by=ANN)
    tokens.create("farm 2", "intake", by=ANN)
    assert Token.objects.count() == 2


def test_an_act_says_whether_a_person_or_a_token_did_it() -> None:
    tokens.create("farm", "intake", by=By("ann", "192.0.2.7", "person", 7))
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.actor_kind, entry.actor_id) == ("ann", "person", 7)
