"""A backtest counts the runs that a site with the edit would have had from the beginning."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from qubecb.backtest.edit import Mode
from tests.core.backtest.sites import (
    EDITED,
    EditedSite,
    Prompt,
    backtest,
    counted,
    from_now,
    lived,
    until_now,
)
from tests.core.dispatch import histories as h
from tests.core.dispatch.oracle_words import Config, Happening, Spec, specs

some = settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
MODES: tuple[Mode, ...] = ("throughout", "new-jobs")
#: What the edited directory becomes.
edits = st.dictionaries(
    st.sampled_from([key for key in h.MAPPINGS if key[0] == EDITED]),
    h.trees,
    max_size=3,
)


def real(history: list[h.Act], edit: Config) -> list[h.Act]:
    """A history without tests of one mapping, which a backtest leaves out.

    No month passes in it where something is repeated every ten seconds.
    """
    configs = [edit, *(act.config for act in history if isinstance(act, h.Edit))]
    trees = [tree for config in configs for tree in config.values()]
    repeats = any("repeat" in each.type for tree in trees for each in specs(tree))
    return [
        act
        for act in history
        if not (isinstance(act, h.Accept) and act.happening.only is not None)
        and not (act == h.MONTH and repeats)
    ]


def compare(
    history: list[h.Act], edit: Config, live: bool, begins: int, mode: Mode
) -> None:
    """Compare what is counted from an act on with what both sites ran."""
    history = real(history, edit)
    site, other = Prompt(live), EditedSite(live, edit, at_once=mode == "throughout")
    for each in (site, other):
        lived(each, history[:begins])
    span = from_now(site)
    # Its own times of the site have records of their own there.
    after = len(other.memory_store.events)
    other.save()
    for each in (site, other):
        lived(each, history[begins:])
    tallies = backtest(site, edit, until_now(span, site), mode)
    was = counted(site.memory_store.runs, tallies, span.after)
    would_be = counted(other.memory_store.runs, tallies, after)
    for file, tally in tallies.items():
        assert (tally.before, tally.after) == (was[file], would_be[file])
        assert tally.same <= min(tally.before, tally.after)


@some
@given(history=h.histories(live=False), edit=edits, begins=st.integers(1, 40))
def test_it_counts_what_an_edited_site_runs(
    history: list[h.Act], edit: Config, begins: int
) -> None:
    compare(history, edit, False, begins, "throughout")


@some
@given(history=h.histories(live=False), edit=edits, begins=st.integers(1, 40))
def test_for_new_jobs_it_counts_what_a_site_runs_that_is_edited_then(
    history: list[h.Act], edit: Config, begins: int
) -> None:
    compare(history, edit, False, begins, "new-jobs")


@some
@given(
    history=h.histories(live=True),
    edit=edits,
    begins=st.integers(1, 40),
    mode=st.sampled_from(MODES),
)
def test_it_does_so_where_callbacks_come_from_the_configuration_in_force(
    history: list[h.Act], edit: Config, begins: int, mode: Mode
) -> None:
    compare(history, edit, True, begins, mode)


ONCE = Spec("dummy", "time", "self", str(h.START))
OTHERS: Config = {h.MAPPINGS[-1]: ONCE}
SUBMITTED = h.Accept(Happening("submit", "job", None, 2))


@pytest.mark.parametrize("mode", MODES)
def test_a_time_of_the_site_comes_where_nothing_else_happens(mode: Mode) -> None:
    repeat = Spec("dummy", "globalrepeat", None, f"{h.START + 50}-70")
    history: list[h.Act] = [h.Edit(OTHERS), h.Wait(60), h.Wait(200)]
    compare(history, {h.MAPPINGS[0]: repeat}, False, 1, mode)


@pytest.mark.parametrize("mode", MODES)
def test_a_time_that_came_before_the_span_does_not_come_in_it(mode: Mode) -> None:
    once = Spec("dummy", "globaltime", None, str(h.START + 50))
    history: list[h.Act] = [h.Edit(OTHERS), h.Wait(200), h.Wait(200)]
    compare(history, {h.MAPPINGS[0]: once}, False, 2, mode)


def test_a_time_that_came_for_another_mapping_comes_no_second_time() -> None:
    history: list[h.Act] = [h.Edit(OTHERS), SUBMITTED, h.Wait(60)]
    compare(history, {h.MAPPINGS[0]: ONCE}, True, 2, "new-jobs")
