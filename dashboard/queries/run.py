"""One run with what belongs to it: its event, its script, its replays, what settled it."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.models import EventRecord, Revision, Run, ScriptVersion
from dashboard.models.configuration import meaning_of
from dashboard.models.runs import MADE_GOOD
from dashboard.queries.configuration import numbers_of
from dashboard.queries.paging import LARGEST_KEY
from dashboard.queries.runs import with_firers, without_large
from qubecb.runner.outcome import UNFINISHED


def get_run(identity: int) -> Run | None:
    """Give one run without its job, or None."""
    runs = Run.objects.filter(pk=min(identity, LARGEST_KEY)).defer("job_then")
    found = runs.first()
    return with_firers([found])[0] if found else None


def replays(run: Run) -> list[int]:
    """The newest replays of a run, newest first."""
    again = Run.objects.filter(event=run.event, replay_of=run.pk)
    return list(again.order_by("-pk").values_list("pk", flat=True)[:5])


def replay_after(run: Run, seen: int) -> int | None:
    """The newest replay of a run, if it is newer than what somebody has seen."""
    return next((again for again in replays(run) if again > seen), None)


def unfinished_replay(run: Run) -> int | None:
    """A replay of the run's chain that waits or runs: until it has ended, there is no other."""
    return _unfinished(_others(run))


def _others(run: Run) -> list[Run]:
    """The other runs of its chain: id, state, whether it is open."""
    first, runs = run.chain or run.pk, Run.objects.order_by().only("state", "open")
    chain = runs.filter(pk=first).union(runs.filter(chain=first))
    return [each for each in chain if each.pk != run.pk]


def _unfinished(others: list[Run]) -> int | None:
    return next((each.pk for each in others if each.state in UNFINISHED), None)


def event_of(run: Run) -> EventRecord | None:
    """The event that caused a run, unless it has been pruned."""
    return EventRecord.objects.filter(pk=run.event).defer("job").first()


def script_of(run: Run) -> ScriptVersion | None:
    """The script as it was when the run was started, if it was kept."""
    return ScriptVersion.objects.filter(pk=run.script_sha256).first()


@dataclass(frozen=True, slots=True)
class Around:
    """What belongs to a run: what replays it, what settled it, its neighbours."""

    replays: list[int]
    #: A replay of its chain that waits or runs.
    unfinished: int | None
    #: The run that is open instead.
    stands_for: int | None
    #: Whether the run that made it good is still stored.
    settler_kept: bool
    previous: list[Run]
    script_kept: bool
    #: Of its revision within the directory; None once that is gone.
    revision_number: int | None


def time_limit(run: Run, otherwise: float) -> float:
    """Seconds that a run may take: what its callback asks for in its revision, or else."""
    revision = Revision.objects.filter(pk=run.revision or 0).only("meaning").first()
    for mapping in meaning_of(revision):
        if mapping.file == run.file:
            return float(mapping.options.get("timeout", otherwise))
    return otherwise


def around(run: Run) -> Around:
    """Read what belongs to a run: the last runs of its callback, its replays, its script."""
    others = _others(run)
    same = Run.objects.filter(file=run.file, directory=run.directory, pk__lt=run.pk)
    return Around(
        replays=replays(run),
        unfinished=_unfinished(others),
        stands_for=next((each.pk for each in others if each.open), None),
        settler_kept=run.settled == MADE_GOOD
        and Run.objects.filter(pk=int(run.settled_by)).exists(),
        previous=with_firers(without_large(same).order_by("-pk")[:8]),
        script_kept=bool(run.script_sha256)
        and ScriptVersion.objects.filter(pk=run.script_sha256).exists(),
        revision_number=numbers_of([run.revision]).get(run.revision or 0),
    )
