"""The semantics once more: slow, obvious, and written from the reference alone.

Nothing of the dispatcher, its index, its planning or the trigger parser is used here. It goes
through every job and every mapping at every event. docs/dispatch.md says the same in prose.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

from tests.core.dispatch.oracle_words import (
    SITE,
    Config,
    Fired,
    Happening,
    Life,
    Spec,
    Tree,
    holds_and,
    specs,
    true,
)

FINAL = ("complete", "failed", "killed")
MEANS = {
    **{name: name for name in (*FINAL, "running", "blocked", "waiting")},
    **{"submit": "pending", "unblock": "pending", "assigned": "running"},
}
TIMED = ("time", "repeat")
EPOCH = 946702800
MONTH = 30 * 86400


def _numbers_first(life: Life) -> tuple[bool, int, str]:
    text = isinstance(life.id, str)
    return text, 0 if text else int(life.id), str(life.id)


class Oracle:
    """The whole site."""

    def __init__(self, live: bool) -> None:
        self.live = live
        self.now = 0.0
        self.configs: list[Config] = [{}]
        self.paused: set[tuple[str | None, str | None]] = set()
        self.disabled: set[str] = set()
        self.accepted: list[Happening] = []
        self.planned = 0
        self.jobs: dict[int | str, Life] = {}
        self.fired: list[Fired] = []
        self.site: dict[Any, float | None] = {}
        self.site_memory: dict[Any, dict[Spec, int]] = {}
        self.timed = -1

    def accept(self, happening: Happening) -> None:
        """The order of acceptance decides; so does the configuration of that moment."""
        number, config = len(self.accepted) + 1, len(self.configs) - 1
        self.accepted.append(replace(happening, number=number, config=config))

    def plan(self, count: int) -> None:
        """Decide what the oldest events cause that are not planned yet."""
        for _ in range(count):
            if self.planned < len(self.accepted):
                self.planned += 1
                self._meet(self.accepted[self.planned - 1])

    def _meet(self, event: Happening) -> None:
        """A test fire of one mapping fires what it would, and has not happened."""
        jobs = copy.deepcopy(self.jobs) if self._is_test(event) else None
        self._plan(event)
        if jobs is not None:
            self.jobs = jobs

    def _is_test(self, event: Happening) -> bool:
        return event.only is not None and event.type not in SITE

    def _plan(self, event: Happening) -> None:
        if event.type in SITE:
            for mapping, tree in self.configs[-1].items():
                satisfied = {each for each in specs(tree) if self._same(each, event)}
                self._weigh(event, 0, mapping, tree, satisfied, self.site_memory)
            return
        life = self._follow(event)
        if life is None:
            return
        for attached in sorted(self.jobs.values(), key=_numbers_first):
            if self._counts(event, attached):
                for mapping, tree in self._config(attached).items():
                    satisfied = {
                        each
                        for each in specs(tree)
                        if self._satisfies(each, event, life, attached)
                    }
                    self._weigh(
                        event, attached.id, mapping, tree, satisfied, attached.memory
                    )
        if (event.name, event.type) == ("removed", "job"):
            life.removed = True
        if (event.type == "job" and event.name in (*FINAL, "done")) or (
            life.status in FINAL
        ):
            self._end_repeats(life)

    def _follow(self, event: Happening) -> Life | None:
        """What the event makes of its job: begun, submitted again, or told more about."""
        life = self.jobs.get(event.job)
        submission = (event.name, event.type) == ("submit", "job")
        if event.type in TIMED:
            if life is not None and not life.removed:
                life.last_event = self.now
            return life
        if event.verb:
            return self._act(event.verb, life)
        if life is None or submission:
            life = Life(event.job, event.number, event.config, pgrp=event.job)
            self.jobs[event.job] = life
            self._set_timers(life)
        elif life.removed:
            return life
        life.last_event = self.now
        told = {key: value for key, value in event.told.items() if value}
        if told.get("pgrp") == life.id:
            # The default: a source that leaves it out says the same.
            del told["pgrp"]
        for key, value in told.items():
            setattr(life, key, value)
        if "status" not in told and event.type == "job":
            life.status = MEANS.get(event.name, life.status)
            if event.name == "done" and life.status not in FINAL:
                life.status = "complete"
        return life

    def _act(self, verb: str, life: Life | None) -> Life | None:
        """What a verb does to a job, where it is in a state for it."""
        if life is None or life.removed:
            return life
        life.last_event = self.now
        if verb == "kill" and life.status in ("running", "pending", "blocked"):
            life.status = "killed"
        elif verb == "retry" and life.status in FINAL:
            life.status = "pending"
        elif verb == "modify" and life.status not in FINAL:
            life.pgrp = 3
        return life

    def _config(self, life: Life) -> Config:
        return self.configs[-1 if self.live else life.config]

    def _counts(self, event: Happening, attached: Life) -> bool:
        """Whether the job is attached, and was submitted when the event came."""
        lately = attached.last_event >= self.now - MONTH
        return not attached.removed and lately and attached.since <= event.number

    def _satisfies(
        self, spec: Spec, event: Happening, subject: Life, attached: Life
    ) -> bool:
        if not self._same(spec, event):
            return False
        if event.type == "repeat" and attached.status in FINAL:
            return False
        if spec.context == "self":
            return subject.id == attached.id
        if spec.context == "parent":
            return attached.pid not in (0, 1) and attached.pid == subject.id
        if isinstance(spec.context, int):
            return subject.id == spec.context
        if subject.pgrp == attached.pgrp and subject.label == spec.context:
            return True
        return subject.id == spec.context and not self._is_label(spec, attached)

    def _is_label(self, spec: Spec, attached: Life) -> bool:
        """Whether an attached job of the process group has the context as its label."""
        return any(
            (each.pgrp, each.label) == (attached.pgrp, spec.context)
            for each in self.jobs.values()
            if not each.removed and each.last_event >= self.now - MONTH
        )

    def _same(self, spec: Spec, event: Happening) -> bool:
        """Type, extra and name; `done` once per transition."""
        if spec.type != event.type:
            return False
        if spec.extra not in (event.extra, "*"):
            return False
        before = self._before(event)
        if spec.name == "done" and event.name == "done":
            return before not in FINAL
        if spec.name == "done" and event.name in FINAL:
            return before != "done"
        return spec.name == event.name

    def _before(self, event: Happening) -> str | None:
        """The name of the last event of the same subject in the life of its job."""
        if event.extra is None and event.type != "job":
            return None  # about some item; the one before may have been about another
        life = self.jobs.get(event.job)
        names = [
            each.name
            for each in self.accepted[: event.number - 1]
            if (each.job, each.type, each.extra) == (event.job, event.type, event.extra)
            and each.number >= (life.since if life else 0)
            and not self._is_test(each)
        ]
        return names[-1] if names else None

    def _weigh(
        self,
        event: Happening,
        job: int | str,
        mapping: tuple[str, str],
        tree: Tree,
        satisfied: set[Spec],
        memories: dict[Any, dict[Spec, int]],
    ) -> None:
        """Remember what is satisfied; fire and forget when the whole is true."""
        if not satisfied or event.only not in (None, mapping):
            return
        remembers = holds_and(tree)
        memory = memories.setdefault((mapping, tree), {}) if remembers else {}
        for each in satisfied:
            memory.setdefault(each, event.number)
        if true(tree, set(memory)):
            runs = not self._is_suppressed(mapping)
            by = {
                (each.canonical, number) for each, number in memory.items() if remembers
            }
            memory.clear()
            self.fired.append(
                Fired(event.number, job, mapping, str(tree), runs, frozenset(by))
            )

    def _is_suppressed(self, mapping: tuple[str, str]) -> bool:
        directory, file = mapping
        paused = {(None, None), (directory, None), (directory, file)} & self.paused
        return bool(paused) or file.rpartition(".")[2] in self.disabled

    # Time.

    def tick(self) -> None:
        """Fire what is due. What was missed is made up for by one firing."""
        config = self.configs[-1]
        for table in (self.site, *(life.timers for life in self.jobs.values())):
            self._keep_pace(table)
        if self.timed != len(self.configs) - 1:
            self._new_configuration(config)
        due: list[tuple[float, Any, dict[Any, float | None], Happening, bool]] = []
        for key, moment in self.site.items():
            mapping, tree, spec = key
            if moment is not None and moment <= self.now:
                event = Happening(spec.name, spec.type, spec.extra, 0, only=mapping)
                wanted = config.get(mapping) == tree
                due.append((moment, key, self.site, event, wanted))
        for life in self.jobs.values():
            asked = {
                each for tree in self._config(life).values() for each in specs(tree)
            }
            for spec, moment in life.timers.items():
                if moment is not None and moment <= self.now and not life.removed:
                    event = Happening(spec.name, spec.type, spec.extra, life.id)
                    due.append((moment, spec, life.timers, event, spec in asked))
        for moment, key, table, event, wanted in sorted(due, key=lambda each: each[0]):
            if wanted:
                self.accept(event)
                table[key] = self._next(event, moment)
            else:
                del table[key]

    def _keep_pace(self, table: dict[Any, float | None]) -> None:
        """An interval that has begun is never due more than one interval from now."""
        for key, moment in table.items():
            spec = key[2] if isinstance(key, tuple) else key
            start, _, interval = str(spec.extra).partition("-")
            if not interval or moment in (None, int(start) + EPOCH):
                continue
            while moment - int(interval) > self.now:
                moment -= int(interval)
            table[key] = moment

    def _next(self, event: Happening, moment: float) -> float | None:
        if event.type not in ("repeat", "globalrepeat"):
            return None
        interval = int(str(event.extra).split("-")[1])
        passed = (self.now - moment) // interval
        return moment + (passed + 1) * interval

    def _new_configuration(self, config: Config) -> None:
        self.timed = len(self.configs) - 1
        for mapping, tree in config.items():
            for spec in specs(tree):
                if spec.type in SITE:
                    self.site.setdefault((mapping, tree, spec), self._first(spec))
        if self.live:
            for life in self.jobs.values():
                if not life.removed:
                    self._set_timers(life)
                    if life.status in FINAL:
                        self._end_repeats(life)

    def _set_timers(self, life: Life) -> None:
        for tree in self._config(life).values():
            for spec in specs(tree):
                if spec.type in TIMED:
                    life.timers.setdefault(spec, self._first(spec))

    def _first(self, spec: Spec) -> float:
        """A time in the past is due at once; an interval next at its place."""
        start, _, interval = str(spec.extra).partition("-")
        moment = float(int(start) + EPOCH)
        if interval and moment < self.now:
            missed = -((moment - self.now) // int(interval))
            moment += missed * int(interval)
        return moment

    def _end_repeats(self, life: Life) -> None:
        for spec in life.timers:
            if spec.type == "repeat":
                life.timers[spec] = None
