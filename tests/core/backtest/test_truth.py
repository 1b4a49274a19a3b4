"""A backtest counts the runs that a site with the edit would have had from the beginning."""

from __future__ import annotations

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
from tests.core.dispatch.oracle_words import Config, specs

some = settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
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
    other.save()
    for each in (site, other):
        lived(each, history[begins:])
    tallies = backtest(site, edit, until_now(span, site), mode)
    before, after = (
        counted(each.memory_store.runs, tallies, span.after) for each in (site, other)
    )
    for file, tally in tallies.items():
        assert (tally.before, tally.after) == (before[file], after[file])
        assert tally.same <= min(tally.before, tally.after)


@some
@given(history=h.histories(live=False), edit=edits, begins=st.integers(0, 40))
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
