"""One mapping, one event and one job: what is judged, and its verdicts by the dispatcher's code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from qubecb.dispatch.index import IndexedMapping
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.dispatch.progress import progress_key
from qubecb.dispatch.verdict import becomes_true
from qubecb.why.causes import Cause, Code
from qubecb.why.evidence import Mapped, RecordedEvent, RecordedRun, Seen, told
from qubecb.why.matching import SpecVerdict
from qubecb.why.witness import Moment

#: Why an event does not count, whatever it is.
_UNCOUNTED = (
    *(Code.UNKNOWN_JOB, Code.NOT_ATTACHED),
    *(Code.REMOVED, Code.BEFORE_SUBMISSION),
)
NOTHING: Mapping[int, RecordedEvent] = MappingProxyType({})
UNSEEN: Mapping[str, Seen] = MappingProxyType({})


@dataclass(frozen=True)
class Case:
    """One mapping, one event and one job, with everything that is known about them."""

    key: MappingKey
    event: RecordedEvent
    #: The state of the past at the event; None: the event cannot be judged.
    moment: Moment | None
    mapped: Mapped
    #: Runs of this mapping for the job; those of other events say which events they counted.
    runs: Sequence[RecordedRun] = ()
    #: Since when history is kept, if it does not reach back to the beginning of the job.
    kept_since: float | None = None
    #: What else came, by its place in the order, and how often such events come, by event spec.
    events: Mapping[int, RecordedEvent] = field(default_factory=lambda: NOTHING)
    seen: Mapping[str, Seen] = field(default_factory=lambda: UNSEEN)

    @cached_property
    def own_runs(self) -> Sequence[RecordedRun]:
        """The runs that the event caused, oldest first; replays included."""
        sequence = self.event.accepted.sequence
        return [each for each in self.runs if each.event == sequence]

    @cached_property
    def mapping(self) -> IndexedMapping | None:
        """The mapping that the job is bound to."""
        return self.moment.index.by_key.get(self.key) if self.moment else None

    @cached_property
    def specs(self) -> Sequence[SpecVerdict]:
        """The verdict on each event spec of the mapping."""
        if self.mapping is None or self.moment is None or self.kept_since is not None:
            return ()
        found = self.moment.explainer.match(self.mapping).specs
        wrong = self.unknown_job or self.not_attached
        return tuple(_besides(wrong, each) for each in found) if wrong else found

    @property
    def unknown_job(self) -> Cause | None:
        """Say that nobody knew the event's job, so that the event counts for no job."""
        if self.moment is None or not self.moment.unknown:
            return None
        job = self.event.accepted.event.job.id
        sentence = f"nothing was known about job {job}"
        return Cause(Code.UNKNOWN_JOB, sentence, self.event.at, told(job=job))

    @property
    def not_attached(self) -> Cause | None:
        """Say that the job had no event for so long that none counts for it."""
        attached = self.moment.attached if self.moment else None
        if self.moment is None or attached is None or not self.moment.forgotten:
            return None
        job = attached.job.id
        sentence = f"job {job} had no event for so long that it was no longer attached"
        return Cause(Code.NOT_ATTACHED, sentence, self.event.at, told(job=job))

    def remembered_by(self, spec: str) -> RecordedEvent | None:
        """Give the event that satisfied a remembered event spec; None: it is not known."""
        if self.moment is None or self.moment.attached is None or self.mapping is None:
            return None
        key = progress_key(self.moment.attached.job.id, self.mapping)
        memory = self.moment.explainer.memory.get(key, {})
        return self.events.get(memory.get(spec) or 0)

    @cached_property
    def is_true(self) -> bool:
        """Whether the event makes the trigger true, if it counts at all."""
        if self.mapping is None:
            return False
        satisfied = frozenset(each.spec for each in self.specs if not stops(each))
        remembered = (e.spec for e in self.specs if e.verdict == "remembered")
        return becomes_true(self.mapping.trigger, satisfied, frozenset(remembered))


def _besides(wrong: Cause, spec: SpecVerdict) -> SpecVerdict:
    """An event spec that something keeps from being satisfied, besides what else does."""
    if spec.verdict == "remembered":
        return spec
    every = (wrong, *spec.wrong)
    return SpecVerdict(spec.spec, "unsatisfied", wrong.sentence, every)


def stops(spec: SpecVerdict) -> list[Cause]:
    """What keeps the event from satisfying an event spec, if events count for the job at all."""
    return [each for each in spec.wrong if each.code not in _UNCOUNTED]
