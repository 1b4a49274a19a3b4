"""Turns accepted events into queued runs, one batch in each transaction, and due timers into events.

It has no thread and no loop: the service calls `step` while that gives more than 0, and `tick`
when a timer is due or the configuration has changed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.facts import BindingMode
from qubecb.dispatch.index import TriggerIndex
from qubecb.dispatch.judging import Judge, judge
from qubecb.dispatch.planning import Plan, Planner
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.planning import DispatchStore, Planning
from qubecb.dispatch.ports.timers import Timer, TimerKey
from qubecb.dispatch.stages import Unjudged, judge_neutral, judged
from qubecb.dispatch.timers import (
    event_of,
    is_wanted,
    next_due,
    site_timers,
    timers_of,
)
from qubecb.events import DONE_NAMES

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DispatchSettings:
    """What a site may choose."""

    #: Where a job's callbacks come from: the configuration of its submission, or of now.
    binding: BindingMode = "submission"
    #: An event that fires one callback for more attached jobs than this gets a remark.
    crowd: int = 1000
    #: Gives the language flags of the moment; qb.conf may be edited at any time.
    qb_conf: Callable[[], QubConf] = QubConf
    #: Timers that one transaction fires at most.
    timers: int = 500


class Dispatcher:
    """The one active dispatcher of a site; it keeps nothing that a restart could lose.

    Takes the store, what gives the time in Unix seconds, and what judges.
    """

    def __init__(
        self,
        store: DispatchStore,
        settings: DispatchSettings,
        clock: Callable[[], float],
        judging: Judge = judge,
    ) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._planner = Planner(settings.binding, settings.crowd, judging)
        #: The configuration whose timers are known to be stored.
        self._timed: int | None = None
        #: Whether events may be left: the last step took as many as it may, or did not plan all.
        self.behind = True
        #: What the clock said at the last tick; it may be set back.
        self._ticked_at = float("inf")

    def step(self, limit: int = 500) -> int:
        """Plan the oldest accepted events, `limit` at most; give how many were looked at.

        All that they cause is stored with them in one transaction, or nothing is. Some of them may
        be left to the next transaction. If they cannot be judged together, each half is tried by
        itself; a single event that cannot be judged is set aside. Any other failure is raised, and
        no event is lost by it (see stages).
        """
        self.behind = True
        with self._store.planning() as planning:
            waiting = planning.take(limit)
            events = planning.ready(waiting)
            plan = self._plan(events, planning) if events else Plan(())
            if plan is not None:
                _write(plan, planning)
        if plan is None:
            half = len(events) // 2
            return self.step(half) + self.step(len(events) - half)
        self.behind = len(waiting) == limit or len(events) < len(waiting)
        return len(events) or len(waiting)

    def _plan(self, events: Sequence[AcceptedEvent], planning: Planning) -> Plan | None:
        """Judge events; None when several cannot be judged together."""
        qb_conf, now = self._settings.qb_conf(), self._clock()
        try:
            return judged(self._planner, events, planning, qb_conf, now)
        except Unjudged as failure:
            if len(events) > 1:
                return None
            judge_neutral(self._planner, events[0].sequence, planning, qb_conf, now)
            logger.exception("event %s is set aside", events[0].sequence)
            return Plan((), aside={events[0].sequence: str(failure)})

    def tick(self) -> int:
        """Fire the timers that are due; give how many events that made.

        Call it at the start, when the configuration has changed, and when
        `DispatchStore.next_timer` is due. The events are then planned by `step`.
        """
        now, fired = self._clock(), 0
        if now < self._ticked_at:
            with self._store.planning() as planning:
                planning.pull_back_repeats(now)
        self._ticked_at = now
        while True:
            seen, made = self._fire_some(now)
            fired += made
            if seen < self._settings.timers:
                return fired

    def _fire_some(self, now: float) -> tuple[int, int]:
        """Fire timers in one transaction; give how many were due, and how many events they made."""
        with self._store.planning() as planning:
            binding = planning.in_force().binding
            index = self._planner.indexes.get(binding, planning)
            if self._timed != binding:
                self._add_timers(planning, index, now)
            due = planning.due_timers(now, self._settings.timers)
            wanted, unwanted = self._sorted_out(due, planning, index)
            planning.drop_timers(unwanted)
            for timer in wanted:
                planning.fire_timer(timer, event_of(timer, now), next_due(timer, now))
        self._timed = binding
        return len(due), len(wanted)

    def _sorted_out(
        self, due: Sequence[Timer], planning: Planning, index: TriggerIndex
    ) -> tuple[list[Timer], list[TimerKey]]:
        """The timers whose configuration still asks for them, and the keys of the others."""
        jobs = planning.jobs({timer.key.job for timer in due} - {0})
        wanted, unwanted = [], []
        for timer in due:
            known = jobs.get(timer.key.job)
            owner = index
            if known and known.binding is not None and not self._is_live:
                owner = self._planner.indexes.get(known.binding, planning)
            attached = timer.key.job == 0 or (known and not known.removed)
            if attached and is_wanted(timer.key, owner):
                wanted.append(timer)
            else:
                unwanted.append(timer.key)
        return wanted, unwanted

    def _add_timers(self, planning: Planning, index: TriggerIndex, now: float) -> None:
        """Store the timers that a configuration brings; those known stay as they are."""
        planning.add_timers(site_timers(index, now))
        if self._is_live and index.times:
            attached = planning.attached(planning.bindings_in_use())
            planning.add_timers(
                timer
                for known in attached
                for timer in timers_of(known.job.id, index, now)
            )
            planning.end_repeats(
                {each.job.id for each in attached if each.job.status in DONE_NAMES}
            )

    @property
    def _is_live(self) -> bool:
        return self._settings.binding == "live"


def _write(plan: Plan, planning: Planning) -> None:
    """Store a plan. What is forgotten goes first: a job may begin again in the same batch."""
    if plan.forgotten:
        planning.forget_jobs(plan.forgotten)
    if plan.jobs:
        planning.save_jobs(plan.jobs.values(), plan.told)
    if plan.progress:
        planning.save_progress(plan.progress)
    if plan.timers:
        planning.add_timers(timer for each in plan.timers.values() for timer in each)
    if plan.done:
        planning.end_repeats(plan.done)
    if plan.runs:
        planning.queue(plan.runs)
    planning.planned(plan.events, plan.remarks)
    if plan.aside:
        planning.set_aside(plan.aside)
