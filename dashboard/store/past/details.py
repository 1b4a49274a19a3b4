"""Adds details to one answer: the nearest events, today's configuration, other jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db.models import Q

from dashboard.models import JobRecord
from dashboard.store.past.story import Story
from dashboard.store.past.texts import Text
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.why.answer import Answer, AsOf, Joined, Leaf, Tree
from qubecb.why.case import Case
from qubecb.why.causes import Code
from qubecb.why.evidence import RecordedEvent
from qubecb.why.finding import first_cause
from qubecb.why.nearby import Nearby

#: Other jobs that are named.
MOST_JOBS = 5


def in_detail(answer: Answer, story: Story, asked: bool) -> Answer:
    """Add details to one answer. Takes whether the question was about a job."""
    answer = _with_nearest(answer, story)
    then, now = _then_and_now(answer, story)
    remarks = () if asked or then or now else _others(answer, story)
    return replace(answer, then=then, now=now, remarks=remarks)


# The nearest events.


def _with_nearest(answer: Answer, story: Story) -> Answer:
    specs = {each.canonical: each for each in story.specs}
    asked = answer.about.event
    nearby = Nearby(e for e in story.records if e.accepted.event.id != asked)

    def told(leaf: Leaf) -> Leaf:
        if leaf.verdict != "not" or leaf.nearest or leaf.spec not in specs:
            return leaf
        return replace(leaf, nearest=nearby.to(specs[leaf.spec]))

    leaves = {each.spec: told(each) for each in answer.specs}
    tree = answer.tree and _replanted(answer.tree, leaves)
    return replace(answer, specs=tuple(leaves.values()), tree=tree)


def _replanted(tree: Tree, leaves: dict[str, Leaf]) -> Tree:
    if isinstance(tree, Leaf):
        return leaves[tree.spec]
    return Joined(tree.operator, tuple(_replanted(e, leaves) for e in tree.items))


# As it was then, as it is now.


def _then_and_now(answer: Answer, story: Story) -> tuple[AsOf | None, AsOf | None]:
    """Both verdicts, if callbacks.conf says something else about the file today."""
    about = answer.about
    text = story.text_now(about.directory)
    meant = text.by_file.get(about.file) if text else None
    today = meant.trigger if meant else ""
    if about.event is None or today == about.trigger:
        return None, None
    event = story.by_place.get(about.sequence or 0)
    if event is None or text is None:
        return None, None
    then = AsOf(answer.answer, answer.cause, about.revision, about.trigger, about.line)
    return then, _now(MappingKey(about.directory, about.file), event, story, text)


def _now(key: MappingKey, event: RecordedEvent, story: Story, text: Text) -> AsOf:
    witness = story.witness(today=True)
    witness.until(event.accepted.sequence, event.planned_at)
    moment = witness.look(event.accepted, event.at)
    planned = replace(event, planned_at=event.at, set_aside_at=None)
    case = Case(key, planned, moment, text.mapped(key.file, None))
    cause, mapping = first_cause(case), case.mapping
    sentence = f"would not run, because {cause.sentence}" if cause else "would run"
    return AsOf(
        f"with today's configuration {key.file} {sentence}",
        cause,
        text.id,
        mapping.trigger.text if mapping else "",
        mapping.written.line if mapping else 0,
    )


# Other jobs.


def _others(answer: Answer, story: Story) -> Sequence[str]:
    """Say which other jobs the event may concern, if the callback waits for another job."""
    if answer.cause.code is not Code.OTHER_JOB or story.event is None:
        return ()
    job = story.event.accepted.event.job
    kin = Q(pid=job.id) | Q(pgrp=job.pgrp)
    found = JobRecord.objects.filter(kin).exclude(pk=job.id).order_by("-pk")
    ids = [str(each) for each in found.values_list("pk", flat=True)[:MOST_JOBS]]
    if not ids:
        return ()
    return (
        f"this is about the callbacks of job {job.id}; the event may also concern other jobs,"
        f" such as {', '.join(ids)}: ask about one of them",
    )
