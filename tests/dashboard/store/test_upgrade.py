"""What becomes of what was stored before an upgrade."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from dashboard.models import Revision, Run
from dashboard.store.acts.replaying import replay
from tests.dashboard import factories
from tests.dashboard.factories import JO
from tests.dashboard.store.site import Site

NUMBERED: Any = import_module("dashboard.migrations.0009_revision_number")
SETTLED: Any = import_module("dashboard.migrations.0008_settled_before")


def upgrade() -> None:
    """Let the migration pass over the rows."""
    SETTLED.settle(apps, SimpleNamespace(connection=connection))


def old(state: str, **more: Any) -> Run:
    """A run as it was stored before: nobody had heard of open runs."""
    return factories.run(state=state, open=False, **more)


@pytest.mark.parametrize("portion", [1, 2, 20_000])
def test_what_had_gone_wrong_is_settled(
    db: None, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    monkeypatch.setattr(SETTLED, "PORTION", portion)
    wrong = [old(s) for s in ("failed", "timed_out", "crashed", "lost", "suppressed")]
    others = [old(s) for s in ("succeeded", "cancelled", "queued", "running")]
    others.append(old("failed", test=True))
    upgrade()
    assert {Run.objects.get(pk=run.pk).settled for run in wrong} == {"before-upgrade"}
    assert {Run.objects.get(pk=run.pk).settled for run in others} == {""}
    assert not Run.objects.filter(open=True).exists()


def test_replays_know_the_first_run_of_their_chain(site: Site) -> None:
    first = old("failed")
    second = old("failed", event=first.event, replay_of=first.pk)
    third = old("running", event=first.event, replay_of=second.pk)
    orphan = old("failed", replay_of=99_999)
    upgrade()
    chains = dict(Run.objects.values_list("pk", "chain"))
    assert (chains[first.pk], chains[orphan.pk]) == (None, 99_999)
    assert chains[second.pk] == chains[third.pk] == first.pk
    assert replay([first.pk, second.pk], JO) == {}


def test_passing_over_them_again_changes_nothing(site: Site) -> None:
    first = old("failed")
    old("failed", event=first.event, replay_of=first.pk)
    upgrade()
    before = list(Run.objects.order_by("pk").values())
    upgrade()
    assert list(Run.objects.order_by("pk").values()) == before


def test_revisions_of_before_are_numbered_within_their_directory(db: None) -> None:
    for directory in ("/a", "/b", "/a"):
        factories.revision([], directory, number=0)
    NUMBERED.number(apps, SimpleNamespace(connection=connection))
    found = Revision.objects.order_by("pk").values_list("directory", "number")
    assert list(found) == [("/a", 1), ("/b", 1), ("/a", 2)]
