"""Names of callback directories: given once, to one each, whoever asks first."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection
from hypothesis import given
from hypothesis import strategies as st

from dashboard.models import DirectoryName
from dashboard.project.environment import Environment
from dashboard.store.configuration.directory_names import (
    LONGEST,
    at_the_upgrade,
    candidates,
    configured,
    give,
    names,
)
from dashboard.store.configuration.editing import observe_all
from tests.conftest import ON_DISK
from tests.dashboard.store.at_once import at_once

#: What a name is made of: fit for an address as it is, neither hidden nor a number.
NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_])?\Z")
Lists = Callable[..., None]
ALONGSIDE = pytest.mark.skipif(
    connection.vendor == "sqlite" and not ON_DISK,
    reason="a database in memory cannot be read while somebody writes",
)


@pytest.fixture
def lists(transactional_db: None, settings: Any, tmp_path: Path) -> Lists:
    """Configure these directories, in this order."""
    settings.DATA = tmp_path

    def configure(*paths: str) -> None:
        given = {"QUBECB_CALLBACK_PATH": ",".join(paths)}
        none = {"QUBECB_QB_CONF": str(tmp_path / "no-qb.conf")}
        settings.ENVIRONMENT = Environment(given | none)

    return configure


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/mnt/studio", ["studio", "studio-2", "studio-3"]),
        ("/mnt/My Show (old)", ["My-Show-old", "My-Show-old-2"]),
        ("/mnt/.hidden..", ["hidden", "hidden-2"]),
        ("/mnt/2024", ["directory-2024", "directory-2024-2"]),
        ("/mnt/スタジオ", ["directory", "directory-2"]),
        ("/mnt/\udcff", ["directory", "directory-2"]),
        ("/", ["directory", "directory-2"]),
        ("/mnt/" + "a" * 150, ["a" * 100, "a" * 98 + "-2"]),
        ("/mnt/" + "1" * 99 + "-x", ["directory-" + "1" * 90]),
    ],
)
def test_a_name_is_the_last_folder(path: str, expected: list[str]) -> None:
    assert list(islice(candidates(path), len(expected))) == expected


@given(st.text(), st.sampled_from((0, 1, 8, 9, 98, 998)))
def test_a_name_fits_into_an_address_whatever_the_folder(folder: str, at: int) -> None:
    (name,) = islice(candidates(f"/mnt/{folder}"), at, at + 1)
    assert NAME.match(name)
    assert len(name) <= LONGEST
    assert not name.isdecimal()


def test_names_differ_also_when_case_is_ignored(lists: Lists) -> None:
    lists("/a/Studio", "/b/studio", "/c/STUDIO-2", "/d/studio")
    assert list(configured().values()) == [
        *("Studio", "studio-2", "STUDIO-2-2", "studio-3"),
    ]


def test_the_store_holds_no_name_and_no_path_twice(lists: Lists) -> None:
    lists("/a/studio")
    assert configured()
    for path, name in (("/b", "STUDIO"), ("/a/studio", "other")):
        with pytest.raises(IntegrityError):
            DirectoryName.objects.create(path=path, name=name)


def test_a_directory_that_returns_has_its_name_again(lists: Lists) -> None:
    lists("/a/studio", "/b/studio")
    before = configured()
    lists("/b/studio", "/c/studio")
    assert configured() == {"/b/studio": "studio-2", "/c/studio": "studio-3"}
    assert names() == before | configured()
    lists("/c/studio", "/a/studio")
    assert configured() == {"/c/studio": "studio-3", "/a/studio": "studio"}


def test_old_numbers_are_those_of_the_first_list(lists: Lists) -> None:
    lists("/a/studio", "/b/other")
    assert [at_the_upgrade(at) for at in range(3)] == ["studio", "other", None]
    lists("/c/third", "/b/other", "/a/studio")
    assert [at_the_upgrade(at) for at in range(3)] == ["studio", "other", None]


def test_the_watcher_gives_a_name_before_anybody_looks(lists: Lists) -> None:
    lists("/a/studio")
    observe_all()
    assert DirectoryName.objects.get().name == "studio"


@ALONGSIDE
def test_whoever_asks_at_the_same_moment_is_told_the_same(lists: Lists) -> None:
    told: list[dict[str, str]] = []
    lists("/0/studio")
    for _ in range(10):
        DirectoryName.objects.all().delete()
        told.clear()
        at_once(*[lambda: told.append(names())] * 4)
        assert told == [{"/0/studio": "studio"}] * 4


@ALONGSIDE
def test_hosts_that_see_other_directories_give_no_name_twice(lists: Lists) -> None:
    paths = [[f"/{at}/studio", "/shared/studio"] for at in range(4)]
    for _ in range(10):
        DirectoryName.objects.all().delete()
        at_once(*[partial(give, each) for each in paths])
        found = give([])
        assert len(found) == len(set(found.values())) == DirectoryName.objects.count()
        assert len(found) == 5
