"""Says for one event and one job which callbacks fire, and for each event spec why or why not.

The dispatcher does not come this way: it looks up what fires (index). Here every mapping is
judged and explained, for `qubecb match`, `POST /api/match`, a test fire and "why did it not
fire?". Both give the same answers, which the tests compare.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from qubecb.conffile.catalog import Directory, DirectoryMapping
from qubecb.conffile.meaning import EffectiveMapping, read_trigger
from qubecb.dispatch.ports import Binding, MappingKey, ProgressKey
from qubecb.dispatch.reasons import reason_of
from qubecb.dispatch.suppression import Suppression
from qubecb.events import TIME_TYPES, Event
from qubecb.jobs import Job
from qubecb.jobs.after import after_event, is_submission
from qubecb.triggers import EventSpec, Trigger

Verdict = Literal["satisfied", "remembered", "unsatisfied"]


@dataclass(frozen=True, slots=True)
class SpecVerdict:
    """One event spec, whether it is satisfied, and why as a sentence."""

    spec: str
    verdict: Verdict
    reason: str

    def as_dict(self) -> dict[str, Any]:
        """As in JSON."""
        return {"spec": self.spec, "verdict": self.verdict, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Match:
    """The verdict of one mapping on one event for one job."""

    directory: str
    file: str
    trigger: str
    #: Whether a run is queued for it. A suppressed callback does not fire.
    fires: bool
    specs: tuple[SpecVerdict, ...]
    #: The whole as a sentence.
    reason: str = ""
    line: int = 0
    #: Why it does not run although its trigger is true: paused, or language disabled.
    suppressed: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As in JSON."""
        return {
            "directory": self.directory,
            "file": self.file,
            "trigger": self.trigger,
            "fires": self.fires,
            "specs": [each.as_dict() for each in self.specs],
            "reason": self.reason,
            "line": self.line,
            "suppressed": self.suppressed,
        }


@dataclass(frozen=True)
class Situation:
    """What is asked: one event, and one job whose callbacks are asked about.

    The jobs as they are after the event are made once, however many mappings are judged.
    """

    event: Event
    #: None for the site itself, when the event is one of its times.
    attached: Job | None
    #: Other jobs that are known: parent, process group, the job that the event is about.
    related: Sequence[Job] = ()
    #: The name of the event before of the same job, type and extra, or None.
    previous: str | None = None
    #: What is remembered of `&&` triggers.
    progress: Mapping[ProgressKey, frozenset[str]] = field(default_factory=dict)
    #: The event was accepted before the attached job was submitted.
    before_submission: bool = False
    #: The attached job was removed before the event.
    removed: bool = False

    @cached_property
    def subject(self) -> Job:
        """The job that the event is about, as it is after the event."""
        told = self.event.job
        known = {each.id: each for each in (*self.related, *self._attached)}
        if self.event.type in TIME_TYPES:
            return known.get(told.id, told)
        stored = None if is_submission(self.event) else known.get(told.id)
        return after_event(stored, self.event)

    @cached_property
    def asker(self) -> Job | None:
        """The attached job as it is after the event."""
        if self.attached is not None and self.attached.id == self.event.job.id:
            return self.subject
        return self.attached

    @property
    def uncounted(self) -> str:
        """Why the event does not count for the attached job, whatever it is; or nothing."""
        job = f"job {self.attached.id}" if self.attached else "the job"
        if self.before_submission:
            return (
                f"not counted: the event came before {job} was submitted, and nothing "
                "runs before submission"
            )
        return f"not counted: {job} has been removed" if self.removed else ""

    @property
    def _attached(self) -> tuple[Job, ...]:
        return (self.attached,) if self.attached is not None else ()


def match_binding(
    binding: Binding, situation: Situation, suppression: Suppression | None = None
) -> list[Match]:
    """Judge every mapping of a configuration that jobs are bound to."""
    return [
        match_mapping(each.directory, mapping, situation, suppression)
        for each in binding.directories
        for mapping in each.mappings
    ]


