"""People are added, given rights and stopped; one administrator always stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dashboard.access import right_of
from dashboard.models import AuditEntry
from dashboard.store.people import users
from dashboard.store.people.audit import By
from tests.dashboard.conftest import BACKEND

Person = Callable[..., User]
ANN = By("ann", "192.0.2.7")


def again(user: User) -> User:
    """The same person, read again."""
    return User.objects.get(pk=user.pk)


def test_a_person_is_added_with_a_right_and_that_is_recorded(db: None) -> None:
    user = users.add("jo", "correct horse battery", "editor", ANN)
    entry = AuditEntry.objects.get()
    assert right_of(user) == "editor"
    assert (entry.actor, entry.origin, entry.subject) == ("ann", "192.0.2.7", "jo")


def test_a_new_right_takes_the_place_of_the_old(person: Person) -> None:
    person("ann", "administrator")
    user = person("jo", "editor")
    users.set_right(user, "viewer", ANN)
    assert right_of(again(user)) == "viewer"


def test_a_superuser_can_be_made_less(person: Person) -> None:
    person("ann", "administrator")
    root = User.objects.create_superuser("root")
    users.set_right(root, "viewer", ANN)
    assert right_of(again(root)) == "viewer"


def test_the_session_of_somebody_who_was_deactivated_does_not_come_back(
    person: Person, client: Client
) -> None:
    person("ann", "administrator")
    user = person("jo", "viewer")
    client.force_login(user, BACKEND)
    users.set_active(user, False, ANN)
    assert client.get("/pulse/", headers={"HX-Request": "true"}).status_code == 401
    users.set_active(user, True, ANN)
    assert client.get("/").headers["Location"].startswith("/login/")


def test_a_name_is_given_once(person: Person) -> None:
    person("jo")
    with pytest.raises(users.UserRefused, match="already"):
        users.add("jo", "correct horse battery", "viewer", ANN)


@pytest.mark.parametrize(
    "act",
    [
        lambda user: users.set_right(user, "editor", ANN),
        lambda user: users.set_active(user, False, ANN),
    ],
    ids=["a lower right", "deactivated"],
)
@pytest.mark.django_db(transaction=True)
def test_the_last_administrator_stays(act: Callable[[User], None]) -> None:
    user = users.add("ann", "correct horse battery", "administrator", ANN)
    with pytest.raises(users.UserRefused, match="last administrator"):
        act(user)
    assert right_of(again(user)) == "administrator"


def test_one_of_two_administrators_can_go(person: Person) -> None:
    person("ann", "administrator")
    user = person("jo", "administrator")
    users.set_active(user, False, ANN)
    assert right_of(again(user)) is None


def test_a_password_is_set_and_never_recorded(person: Person) -> None:
    user = person("jo", "viewer")
    users.set_password(user, "another horse entirely", ANN)
    assert again(user).check_password("another horse entirely")
    assert "horse" not in str(AuditEntry.objects.values_list().get())
