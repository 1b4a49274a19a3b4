"""Random histories of a farm, through real acceptance and dispatch, on the tables."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dashboard.models import EventRecord, Run
from dashboard.store.acts.setting_aside import plan_again
from dashboard.store.configuration import pauses
from dashboard.store.farm.acting import carry_out
from dashboard.store.intake.acceptance import Origin
from dashboard.store.past.answers import Known, answers
from dashboard.store.past.records import events_at
from dashboard.store.past.story import Story
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.why.answer import Answer
from qubecb.why.causes import Code
from tests.dashboard.factories import JO
from tests.dashboard.store.past.farm import Farm
from tests.dashboard.store.site import Site

JOBS = (2, 3, 4, 5)
FILES = ("a.py", "b.pl", "c.py", "d.qcb")
#: A file besides with a time of the site.
TIMED = "site.py"
NAMES = ("complete", "failed", "done", "running", "submit", "killed", "removed")
SPECS = (
    *("failed-job-self", "done-job-self", "complete-job-self", "submit-job-self"),
    *("failed-work-self-1", "done-work-self-*", "running-subjob-self-2"),
    *("done-job-parent", "failed-work-parent-*", "removed-job-self", "killed-job-a"),
    *("complete-work-b-1", "failed-job-3", "complete-job-a", "dummy-time-self-5"),
    *("dummy-repeat-self-5-100000",),
)
#: What a source tells of a job; a job stays in its process group.
TOLD: tuple[dict[str, Any], ...] = (
    *({}, {}, {"pid": 2}, {"pid": 3}, {"label": "a"}, {"label": "b"}),
    {"status": "running"},
)
#: A run was planned, and what became of it.
Truth = dict[tuple[int, int, MappingKey], Code]


class RandomFarm(Farm):
    """A farm at which what happens is decided by a seed."""

    def __init__(self, site: Site, data: Path, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 (a history, and no secret)
        self.paused: set[str] = set()
        super().__init__(site, data, config="")
        self.edit()

    def live(self, acts: int) -> None:
        """Let so many things happen, and plan what waits at the end."""
        what = (self.accept, self.edit, self.toggle_pause, self.toggle_flags, self.act)
        for _ in range(acts):
            self.random.choices(what, (20, 1, 2, 1, 2))[0]()
            if self.random.random() < 0.4:
                self.plan()
            elif self.random.random() < 0.1:
                self.set_one_aside()
        self.plan()
        aside = EventRecord.objects.exclude(set_aside_at=None).exclude(planned_at=None)
        plan_again(JO, [*aside.values_list("sequence", flat=True)])
        self.plan()

    def accept(self) -> None:
        kind = self.random.choice(("job", "job", "work", "subjob"))
        extra = "" if kind == "job" else self.random.choice(("-1", "-2"))
        told = {"pgrp": 2, **self.random.choice(TOLD)}
        spec = f"{self.random.choice(NAMES)}-{kind}{extra}"
        self.site.take_in(spec, self.random.choice(JOBS), **told)

    def edit(self) -> None:
        lines = [f"{TIMED} = globaltime-9\n"]
        for file in self.random.sample(FILES, self.random.randint(1, 4)):
            specs = self.random.sample(SPECS, self.random.choice((1, 1, 2, 3)))
            lines.append(f"{file} = {self._joined(specs)}\n")
        self.site.write("".join(lines))

    def _joined(self, specs: list[str]) -> str:
        if len(specs) < 3:
            return self.random.choice((" && ", " || ")).join(specs)
        first, second, third = specs
        return self.random.choice(
            (f"({first} && {second}) || {third}", f"{first} && ({second} || {third})")
        )

    def toggle_pause(self) -> None:
        file = self.random.choice(FILES)
        folder = str(self.site.directory)
        if file in self.paused:
            pauses.resume(folder, file, JO)
        else:
            pauses.pause(folder, file, "held", None, JO)
        self.paused ^= {file}

    def toggle_flags(self) -> None:
        self.enable(*self.random.sample(("python", "perl", "qube"), 2))

    def act(self) -> None:
        verb = self.random.choice(("kill", "remove", "retry"))
        carry_out(Origin("farm"), verb, [str(self.random.choice(JOBS))], {})

    def set_one_aside(self) -> None:
        """Let the next event be one that could not be judged."""
        with self.store.planning() as planning:
            for each in planning.take(1):
                planning.set_aside({each.sequence: "it could not be planned"})
        self.plan()
        if self.random.random() < 0.7:
            aside = EventRecord.objects.exclude(set_aside_at=None)
            plan_again(JO, [*aside.values_list("sequence", flat=True)])


def truth() -> Truth:
    """What became of every run that was planned."""
    found: Truth = {}
    for run in Run.objects.filter(replay_of=None):
        code = Code.RAN
        if run.state == "suppressed":
            code = Code.PAUSED if run.pause else Code.LANGUAGE_DISABLED
        found[run.event, run.job or 0, MappingKey(run.directory, run.file)] = code
    return found


def asked(farm: RandomFarm) -> Iterator[tuple[tuple[int, int, MappingKey], Answer]]:
    """Ask about every event, job and mapping; nobody tells which runs there were."""
    planned = EventRecord.objects.exclude(planned_at=None)
    files = {*FILES, TIMED}
    keys = [farm.site.key(each) for each in files]
    for sequence in planned.values_list("sequence", flat=True):
        (event,) = events_at([sequence]).values()
        for job in JOBS if event.accepted.event.job.id else (0,):
            story = Story(job, event, files)
            for key, answer in answers(story, Known(()), keys).items():
                yield (sequence, job, key), answer


def said(farm: RandomFarm) -> Truth:
    """What is found to have run, or to have been kept back."""
    found: Truth = {}
    for which, answer in asked(farm):
        code = answer.cause.code
        if code is Code.BEFORE_HISTORY:  # nothing stopped it
            code = Code.RAN
        if code in (Code.RAN, Code.PAUSED, Code.LANGUAGE_DISABLED):
            found[which] = code
    return found
