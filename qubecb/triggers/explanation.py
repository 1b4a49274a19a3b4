"""What a trigger means, in plain English and as a tree for JSON and pages.

`failed-work-self-*` is "when any agenda item of the job fails". A trigger without `&&`
speaks of the moment ("fails"); one with `&&` of what has been remembered ("has failed").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from qubecb import durations
from qubecb.triggers.expression import And, EventSpec, Node, Or, Trigger
from qubecb.triggers.vocabulary import (
    EVENT_NAMES,
    describe_time,
    qube_time,
)

#: For each name: what the subject does, and what it has done.
_PREDICATES = {
    "submit": ("is submitted", "has been submitted"),
    "complete": ("completes", "has completed"),
    "failed": ("fails", "has failed"),
    "killed": ("is killed", "has been killed"),
    "done": ("is done", "is done"),
    "blocked": ("is blocked", "has been blocked"),
    "running": ("starts running", "has started running"),
    "waiting": ("is set to waiting", "has been set to waiting"),
    "assigned": ("gets a host", "has got a host"),
    "removed": ("is removed", "has been removed"),
    "modified": ("is modified", "has been modified"),
    "timeout": ("times out", "has timed out"),
    "unblock": ("is unblocked", "has been unblocked"),
}


class Clause(NamedTuple):
    """One event in words. A moment in time has no subject."""

    subject: str
    now: str
    remembered: str


def explain(trigger: Trigger) -> str:
    """One sentence without a full stop, to show beside a trigger.

    "The group" is the job's process group. Names, labels and extras are in it as written: escape
    it for HTML.
    """
    if trigger.needs_memory:
        return f"once {_phrase(trigger.root, True)}{_since(trigger.root)}"
    clauses = [clause_of(spec) for spec in trigger.specs]
    if len(clauses) == 1 and not clauses[0].subject:
        return clauses[0].now
    return _joined_moments(clauses)


def explain_tree(trigger: Trigger) -> dict[str, Any]:
    """The trigger as nested dicts that JSON can hold, each node with its own words.

    `root` is a node: `kind` is `event`, `and` or `or`; `and` and `or` have `items`.
    """
    return {
        "trigger": str(trigger),
        "text": trigger.text,
        "explanation": explain(trigger),
        "needs_memory": trigger.needs_memory,
        "root": _tree(trigger.root),
        "notes": [
            {
                "code": note.code,
                "start": note.start,
                "end": note.end,
                "message": note.message,
                "hint": note.hint,
                "replacement": note.replacement,
            }
            for note in trigger.notes
        ],
    }


def clause_of(spec: EventSpec) -> Clause:
    """One event spec in words: `the job`, `fails`, `has failed`."""
    if spec.is_time:
        return _time_clause(spec)
    subject = _subject(spec)
    if (spec.name, spec.type) == ("assigned", "host"):
        return Clause(subject, "is assigned", "has been assigned")
    if spec.name in _PREDICATES:
        return Clause(subject, *_PREDICATES[spec.name])
    return Clause(
        subject, f'gets the event "{spec.name}"', f'has got the event "{spec.name}"'
    )


def _subject(spec: EventSpec) -> str:
    whose = {
        "self": "the job",
        "parent": "the parent job",
        "job": f"job {spec.context}",
        "label": f'the group\'s "{spec.context}" job',
    }[spec.context_kind or "self"]
    if spec.type == "job":
        return whose
    noun = {"subjob": "instance", "work": "agenda item", "host": "host"}[spec.type]
    if spec.any_extra:
        return f"any {noun} of {whose}"
    return f"{noun} {spec.extra} of {whose}"


def _time_clause(spec: EventSpec) -> Clause:
    site = " for the whole site" if spec.is_global else ""
    if spec.moment is None:
        return Clause("", "never: a plain global has no time", "never")
    moment = describe_time(qube_time(spec.moment))
    if spec.interval is None:
        once = " once" if spec.is_global else ""
        return Clause("", f"{once}{site} at {moment}".strip(), f"it is past {moment}")
    every = durations.interval(spec.interval)
    every = every.removeprefix("1 ")
    until = "" if spec.is_global else " until the job is done"
    return Clause(
        "",
        f"every {every}{site} from {moment}{until}",
        f"a full {every} from {moment} has passed",
    )


def _joined_moments(clauses: Sequence[Clause]) -> str:
    """Alternatives of the present: `when the job fails or is killed, or at …`."""
    events = [clause for clause in clauses if clause.subject]
    times = [clause.now for clause in clauses if not clause.subject]
    phrases = [f"when {_list(_shared(events, False), 'or')}"] if events else []
    return ", or ".join([*phrases, *times])


def _phrase(node: Node, outermost: bool = False) -> str:
    """A node in the perfect: what has happened. Groups inside stand in parentheses."""
    if isinstance(node, EventSpec):
        clause = clause_of(node)
        return f"{clause.subject} {clause.remembered}".strip()
    word = "and" if isinstance(node, And) else "or"
    if all(isinstance(item, EventSpec) for item in node.items):
        clauses = [clause_of(spec) for spec in node]
        text = _list(_shared(clauses, True), word)
    else:
        text = _list([_phrase(item) for item in node.items], word)
    return text if outermost else f"({text})"


def _shared(clauses: Sequence[Clause], remembered: bool) -> list[str]:
    """Clauses as phrases; a subject that was just named is not named again."""
    phrases = []
    last = ""
    for clause in clauses:
        predicate = clause.remembered if remembered else clause.now
        same = clause.subject == last
        phrases.append(predicate if same else f"{clause.subject} {predicate}".strip())
        last = clause.subject
    return phrases


def _list(phrases: Sequence[str], word: str) -> str:
    """`a`, `a or b`, `a, b or c`."""
    if len(phrases) == 1:
        return phrases[0]
    return f"{', '.join(phrases[:-1])} {word} {phrases[-1]}"


def _since(root: Node) -> str:
    if isinstance(root, And) and all(
        isinstance(item, EventSpec) for item in root.items
    ):
        every = "both" if len(root.items) == 2 else "all"
        return f", {every} since the job's submission"
    return ", counted since the job's submission"


def _tree(node: Node) -> dict[str, Any]:
    place = {"start": node.start, "end": node.end}
    if not isinstance(node, EventSpec):
        kind = "or" if isinstance(node, Or) else "and"
        return {"kind": kind, **place, "items": [_tree(item) for item in node.items]}
    clause = clause_of(node)
    return {
        "kind": "event",
        **place,
        "spec": node.canonical,
        "name": node.name,
        "type": node.type,
        "context": node.context,
        "context_kind": node.context_kind,
        "extra": node.extra,
        "known": node.name in EVENT_NAMES,
        "text": f"{clause.subject} {clause.now}".strip(),
    }