def match_directory(
    directory: Directory,
    situation: Situation,
    suppression: Suppression | None = None,
    previous: Sequence[EffectiveMapping] = (),
) -> list[Match]:
    """Judge every mapping of a callback directory as it is on disk, broken ones included.

    Takes also what counted before, for lines that are broken now.
    """
    path = str(directory.path)
    effective = {each.line: each for each in directory.meaning(previous)}
    broken = {
        each.line: each for each in directory.mappings if each.line not in effective
    }
    first: dict[str, DirectoryMapping] = {}
    for each in directory.mappings:
        first.setdefault(each.file, each)
    matches = []
    for line in sorted({*effective, *broken}):
        if line in effective:
            found = match_mapping(path, effective[line], situation, suppression)
        else:
            found = _unusable(path, broken[line], first[broken[line].file])
        matches.append(found)
    return matches


def match_mapping(
    directory: str,
    mapping: EffectiveMapping,
    situation: Situation,
    suppression: Suppression | None = None,
) -> Match:
    """Judge one mapping; without `suppression` nothing is paused or disabled."""
    trigger = read_trigger(mapping.trigger)
    if not isinstance(trigger, Trigger):
        message = f"line {mapping.line} is broken: {trigger.message}"
        return Match(
            directory, mapping.file, mapping.trigger, False, (), message, mapping.line
        )
    remembered = _remembered(directory, mapping, situation)
    specs = tuple(_verdict(spec, situation, remembered) for spec in trigger.specs)
    true = _becomes_true(trigger, specs)
    suppressed = ""
    if true and suppression is not None:
        suppressed = suppression.reason(MappingKey(directory, mapping.file))
    return Match(
        directory,
        mapping.file,
        mapping.trigger,
        true and not suppressed,
        specs,
        _reason(mapping, trigger, specs, suppressed),
        mapping.line,
        suppressed,
    )


def _remembered(
    directory: str, mapping: EffectiveMapping, situation: Situation
) -> frozenset[str]:
    if situation.attached is None:
        return frozenset()
    key = ProgressKey(situation.attached.id, directory, mapping.file, mapping.trigger)
    return situation.progress.get(key, frozenset())


def _verdict(
    spec: EventSpec, situation: Situation, remembered: frozenset[str]
) -> SpecVerdict:
    satisfied, sentence = False, situation.uncounted
    if not sentence:
        satisfied, sentence = reason_of(
            spec,
            situation.event,
            situation.subject,
            situation.asker,
            situation.related,
            situation.previous,
        )
    if satisfied:
        return SpecVerdict(spec.canonical, "satisfied", sentence)
    if spec.canonical in remembered and not situation.removed:
        return SpecVerdict(
            spec.canonical,
            "remembered",
            "satisfied by an earlier event, and remembered",
        )
    return SpecVerdict(spec.canonical, "unsatisfied", sentence)


def _becomes_true(trigger: Trigger, specs: Sequence[SpecVerdict]) -> bool:
    """Whether this event makes the trigger true: memory alone fires nothing."""
    by_event = any(each.verdict == "satisfied" for each in specs)
    held = {each.spec for each in specs if each.verdict != "unsatisfied"}
    return by_event and trigger.satisfied(held)


def _reason(
    mapping: EffectiveMapping,
    trigger: Trigger,
    specs: Sequence[SpecVerdict],
    suppressed: str,
) -> str:
    if suppressed:
        sentence = f"would fire, but {suppressed}"
    elif _becomes_true(trigger, specs):
        sentence = "fires"
    elif any(each.verdict == "satisfied" for each in specs):
        open_ = [each.spec for each in specs if each.verdict == "unsatisfied"]
        sentence = f"the event is remembered; still to come: {', '.join(open_)}"
    elif len(specs) == 1:
        sentence = f"does not fire: {specs[0].reason}"
    else:
        sentence = "does not fire: the event satisfies none of its event specs"
    if mapping.kept:
        sentence += f" (line {mapping.line} is broken; its last good meaning is used)"
    return sentence


def _unusable(path: str, mapping: DirectoryMapping, first: DirectoryMapping) -> Match:
    """The match of a line that means nothing: broken, or the file's second."""
    if mapping.error is not None:
        why = f"is broken: {mapping.error}"
    elif mapping.language is None:
        why = f"does nothing: no language has the extension of {mapping.file}"
    else:
        where = f" in line {first.line}" if first is not mapping else ""
        why = f"does nothing: {mapping.file} is mapped already{where}"
    sentence = f"line {mapping.line} {why}"
    return Match(
        path, mapping.file, mapping.trigger_text, False, (), sentence, mapping.line
    )
