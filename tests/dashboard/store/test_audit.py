"""What people do is recorded, in the transaction that does it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError

from dashboard.models import AuditEntry, EventRecord, PauseRecord, Revision, Run
from dashboard.store.acts import firing
from dashboard.store.acts.cancelling import cancel_queued, cancel_run
from dashboard.store.acts.dismissing import discard, dismiss
from dashboard.store.acts.firing import Shot
from dashboard.store.acts.replaying import replay
from dashboard.store.configuration import editing as configuration
from dashboard.store.configuration import pauses
from dashboard.store.people import audit
from qubecb.conffile.storage import digest
from qubecb.events import Event
from qubecb.jobs import Job
from tests.dashboard.factories import JO
from tests.dashboard.store.refusing import refused
from tests.dashboard.store.site import Site

SUBMIT = "a.py = submit-job-self\n"
EVENT = Event("a", "submit", "job", None, 1764000000.0, Job(77))


def _cancel(site: Site) -> None:
    cancel_run(Run.objects.get(state="queued").pk, JO)


def _cancel_queued(site: Site) -> None:
    cancel_queued(str(site.directory), "a.py", JO)


def _replay(site: Site) -> None:
    replay([Run.objects.get(state="cancelled").pk], JO)


def _discard(site: Site) -> None:
    discard([Run.objects.get(state="suppressed").pk], JO)


def _dismiss(site: Site) -> None:
    dismiss([Run.objects.get(state="suppressed").pk], JO, "known")


def _pause(site: Site) -> None:
    pauses.pause(str(site.directory), "a.py", "away", None, JO)


def _resume(site: Site) -> None:
    pauses.resume(str(site.directory), None, JO)


def _save(site: Site) -> None:
    configuration.save(site.directory, b"", digest(SUBMIT.encode()), JO, "")


def _roll_back(site: Site) -> None:
    configuration.roll_back(Revision.objects.get(), JO, "", digest(SUBMIT.encode()))


def _simulate(site: Site) -> None:
    firing.simulate(Shot(EVENT), JO)


def _live(site: Site) -> None:
    firing.live(Shot(EVENT), JO)


ACTS = {
    "cancel": _cancel,
    "cancel queued": _cancel_queued,
    "replay": _replay,
    "discard": _discard,
    "dismiss": _dismiss,
    "pause": _pause,
    "resume": _resume,
    "save": _save,
    "roll back": _roll_back,
    "simulate": _simulate,
    "live": _live,
}


@pytest.fixture
def used(site: Site) -> Site:
    """A run that waits, one cancelled, one suppressed, and a directory that is paused."""
    site.write(SUBMIT)
    site.send("submit-job", job=6)
    now = Revision.objects.get().created_at
    Run.objects.update(state="suppressed", ended_at=now, open=True)
    site.send("submit-job", job=7)
    Run.objects.filter(state="queued").update(state="cancelled")
    site.send("submit-job", job=8)
    PauseRecord.objects.create(directory=str(site.directory), created_at=now)
    return site


def stored(site: Site) -> list[object]:
    """Everything that acts change."""
    return [
        list(
            Run.objects.order_by("id").values_list(
                "id", "state", "cancel_reason", "settled"
            )
        ),
        list(EventRecord.objects.order_by("sequence").values_list()),
        list(PauseRecord.objects.order_by("id").values_list()),
        list(Revision.objects.order_by("id").values_list("id", "sha256")),
        (site.directory / "callbacks.conf").read_bytes(),
        list(AuditEntry.objects.values_list("id")),
    ]


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_an_act_that_cannot_be_recorded_is_not_done(
    used: Site, act: Callable[[Site], None]
) -> None:
    before = stored(used)
    with refused("dashboard_auditentry"), pytest.raises(DatabaseError):
        act(used)
    assert stored(used) == before
    act(used)
    assert stored(used) != before
    assert AuditEntry.objects.get().actor == "jo"


@pytest.mark.parametrize(
    ("act", "table", "change"),
    [
        ("cancel", "dashboard_run", "UPDATE"),
        ("cancel queued", "dashboard_run", "UPDATE"),
        ("replay", "dashboard_run", "INSERT"),
        ("discard", "dashboard_run", "UPDATE"),
        ("dismiss", "dashboard_run", "UPDATE"),
        ("pause", "dashboard_pauserecord", "INSERT"),
        ("resume", "dashboard_pauserecord", "UPDATE"),
        ("save", "dashboard_revision", "INSERT"),
        ("roll back", "dashboard_revision", "INSERT"),
        ("simulate", "dashboard_run", "INSERT"),
        ("live", "dashboard_eventrecord", "INSERT"),
    ],
)
def test_an_act_that_cannot_be_done_is_not_recorded(
    used: Site, act: str, table: str, change: str
) -> None:
    before = stored(used)
    with refused(table, change), pytest.raises(DatabaseError):
        ACTS[act](used)
    assert stored(used) == before


def test_what_changes_nothing_is_not_recorded(site: Site) -> None:
    site.write(SUBMIT)
    assert not cancel_run(1, JO)
    assert not replay([1], JO)
    assert not pauses.resume(None, None, JO)
    assert not AuditEntry.objects.exists()


def test_many_runs_are_cancelled_as_one_act(site: Site) -> None:
    site.write(SUBMIT)
    site.send("submit-job", job=7)
    old = Run.objects.values().get()
    Run.objects.bulk_create(Run(**{**old, "id": None}) for _ in range(1200))
    assert cancel_queued(str(site.directory), "a.py", JO) == 1201
    assert AuditEntry.objects.get().details == {"reason": "", "runs": 1201}


def test_an_act_is_recorded_with_who_and_from_where(site: Site) -> None:
    audit.record(JO, "pause", "a.py", reason="away")
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.origin, entry.act) == ("jo", "10.0.0.7", "pause")
    assert entry.details == {"reason": "away"}
