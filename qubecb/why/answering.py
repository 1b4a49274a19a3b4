"""Puts an answer together: one sentence, what to do, the way, and the trigger as a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from qubecb.triggers.expression import And, EventSpec, Node
from qubecb.why.advising import advice_for
from qubecb.why.answer import About, Answer, Joined, Leaf, Tree
from qubecb.why.case import Case
from qubecb.why.causes import Cause, Code
from qubecb.why.finding import causes_of
from qubecb.why.matching import SpecVerdict
from qubecb.why.way import way_of


def answer_of(case: Case) -> Answer:
    """Answer for one mapping, one event and one job."""
    causes = causes_of(case) or [_forgotten(case)]
    cause, *others = causes
    leaves = {each.spec: _leaf(each, case, causes) for each in case.specs}
    mapping = case.mapping
    return Answer(
        about=_about(case),
        answer=sentence_of(case, cause),
        cause=cause,
        advice=advice_for(cause),
        others=tuple(others),
        steps=tuple(way_of(case, cause)),
        specs=tuple(leaves.values()),
        tree=tree_of(mapping.trigger.root, leaves) if mapping and leaves else None,
        runs=tuple(str(each.id) for each in case.own_runs),
    )


def _forgotten(case: Case) -> Cause:
    """Nothing stopped it, so there was a run, which has been pruned."""
    sentence = "nothing stopped it, so it ran, and its run was pruned"
    return Cause(Code.BEFORE_HISTORY, sentence, case.event.at)


def _about(case: Case) -> About:
    accepted, mapping = case.event.accepted, case.mapping
    attached = case.moment.attached if case.moment else None
    return About(
        file=case.key.file,
        directory=case.key.directory,
        event=accepted.event.id,
        sequence=accepted.sequence,
        event_spec=accepted.event.spec,
        job=attached.job.id if attached else accepted.event.job.id or None,
        trigger=mapping.trigger.text if mapping else "",
        line=mapping.written.line if mapping else 0,
        revision=case.mapped.revision,
    )


def sentence_of(case: Case, cause: Cause) -> str:
    """Say it in one sentence, without its full stop."""
    event = case.event.accepted.event
    attached = case.moment.attached if case.moment else None
    what = f"{event.spec} of job {event.job.id}" if event.job.id else event.spec
    if attached is not None and attached.job.id != event.job.id:
        what += f", asked for job {attached.job.id}"
    if cause.code.began:
        return f"{case.key.file} ran for {what}: {cause.sentence}"
    verb = "has not run" if cause.code is Code.QUEUED else "did not run"
    return f"{case.key.file} {verb} for {what}, because {cause.sentence}"


def _leaf(found: SpecVerdict, case: Case, causes: Sequence[Cause]) -> Leaf:
    """What is shown of one event spec."""
    seen = case.seen.get(found.spec)
    leaf = Leaf(
        found.spec,
        "not" if found.verdict == "unsatisfied" else found.verdict,
        found.reason,
        None if found.verdict == "remembered" else found.code,
        seen.times if seen else None,
        seen.last if seen else None,
    )
    if found.verdict == "remembered":
        by = case.remembered_by(found.spec)
        return replace(leaf, since=by.at, event=by.accepted.event.id) if by else leaf
    counted = (each for each in causes if each.code is Code.COUNTED_ALREADY)
    for each in counted:
        if each.parameters.get("spec") == found.spec and "run" in each.parameters:
            return replace(
                leaf,
                verdict="counted",
                sentence=each.sentence,
                code=each.code,
                run=each.parameters["run"],
                event=each.parameters.get("event"),
            )
    return leaf


def tree_of(node: Node, leaves: Mapping[str, Leaf]) -> Tree:
    """Give a trigger as a tree of its leaves, which are given by event spec."""
    if isinstance(node, EventSpec):
        return leaves[node.canonical]
    items: Sequence[Tree] = [tree_of(each, leaves) for each in node.items]
    return Joined("and" if isinstance(node, And) else "or", tuple(items))
