"""Asking about an event in a few lines: read the facts, and give the case of one job."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qubecb.dispatch.facts import read
from qubecb.dispatch.index import Indexes
from qubecb.dispatch.judging import asked_about
from qubecb.dispatch.past import Unwritten
from qubecb.dispatch.ports.configuration import Binding, BoundDirectory
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.jobs import KnownJob, Memory, ProgressKey
from qubecb.dispatch.rehearsal import Rehearsal
from qubecb.dispatch.suppression import Suppression
from qubecb.events import Event
from qubecb.jobs import Job
from qubecb.why.matching import Explainer, Match


def matches(
    event: Event,
    attached: Job | None,
    related: Iterable[Job],
    *directories: BoundDirectory,
    memory: Mapping[ProgressKey, Memory] | None = None,
    suppression: Suppression | None = None,
    **changes: Any,
) -> list[Match]:
    """What is said of every mapping; `changes` are made to the case.

    Takes the job that is asked about, None for the site, and the other jobs that are known.
    """
    others = list(related)
    jobs = [*others, attached] if attached else others
    known = {each.id: KnownJob(each, binding=1, since=0) for each in jobs}
    store = Rehearsal(Unwritten(Binding(1, directories)))
    store.save_jobs(known.values(), [])
    facts = read([AcceptedEvent(1, event)], store, Indexes(), "live")
    _, case = asked_about(facts, known[attached.id] if attached else None)
    explainer = Explainer(case._replace(**changes), memory or {}, suppression, others)
    return explainer.matches(facts.configurations.in_force)
