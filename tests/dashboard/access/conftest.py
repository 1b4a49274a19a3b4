"""People for the tests of access."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User

Person = Callable[..., User]
WORDS = "correct horse battery"


@pytest.fixture
def person(db: None) -> Person:
    """Make a person by name, with a right or none."""

    def make(name: str = "jo", right: str | None = None) -> User:
        user = User.objects.create_user(name, password=WORDS)
        if right:
            user.groups.add(Group.objects.get_or_create(name=right)[0])
        return user

    return make
