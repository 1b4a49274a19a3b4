"""Random histories of a site, small enough that everything meets everything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.core.dispatch.oracle_words import (
    Both,
    Config,
    Either,
    Happening,
    Spec,
    Tree,
)

JOBS = (2, 3, 4, 5)
#: Ids that are text, in the place of numbers; one is a label, too.
TEXTS: dict[Any, str] = {4: "a", 5: "x"}
ALL_JOBS: tuple[int | str, ...] = (*JOBS, *TEXTS.values())
LABELS = ("a", "b")
FOLDERS = ("/one", "/two")
FILES = ("x.py", "y.pl", "z.qcb")
MAPPINGS = tuple((folder, file) for folder in FOLDERS for file in FILES)
NAMES = ("complete", "failed", "killed", "done", "running", "submit", "removed")
#: The clock of a history begins here, in seconds of Qube time.
START = 1000


@dataclass(frozen=True)
class Accept:
    """An event comes in."""

    happening: Happening


@dataclass(frozen=True)
class Repeat:
    """A source sends an event a second time, under its id."""

    which: int


@dataclass(frozen=True)
class Plan:
    """The dispatcher plans some events, in batches of that size."""

    batch: int
    batches: int


@dataclass(frozen=True)
class Edit:
    """Somebody changes the configuration."""

    config: Config


@dataclass(frozen=True)
class TogglePause:
    """Somebody pauses or resumes a callback, a directory or everything."""

    target: tuple[str | None, str | None]


@dataclass(frozen=True)
class ToggleLanguage:
    """Somebody enables or disables a language in qb.conf."""

    extension: str


@dataclass(frozen=True)
class Restart:
    """The dispatcher is killed and started again."""


@dataclass(frozen=True)
class Wait:
    """Time passes; a negative time is a clock that was set back. Then the timers are seen."""

    seconds: int


Act: TypeAlias = (
    Accept | Repeat | Plan | Edit | TogglePause | ToggleLanguage | Restart | Wait
)

names = st.sampled_from((*NAMES, "complete", "done", "failed"))
#: None: the source does not know which item it is about.
extras = st.sampled_from(("1", "2", "1", "2", None))
times = st.integers(0, 3).map(lambda n: str(START + 50 * n))
repeats = st.sampled_from(("10", "70")).flatmap(
    lambda interval: times.map(lambda start: f"{start}-{interval}")
)
contexts: SearchStrategy[str | int] = st.sampled_from(
    ("self", "self", "parent", *LABELS, *JOBS[:2])
)

job_specs = st.builds(Spec, names, st.just("job"), contexts)
part_specs = st.builds(
    Spec, names, st.sampled_from(("work", "subjob")), contexts, st.sampled_from("12*")
)
time_specs = st.builds(Spec, st.just("dummy"), st.just("time"), st.just("self"), times)
repeat_specs = st.builds(
    Spec, st.just("dummy"), st.just("repeat"), st.just("self"), repeats
)
site_specs = st.one_of(
    st.builds(Spec, st.just("dummy"), st.just("globaltime"), st.none(), times),
    st.builds(Spec, st.just("dummy"), st.just("globalrepeat"), st.none(), repeats),
)
own_specs = st.one_of(
    job_specs, job_specs, job_specs, part_specs, time_specs, repeat_specs
)
own_trees: SearchStrategy[Tree] = st.recursive(
    own_specs,
    lambda inner: st.one_of(
        st.builds(Both, inner, inner), st.builds(Either, inner, inner)
    ),
    max_leaves=4,
)
# A time of the site may stand beside `||` only.
trees: SearchStrategy[Tree] = st.one_of(
    own_trees,
    own_trees,
    own_trees,
    site_specs,
    st.builds(Either, own_trees, site_specs),
)
configs = st.dictionaries(st.sampled_from(MAPPINGS), trees, min_size=1, max_size=4)

#: What a source may tell of a job. 0 and "" mean that it tells nothing.
told: SearchStrategy[dict[str, Any]] = st.sampled_from(
    (
        {},
        {"pid": 2},
        {"pid": 3, "label": "b"},
        {"pid": 1, "pgrp": 0},
        {"pgrp": 2, "label": "a"},
        {"pgrp": 2, "label": "b", "pid": 4},
        {"pgrp": 3, "label": "a"},
        {"status": "running"},
        {"status": "complete", "label": "", "pid": 0},
    )
)
only = st.one_of(st.none(), st.none(), st.none(), st.sampled_from(MAPPINGS))
happenings = st.one_of(
    st.builds(
        Happening, names, st.just("job"), st.none(), st.sampled_from(JOBS), told, only
    ),
    st.builds(
        Happening,
        names,
        st.sampled_from(("work", "subjob")),
        extras,
        st.sampled_from(JOBS),
        told,
        only,
    ),
)
#: Verbs of callbacks, each with the name and the type of the event that it means.
acts = st.builds(
    lambda act, job: Happening(act[1], act[2], None, job, verb=act[0]),
    st.sampled_from(
        (
            ("kill", "killed", "job"),
            ("retry", "", ""),
            ("shove", "", ""),
            ("modify", "modified", "job"),
            ("remove", "removed", "job"),
        )
    ),
    st.sampled_from(JOBS),
)
targets: SearchStrategy[tuple[str | None, str | None]] = st.sampled_from(
    ((None, None), (FOLDERS[0], None), *MAPPINGS)
)
accepts = st.builds(Accept, happenings)
acting = st.builds(Accept, acts)
plans = st.builds(Plan, st.integers(1, 9), st.integers(1, 3))
waits = st.builds(Wait, st.sampled_from((0, 1, 9, 30, 60, 200, -40)))


KINDS: tuple[tuple[int, SearchStrategy[Act]], ...] = (
    (12, accepts),
    (3, acting),
    (4, plans),
    (3, waits),
    (1, st.builds(Edit, configs)),
    (1, st.builds(Repeat, st.integers(0, 30))),
    (1, st.builds(TogglePause, targets)),
    (1, st.builds(ToggleLanguage, st.sampled_from(("py", "pl")))),
    (1, st.builds(Restart)),
)
#: So long a wait that jobs are attached no more.
MONTH = Wait(31 * 86400)


@st.composite
def histories(draw: st.DrawFn, live: bool) -> list[Act]:
    """A configuration, and then what happens.

    Under live binding no month passes: which timers a job gets that comes back after one
    depends on when the dispatcher was last started.
    """
    kinds = KINDS if live else (*KINDS, (1, st.just(MONTH)))
    which = st.sampled_from([kind for weight, kind in kinds for _ in range(weight)])
    count = draw(st.integers(15, 50))
    return [draw(st.builds(Edit, configs)), *(draw(draw(which)) for _ in range(count))]


def with_texts(history: list[Act]) -> list[Act]:
    """The same history of a farm where the ids of some jobs are text."""
    return [
        Accept(_with_texts(each.happening)) if isinstance(each, Accept) else each
        for each in history
    ]


def _with_texts(happening: Happening) -> Happening:
    ids = {
        name: happening.told[name]
        for name in ("pid", "pgrp")
        if happening.told.get(name)
    }
    told = {
        **happening.told,
        **{name: TEXTS.get(job, job) for name, job in ids.items()},
    }
    return replace(happening, job=TEXTS.get(happening.job, happening.job), told=told)


def some_with_texts(live: bool) -> SearchStrategy[list[Act]]:
    """Histories, in half of which the ids of some jobs are text."""
    return st.one_of(histories(live), histories(live).map(with_texts))
