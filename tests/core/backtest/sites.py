"""Sites that live through the same history with and without an edit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import replace
from math import inf

from qubecb.backtest.edit import Edit, Mode
from qubecb.backtest.judging import Judging
from qubecb.backtest.past import EditedPast, Sides
from qubecb.backtest.span import Span
from qubecb.backtest.tally import NEVER, Fate, Lost, Tally
from qubecb.dispatch.past import Listed
from qubecb.dispatch.ports.configuration import BoundDirectory, InForce
from qubecb.dispatch.ports.runs import PlannedRun
from qubecb.testing.store import bound
from tests.core.dispatch import histories as h
from tests.core.dispatch.oracle_words import Config
from tests.core.dispatch.test_rehearsal import Kept

#: The directory that is edited.
EDITED = h.FOLDERS[0]


class Prompt(Kept):
    """A site whose service is always up and never behind. Implements Configured."""

    def live_through(self, act: h.Act) -> None:
        if isinstance(act, h.Wait):
            self._pass(act.seconds)
        elif not isinstance(act, h.Plan):
            super().live_through(act)
        self.end()

    def _pass(self, seconds: float) -> None:
        """Let time pass from timer to timer."""
        until = self.oracle.now + seconds
        while (due := self.memory_store.next_timer()) is not None and due <= until:
            self.oracle.now = max(due, self.oracle.now)
            self.tick()
            self.end()
        self.oracle.now = until

    def changes(self) -> Sequence[tuple[float, InForce]]:
        return self.in_force


class EditedSite(Prompt):
    """The same, were one directory as it is edited: all the while, or from a save on."""

    def __init__(self, live: bool, config: Config, at_once: bool) -> None:
        self.edited = config
        self.saved = at_once
        self.newest: Config = {}
        super().__init__(live)

    def edit(self, config: Config) -> None:
        self.newest = config
        if self.saved:
            others = {key: tree for key, tree in config.items() if key[0] != EDITED}
            config = others | self.edited
        super().edit(config)

    def save(self) -> None:
        """Save the edit, if that is still to be done."""
        if not self.saved:
            self.saved = True
            self.live_through(h.Edit(self.newest))


def lived(site: Prompt, history: Sequence[h.Act]) -> None:
    """Let a site live through a history; its clock is never set back."""
    for act in history:
        if not isinstance(act, h.Wait) or act.seconds >= 0:
            site.live_through(act)


def mappings_of(config: Config) -> BoundDirectory:
    """The edited directory as a configuration has it."""
    lines = {file: str(tree) for (where, file), tree in config.items()}
    return bound(EDITED, lines)


class Unknown:
    """Implements Fates: nothing is known of any run."""

    def of(self, lost: Sequence[Lost]) -> Sequence[Fate]:
        return [NEVER for _ in lost]


def backtest(
    site: Prompt, config: Config, span: Span, mode: Mode = "throughout"
) -> dict[str, Tally]:
    """Count what an edit would have done at a site."""
    store = site.memory_store
    newest = store.bindings[store.in_force[-1].binding]
    was = [each for each in newest.directories if each.directory == EDITED]
    edit = Edit.between(
        EDITED, was[0].mappings if was else (), mappings_of(config).mappings, mode
    )
    sides = Sides(edit, span, site)
    records = Listed(site.records())
    past = EditedPast(sides, records, sides.hearing())
    judging = Judging(edit, span, past, Unknown())
    for _ in judging.through(site.settings):
        pass
    return dict(judging.tallies)


def from_now(site: Prompt) -> Span:
    """A span that begins now."""
    return Span(site.oracle.now + 0.0001, inf, len(site.memory_store.events), 10**9)


def until_now(span: Span, site: Prompt) -> Span:
    """A span to its end."""
    return replace(span, until=max(site.oracle.now, span.since))


def counted(
    runs: Sequence[PlannedRun], files: Container[str], after: int
) -> Counter[str]:
    """How many runs of each of these files of the edited directory, after a record."""
    late = (run.key for run in runs if run.sequence > after)
    return Counter(
        key.file for key in late if key.directory == EDITED and key.file in files
    )
