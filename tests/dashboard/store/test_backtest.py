"""An edit is judged over the recorded past: it counts what a second installation runs."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Mapping
from itertools import groupby
from typing import Any

import pytest

from dashboard.models import EventRecord, JobRecord, Run
from dashboard.project.environment import Environment
from dashboard.store.past.backtesting import Backtest
from dashboard.store.past.span_records import BEFORE_HISTORY, span_between
from qubecb.backtest.edit import Edit
from qubecb.dispatch.dispatcher import Dispatcher, DispatchSettings
from qubecb.dispatch.facts import BindingMode
from qubecb.jobs import JobId
from qubecb.testing.store import MemoryStore, bound
from tests.dashboard.store.recorded import Recorded
from tests.dashboard.store.site import Site
from tests.dashboard.store.test_rehearsal import Farm, farm

__all__ = ["farm"]

CONFIG = {
    "own.py": "failed-job-self || removed-job-self",
    "both.py": "complete-work-self-1 && complete-work-self-2",
    "child.qcb": "done-job-parent && running-job-self",
    "label.pl": "failed-work-render-*",
    "done.py": "done-job-self",
}
#: The id of one of them is a label, too.
JOBS: tuple[JobId, ...] = (20, 21, 22, 23, 24, "render", "shot-1")
TRIGGERS = (
    *CONFIG.values(),
    "complete-job-self",
    "done-work-self-*",
    "complete-job-parent || failed-job-parent",
    "failed-work-render-* && complete-job-render",
    "done-job-7",
    "submit-job-self && done-job-self",
    "dummy-time-self-5",
)


def text_of(config: Mapping[str, str]) -> str:
    return "".join(f"{file} = {trigger}\n" for file, trigger in config.items())


def happen(farm: Farm, chance: random.Random, count: int) -> None:
    """Let a random day pass at a farm."""
    for _ in range(count):
        job = chance.choice(JOBS)
        spec = chance.choice(
            (
                *("submit-job", "running-job", "complete-job", "failed-job"),
                *("done-job", "complete-work-1", "complete-work-2", "done-work-1"),
                *("failed-work-1", "failed-work-2", "removed-job"),
            )
        )
        told: dict[str, Any] = chance.choice(
            ({}, {"pid": 20}, {"pgrp": 20, "label": "render"}, {"user": "jo"})
        )
        farm.site.take_in(spec, job, **told)
        if chance.random() < 0.4:
            farm.plan()
    farm.plan()


def edited(chance: random.Random) -> dict[str, str]:
    """A random edit: some mappings keep their trigger, some change, one may be new."""
    config = {
        file: chance.choice(TRIGGERS) if chance.random() < 0.6 else trigger
        for file, trigger in CONFIG.items()
        if chance.random() < 0.8
    }
    if chance.random() < 0.5:
        config["new.py"] = chance.choice(TRIGGERS)
    return config


def second_installation(
    config: Mapping[str, str], after: int, binding: BindingMode
) -> Counter[str]:
    """What a site runs that is given the same events under another configuration.

    It plans the same batches: whether a time of a job that begins twice in one fires
    depends on that.
    """
    now = [time.time()]
    store = MemoryStore(lambda: now[0])
    store.configure(bound("/second", config))
    dispatcher = Dispatcher(store, DispatchSettings(binding), lambda: now[0])
    place: dict[int, int] = {}
    for at, batch in groupby(Recorded().records(), key=lambda each: each.planned_at):
        now[0] = at
        last = 0
        for accepted in (each.accepted for each in batch):
            last = accepted.sequence
            if accepted.source == "timer":
                continue
            number = store.accept(accepted.event, accepted.source, act=accepted.act)
            assert number is not None
            place[number] = last
        while dispatcher.step() or dispatcher.tick():
            pass
        for timer in range(1, len(store.events) + 1):
            place.setdefault(timer, last)
    return Counter(run.key.file for run in store.runs if place[run.sequence] > after)


def backtest_of(site: Site, config: Mapping[str, str], since: float) -> Backtest:
    directory = str(site.directory)
    was, now = (bound(directory, each).mappings for each in (CONFIG, config))
    edit = Edit.between(directory, was, now)
    return Backtest(edit, span_between(since, time.time() + 1))


def counts(told: Mapping[str, Any], which: str) -> dict[str, int]:
    return {each["file"]: each[which] for each in told["callbacks"]}


#: bench/backtest.py asks for more of them.
SEEDS = int(os.environ.get("BACKTEST_SEEDS", "8"))


@pytest.mark.parametrize("binding", ["submission", "live"])
@pytest.mark.parametrize("seed", range(SEEDS))
def test_its_counts_equal_those_of_a_second_installation(
    farm: Farm, settings: Any, seed: int, binding: BindingMode
) -> None:
    chance = random.Random(seed)  # noqa: S311 (the same each time)
    site = {"QUBECB_CALLBACK_PATH": str(farm.site.directory)}
    settings.ENVIRONMENT = Environment({**site, "QUBECB_BINDING": binding})
    farm.dispatcher = Dispatcher(
        farm.store, DispatchSettings(binding, qb_conf=farm.store.qb_conf), time.time
    )
    farm.enable("python", "perl", "qube")
    farm.site.write(text_of(CONFIG))
    Run.objects.all().delete()
    EventRecord.objects.all().delete()
    JobRecord.objects.all().delete()
    happen(farm, chance, 60)
    since = time.time()
    happen(farm, chance, 90)
    config = edited(chance)
    backtest = backtest_of(farm.site, config, since)
    for share in backtest.run():
        assert 0 <= share <= 1
    told = backtest.result()
    after = second_installation(config, backtest.span.after, binding)
    assert counts(told, "after") == {file: after[file] for file in backtest.edit.files}
    real = Run.objects.filter(event__gt=backtest.span.after)
    before = Counter(real.values_list("file", flat=True))
    assert counts(told, "before") == {
        file: before[file] for file in backtest.edit.files
    }
    assert told["events"] == 90


def test_a_job_that_began_before_the_history_is_counted_and_not_judged(
    farm: Farm,
) -> None:
    farm.site.write(text_of(CONFIG))
    farm.happen("submit-job", "complete-work-1", job=30)
    farm.happen("submit-job", job=31)
    newest = EventRecord.objects.latest("sequence").sequence
    since = time.time()
    farm.happen("complete-work-2", "failed-job", job=30)
    farm.happen("failed-job", job=31)
    EventRecord.objects.filter(sequence__lt=newest).delete()
    config = {**CONFIG, "own.py": "failed-job-self", "new.py": "failed-job-self"}
    backtest = backtest_of(farm.site, config, since)
    list(backtest.run())
    told = backtest.result()
    assert told["not_judged"] == [{"reason": BEFORE_HISTORY, "count": 1}]
    assert counts(told, "after") == {"own.py": 1, "new.py": 1}
