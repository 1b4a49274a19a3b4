"""Explains for one event and one job which callbacks fire, and for each event spec why or why not.

For `qubecb match`, `POST /api/match`, a test fire and "why did it not fire?". The dispatcher
makes no reasons and looks up only what may fire (index); here every mapping is judged. Both ask
the same code for the decision: verdict.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Literal

from qubecb.conffile.catalog import Directory, DirectoryMapping
from qubecb.conffile.meaning import EffectiveMapping
from qubecb.dispatch.index import IndexedMapping, TriggerIndex
from qubecb.dispatch.ports.jobs import Memory, ProgressKey
from qubecb.dispatch.progress import NOTHING, progress_key
from qubecb.dispatch.reasons import reason_of
from qubecb.dispatch.suppression import Suppression
from qubecb.dispatch.verdict import Case, Obstacle, becomes_true, obstacle
from qubecb.jobs import Job
from qubecb.triggers import EventSpec

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


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains one case, given what is remembered and what is paused."""

    case: Case
    #: What is remembered of `&&` triggers, of this job.
    memory: Mapping[ProgressKey, Memory]
    #: What is paused or disabled; None if nothing is.
    suppression: Suppression | None = None
    #: Other known jobs: one of them may have the label that a trigger names.
    related: Collection[Job] = ()

    def matches(self, index: TriggerIndex) -> list[Match]:
        """Judge every mapping of a configuration, in its order."""
        broken = (_broken(*each) for each in index.unreadable())
        return [*map(self.match, index.mappings), *broken]

    def match(self, mapping: IndexedMapping) -> Match:
        """Judge one mapping."""
        remembered = self._remembered(mapping)
        specs = tuple(self._verdict(s, remembered) for s in mapping.trigger.specs)
        true = becomes_true(
            mapping.trigger, _with("satisfied", specs), _with("remembered", specs)
        )
        suppressed = ""
        if true and self.suppression is not None:
            suppressed = self.suppression.reason(mapping.key)
        return Match(
            mapping.key.directory,
            mapping.key.file,
            mapping.trigger.text,
            true and not suppressed,
            specs,
            _reason(mapping.written, true, specs, suppressed),
            mapping.written.line,
            suppressed,
        )

    def _remembered(self, mapping: IndexedMapping) -> Set[str]:
        if self.case.attached is None:
            return frozenset()
        key = progress_key(self.case.attached.id, mapping)
        return self.memory.get(key, NOTHING).keys()

    def _verdict(self, spec: EventSpec, remembered: Set[str]) -> SpecVerdict:
        wrong = obstacle(spec, self.case)
        if wrong not in (None, Obstacle.REMOVED) and spec.canonical in remembered:
            told = "satisfied by an earlier event, and remembered"
            return SpecVerdict(spec.canonical, "remembered", told)
        verdict: Verdict = "unsatisfied" if wrong else "satisfied"
        sentence = reason_of(spec, self.case, wrong, self.related)
        return SpecVerdict(spec.canonical, verdict, sentence)


def _with(verdict: Verdict, specs: Sequence[SpecVerdict]) -> frozenset[str]:
    return frozenset(each.spec for each in specs if each.verdict == verdict)


def _reason(
    mapping: EffectiveMapping,
    true: bool,
    specs: Sequence[SpecVerdict],
    suppressed: str,
) -> str:
    if suppressed:
        sentence = f"would fire, but {suppressed}"
    elif true:
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


def _broken(path: str, mapping: EffectiveMapping, error: str) -> Match:
    sentence = f"line {mapping.line} is broken: {error}"
    return Match(path, mapping.file, mapping.trigger, False, (), sentence, mapping.line)


def in_lines(directory: Directory, matches: Iterable[Match]) -> list[Match]:
    """Give the mappings of a callback directory line by line.

    Takes the matches of the mappings in force; adds the lines that do nothing, and why."""
    lines = {each.line: each for each in matches}
    first: dict[str, DirectoryMapping] = {}
    for each in directory.mappings:
        first.setdefault(each.file, each)
        if each.line not in lines:
            path = str(directory.path)
            lines[each.line] = _meaningless(path, each, first[each.file])
    return [lines[line] for line in sorted(lines)]


def _meaningless(
    path: str, mapping: DirectoryMapping, first: DirectoryMapping
) -> Match:
    """Say why a line does nothing: broken, unknown language, or the file has an earlier line."""
    if mapping.error is not None:
        why = f"is broken: {mapping.error}"
    elif mapping.language is None:
        why = f"does nothing: the extension of {mapping.file} belongs to no language"
    else:
        where = f" on line {first.line}" if first is not mapping else ""
        why = f"does nothing: {mapping.file} is already mapped{where}"
    sentence = f"line {mapping.line} {why}"
    return Match(
        path, mapping.file, mapping.trigger_text, False, (), sentence, mapping.line
    )
