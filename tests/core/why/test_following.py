"""How far events come on the way to one mapping, over random histories."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qubecb.backtest.span import Hearing, Span
from qubecb.backtest.unhindered import Unhindered
from qubecb.dispatch.past import Listed
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.why.following import Following, Reached
from qubecb.why.one_mapping import OneMapping
from tests.core.backtest.sites import Prompt, from_now, lived, until_now
from tests.core.backtest.test_truth import real, some
from tests.core.dispatch import histories as h

KEYS = [MappingKey(*each) for each in h.MAPPINGS]


def followed(site: Prompt, key: MappingKey, span: Span) -> Following:
    """Follow the events of a span that ends now."""
    mapping = OneMapping(key, site)
    hearing = Hearing.of(mapping.in_force_after(0))
    past = Unhindered(mapping, Listed(site.records()), hearing)
    following = Following(key, hearing.kinds, past, until_now(span, site))
    for _ in following.through(site.settings):
        pass
    return following


@some
@given(history=h.histories(live=False), begins=st.integers(0, 40))
def test_the_trigger_is_true_as_often_as_it_ran(
    history: list[h.Act], begins: int
) -> None:
    compare(history, begins, live=False)


@some
@given(history=h.histories(live=True), begins=st.integers(0, 40))
def test_the_same_is_so_under_live_binding(history: list[h.Act], begins: int) -> None:
    compare(history, begins, live=True)


def compare(history: list[h.Act], begins: int, live: bool) -> None:
    history = real(history, {})
    site = Prompt(live)
    lived(site, history[:begins])
    span = from_now(site)
    lived(site, history[begins:])
    for key in KEYS:
        found = followed(site, key, span)
        runs = [
            each.sequence
            for each in site.memory_store.runs
            if each.key == key and each.sequence > span.after
        ]
        assert found.true == len(runs)
        assert set(runs) <= set(found.about_right_job)
        newest = found.newest_of.get(Reached.TRIGGER_TRUE)
        assert (newest and newest.sequence) == (max(runs, default=None))
