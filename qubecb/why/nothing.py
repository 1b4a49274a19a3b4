"""The answers if there is no event to judge: the job is unknown, or no such event came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.jobs.ids import JobId
from qubecb.triggers import EventSpec, Trigger
from qubecb.why.advising import advice_for
from qubecb.why.answer import About, Answer, Leaf, StepVerdict
from qubecb.why.answering import tree_of
from qubecb.why.causes import Cause, Code, Step, at_utc, iso
from qubecb.why.evidence import Seen, told
from qubecb.why.nearby import Nearby


def unknown_job(key: MappingKey, job: JobId) -> Answer:
    """No event about the job ever came."""
    cause = Cause(
        Code.UNKNOWN_JOB, f"nothing ever came about job {job}", None, told(job=job)
    )
    return _answer(key, job, cause)


def before_history(key: MappingKey, job: JobId, since: float) -> Answer:
    """The records of the job are no longer kept."""
    sentence = f"history reaches back to {at_utc(since)}, and has nothing about the job"
    return _answer(key, job, Cause(Code.BEFORE_HISTORY, sentence, since))


def span_before_history(key: MappingKey, since: float) -> Answer:
    """The records of a whole span are no longer kept."""
    sentence = f"history reaches back to {at_utc(since)} only"
    return _answer(key, 0, Cause(Code.BEFORE_HISTORY, sentence, since, _since(since)))


def not_mapped(key: MappingKey) -> Answer:
    """No configuration of a span maps the file, and nothing came that could be asked about."""
    sentence = "no configuration that was in force then maps the file"
    return _answer(key, 0, Cause(Code.NOT_IN_REVISION, sentence))


def nothing_came(
    key: MappingKey,
    job: JobId,
    trigger: Trigger,
    nearby: Nearby,
    seen: Mapping[str, Seen],
    since: float | None = None,
) -> Answer:
    """No event with the name and type of any event spec came.

    Takes what came instead, and how often such events come on the whole farm, by event spec; of
    a span of which only a part is stored, since when it is.
    """
    leaves = [_leaf(spec, nearby, seen.get(spec.canonical)) for spec in trigger.specs]
    times_only = all(spec.is_time for spec in trigger.specs)
    cause = _too_early(trigger.specs) if times_only else _no_event(leaves, since)
    tree = tree_of(trigger.root, {each.spec: each for each in leaves})
    return replace(_answer(key, job, cause, trigger.text, leaves), tree=tree)


def _too_early(specs: Sequence[EventSpec]) -> Cause:
    parameters = told(spec=specs[0].canonical)
    return Cause(Code.TIME, _not_its_time(specs), None, parameters)


def _no_event(leaves: Sequence[Leaf], since: float | None) -> Cause:
    wanted = [each.spec for each in leaves]
    nearest = next((each.nearest for each in leaves if each.nearest), None)
    sentence = f"no event for {' or '.join(f'`{each}`' for each in wanted)} came"
    if since is not None:
        sentence += f" since {at_utc(since)}, where history begins"
    if nearest:
        whose = f" of job {nearest.job}" if nearest.job else ""
        sentence += f"; the nearest was `{nearest.spec}`{whose}"
    parameters = told(
        wanted=wanted, nearest=nearest and nearest.as_dict(), **_since(since)
    )
    return Cause(Code.NO_EVENT, sentence, None, parameters)


def _since(since: float | None) -> dict[str, str | None]:
    return told(since=iso(since))


def _answer(
    key: MappingKey,
    job: JobId,
    cause: Cause,
    trigger: str = "",
    leaves: Sequence[Leaf] = (),
) -> Answer:
    about = About(key.file, key.directory, job=job or None, trigger=trigger)
    whose = f"for job {job}" if job else "for the site"
    sentence = f"{key.file} did not run {whose}, because {cause.sentence}"
    stopped, *later = Step
    steps = [
        StepVerdict(stopped, "stopped", cause.sentence),
        *(StepVerdict(each, "not-reached") for each in later),
    ]
    return Answer(about, sentence, cause, advice_for(cause), steps=steps, specs=leaves)


def _not_its_time(specs: Iterable[EventSpec]) -> str:
    moments = [each.moment for each in specs if each.moment is not None]
    if not moments:
        return "it has no time at which it would run"
    return f"its first time has not come yet: {at_utc(min(moments))}"


def _leaf(spec: EventSpec, nearby: Nearby, seen: Seen | None) -> Leaf:
    count, last = seen or (None, None)
    if spec.is_time:
        sentence = _not_its_time([spec])
        return Leaf(spec.canonical, "not", sentence, Code.TIME, count, last)
    sentence, nearest = "no event of this name and type came", nearby.to(spec)
    return Leaf(
        spec.canonical, "not", sentence, Code.NO_EVENT, count, last, nearest=nearest
    )
