"""Finds what stops a callback at an event: the first is the cause, the others are listed too.

If a run was recorded, its row is the truth. Without a row the dispatcher's own judgement, at the
moment of the event, explains why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from qubecb.triggers.expression import open_part
from qubecb.why.case import Case, stops
from qubecb.why.causes import Cause, Code, at_utc, iso
from qubecb.why.evidence import RecordedRun, told
from qubecb.why.matching import SpecVerdict
from qubecb.why.of_runs import of_run


def causes_of(case: Case) -> list[Cause]:
    """Give what stops the callback, in order; empty if nothing would."""
    return list(_causes(case))


def first_cause(case: Case) -> Cause | None:
    """Give the first of them."""
    return next(_causes(case), None)


def _causes(case: Case) -> Iterator[Cause]:
    planned = next((each for each in case.own_runs if each.replay_of is None), None)
    if planned is not None:
        yield of_run(planned)
        yield from _besides(planned, case)
        return
    if case.kept_since is not None:
        yield _before_history(case.kept_since)
        return
    yield from _of_event(case)
    for cause in _of_job(case):
        yield cause
        if cause.code is Code.UNKNOWN_JOB:
            return
    yield from _of_mapping(case)
    yield from _of_trigger(case)


def _before_history(since: float) -> Cause:
    sentence = (
        "the first events of the job were pruned: history reaches back to "
        + at_utc(since)
    )
    return Cause(Code.BEFORE_HISTORY, sentence, since, told(since=iso(since)))


def _besides(run: RecordedRun, case: Case) -> Iterator[Cause]:
    """What else would have kept a run back."""
    if run.state == "suppressed" and case.moment is not None:
        first = of_run(run).code
        yield from (
            each
            for each in case.moment.explainer.all_kept_back(case.key)
            if each.code is not first
        )


def _of_event(case: Case) -> Iterator[Cause]:
    event = case.event
    if event.set_aside_at is not None:
        sentence = f"the event was set aside: {event.remark}"
        parameters = told(reason=event.remark)
        yield Cause(Code.SET_ASIDE, sentence, event.set_aside_at, parameters)
    elif event.planned_at is None:
        sentence = "the dispatcher has not planned the event yet"
        yield Cause(Code.NOT_PLANNED, sentence, event.accepted_at)


def _of_job(case: Case) -> Iterator[Cause]:
    moment = case.moment
    if moment is None:
        return
    yield from filter(None, (case.unknown_job, case.not_attached))
    if moment.attached is None:
        return
    uncounted = moment.explainer.uncounted()
    if uncounted is not None:
        yield replace(uncounted, at=case.event.at)


def _of_mapping(case: Case) -> Iterator[Cause]:
    only = case.event.accepted.only
    if only is not None and only != case.key:
        parameters = told(file=only.file, directory=only.directory)
        sentence = f"the event was meant for {only.file} only"
        yield Cause(Code.MEANT_FOR_ANOTHER, sentence, case.event.at, parameters)
    if case.moment is None:
        return
    if case.mapping is None:
        yield _not_mapped(case)
    else:
        yield from _shadowed(case)


def _not_mapped(case: Case) -> Cause:
    mapped = case.mapped
    broken = next((each for each in mapped.other_lines if each.problem), None)
    if broken is not None:
        sentence = f"line {broken.line} is broken: {broken.problem}"
        parameters = told(
            revision=mapped.number, line=broken.line, problem=broken.problem
        )
        return Cause(Code.BROKEN_LINE, sentence, case.event.at, parameters)
    attached = case.moment.attached if case.moment else None
    whose = f"job {attached.job.id} is bound to" if attached else "was in force"
    revision = f"revision {mapped.number}, which {whose}," if mapped.number else ""
    sentence = f"{revision or 'the configuration at that time'} does not map the file"
    if mapped.now is not None:
        sentence += f"; revision {mapped.now}, which is in force now, does"
    parameters = told(revision=mapped.number, now=mapped.now)
    return Cause(Code.NOT_IN_REVISION, sentence, case.event.at, parameters)


def _shadowed(case: Case) -> Iterator[Cause]:
    """Lines for the file that do nothing, although the event would satisfy their trigger."""
    moment, mapping = case.moment, case.mapping
    if moment is None or mapping is None or case.is_true:
        return
    for other in case.mapped.other_lines:
        if not other.problem and moment.explainer.would_count(other.trigger):
            first = mapping.written.line
            sentence = f"line {other.line} does nothing: the file is already mapped on line {first}"
            parameters = told(
                revision=case.mapped.number,
                line=other.line,
                first_line=first,
                trigger=other.trigger,
            )
            yield Cause(Code.SHADOWED_LINE, sentence, case.event.at, parameters)


def _of_trigger(case: Case) -> Iterator[Cause]:
    moment, specs = case.moment, case.specs
    if moment is None:
        return
    if specs and not case.is_true:
        yield from _untrue(case, specs)
    yield from moment.explainer.all_kept_back(case.key)


def _untrue(case: Case, specs: Sequence[SpecVerdict]) -> Iterator[Cause]:
    """What keeps a trigger from being true: its event spec that came furthest decides."""
    missing = [each for each in specs if each.verdict == "unsatisfied" and stops(each)]
    if all(stops(each) for each in specs):
        yield from stops(_furthest(missing or specs))
        return
    yield from islice(_counted(case, missing), 1)
    sentence = (
        f"the event counts, and the trigger still waits for `{_open(case, missing)}`"
    )
    parameters = told(specs=[each.spec for each in missing], run=_counted_later(case))
    yield Cause(Code.WAITING_FOR, sentence, case.event.at, parameters)


def _open(case: Case, missing: Sequence[SpecVerdict]) -> str:
    """What of the trigger is not true yet, as a trigger."""
    specs = [each.spec for each in missing]
    if case.mapping is None:
        return " && ".join(specs)
    root = case.mapping.trigger.root
    return str(open_part(root, {each.canonical for each in root} - {*specs}))


def _furthest(specs: Sequence[SpecVerdict]) -> SpecVerdict:
    return max(specs, key=lambda each: stops(each)[0].code.place)


def _counted(case: Case, missing: Sequence[SpecVerdict]) -> Iterator[Cause]:
    """Event specs that are missing because an earlier run counted the events that satisfied them."""
    attached = case.moment.attached if case.moment else None
    since = attached.since if attached else 0
    sequence = case.event.accepted.sequence
    wanted = {each.spec for each in missing}
    for run in reversed(case.runs):
        if not since <= run.event < sequence or run.replay_of is not None:
            continue
        for spec, _, event in run.satisfied_by:
            if spec in wanted:
                sentence = f"`{spec}` came before, and was counted for run {run.id}"
                parameters = told(spec=spec, run=str(run.id), event=event)
                yield Cause(Code.COUNTED_ALREADY, sentence, case.event.at, parameters)


def _counted_later(case: Case) -> str | None:
    """The later run for which the event counted."""
    sequence = case.event.accepted.sequence
    for run in case.runs:
        counted = (each.sequence for each in run.satisfied_by)
        if run.event > sequence and run.replay_of is None and sequence in counted:
            return str(run.id)
    return None
