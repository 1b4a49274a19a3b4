"""Explains for one event and one job which callbacks fire, and for each event spec why or why not.

For `qubecb match`, `POST /api/match`, a test fire and "why did it not fire?". The dispatcher
makes no reasons and looks up only what may fire (index); here every mapping is judged. Both ask
the same code for the decision: verdict.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Literal

from qubecb.conffile.catalog import Directory, DirectoryMapping
from qubecb.conffile.meaning import EffectiveMapping, read_trigger
from qubecb.conffile.names import language_of
from qubecb.dispatch.index import IndexedMapping, TriggerIndex
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.dispatch.ports.jobs import Memory, ProgressKey
from qubecb.dispatch.progress import NOTHING, progress_key
from qubecb.dispatch.suppression import Suppression
from qubecb.dispatch.verdict import Case, becomes_true, obstacle, obstacles
from qubecb.jobs import Job
from qubecb.triggers import EventSpec, Trigger
from qubecb.why.causes import OBSTACLES, Cause, Code
from qubecb.why.reasons import reason_of, uncounted_reason

Verdict = Literal["satisfied", "remembered", "unsatisfied"]


@dataclass(frozen=True, slots=True)
class SpecVerdict:
    """One event spec, whether it is satisfied, and why as a sentence."""

    spec: str
    verdict: Verdict
    reason: str
    #: Everything that keeps the event from satisfying it, in order.
    wrong: tuple[Cause, ...] = ()

    @property
    def code(self) -> Code | None:
        """Why the event does not satisfy it; None if it does."""
        return self.wrong[0].code if self.wrong else None

    def as_dict(self) -> dict[str, Any]:
        """As in JSON."""
        return {
            "spec": self.spec,
            "verdict": self.verdict,
            "reason": self.reason,
            "code": self.code and self.code.value,
        }


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
    #: Why it does not fire; None: it fires.
    code: Code | None = None

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
            "code": self.code and self.code.value,
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
        kept_back = self.kept_back(mapping.key) if true else None
        suppressed = kept_back.sentence if kept_back else ""
        return Match(
            mapping.key.directory,
            mapping.key.file,
            mapping.trigger.text,
            true and not suppressed,
            specs,
            _reason(mapping.written, true, specs, suppressed),
            mapping.written.line,
            suppressed,
            kept_back.code if kept_back else None if true else _code(specs),
        )

    def kept_back(self, key: MappingKey) -> Cause | None:
        """Say why a callback would not run even if its trigger were true; None: it would."""
        return next(self.all_kept_back(key), None)

    def all_kept_back(self, key: MappingKey) -> Iterator[Cause]:
        """Give everything that would keep a callback from running, in order."""
        if self.suppression is None:
            return
        if self.suppression.pause(key):
            yield Cause(Code.PAUSED, self.suppression.reason(key))
        if sentence := self.suppression.disabled(key):
            yield Cause(
                Code.LANGUAGE_DISABLED,
                sentence,
                parameters={"language": language_of(key.file)},
            )

    def uncounted(self) -> Cause | None:
        """Say why no event at all would count for the job; None: events count."""
        wrong, attached = self.case.uncounted, self.case.attached
        if wrong is None:
            return None
        parameters = {"job": attached.id} if attached else {}
        sentence = uncounted_reason(wrong, attached)
        return Cause(OBSTACLES[wrong], sentence, parameters=parameters)

    def would_count(self, trigger: str) -> bool:
        """Whether the event satisfies an event spec of another trigger."""
        read = read_trigger(trigger)
        if not isinstance(read, Trigger):
            return False
        return any(obstacle(spec, self.case) is None for spec in read.specs)

    def _remembered(self, mapping: IndexedMapping) -> Set[str]:
        if self.case.attached is None:
            return frozenset()
        key = progress_key(self.case.attached.id, mapping)
        return self.memory.get(key, NOTHING).keys()

    def _verdict(self, spec: EventSpec, remembered: Set[str]) -> SpecVerdict:
        found = tuple(self._wrong(spec))
        if not found:
            told = reason_of(spec, self.case, None, self.related)
            return SpecVerdict(spec.canonical, "satisfied", told)
        if found[0].code is not Code.REMOVED and spec.canonical in remembered:
            told = "satisfied by an earlier event, and remembered"
            return SpecVerdict(spec.canonical, "remembered", told, found)
        return SpecVerdict(spec.canonical, "unsatisfied", found[0].sentence, found)

    def _wrong(self, spec: EventSpec) -> Iterator[Cause]:
        """What keeps the event from satisfying an event spec, in order."""
        for each in obstacles(spec, self.case):
            sentence = reason_of(spec, self.case, each, self.related)
            yield Cause(OBSTACLES[each], sentence, parameters={"spec": spec.canonical})


def furthest(specs: Iterable[SpecVerdict]) -> SpecVerdict:
    """Give the event spec that an event came closest to satisfying; of several the first."""
    return max(specs, key=lambda each: each.code.place if each.code else -1)


def _code(specs: Sequence[SpecVerdict]) -> Code | None:
    """Why a trigger is not true."""
    if any(each.verdict == "satisfied" for each in specs):
        return Code.WAITING_FOR
    return furthest(specs).code


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
    return _nothing(path, mapping.file, mapping.trigger, sentence, mapping.line)


def _nothing(
    path: str,
    file: str,
    trigger: str,
    sentence: str,
    line: int,
    code: Code = Code.BROKEN_LINE,
) -> Match:
    """The verdict on a line that does nothing."""
    return Match(path, file, trigger, False, (), sentence, line, code=code)


def in_lines(directory: Directory, matches: Iterable[Match]) -> list[Match]:
    """Give the mappings of a callback directory line by line.

    Takes the matches of the mappings in force; adds the lines that do nothing, and why.
    """
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
    code = Code.BROKEN_LINE
    if mapping.error is not None:
        why = f"is broken: {mapping.error}"
    elif mapping.language is None:
        why = f"does nothing: the extension of {mapping.file} belongs to no language"
    else:
        code = Code.SHADOWED_LINE
        where = f" on line {first.line}" if first is not mapping else ""
        why = f"does nothing: {mapping.file} is already mapped{where}"
    sentence = f"line {mapping.line} {why}"
    text = mapping.trigger_text
    return _nothing(path, mapping.file, text, sentence, mapping.line, code)
