"""What the past was judged by: configurations, pauses and flags, each read once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property

from dashboard.models import ConditionsRecord, PauseRecord
from dashboard.store.configuration import pauses
from dashboard.store.configuration.conditions import conditions_between, flags_of
from dashboard.store.past.configured import Configurations
from qubecb.backtest.unhindered import InForceByTime
from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.ports.configuration import Binding, InForce, Pause

_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


class Circumstances:
    """The part of a Past that does not depend on its records."""

    def in_force_at(self, time: float) -> InForce:
        return self._forces.at(time)

    def binding_at(self, sequence: int) -> int:
        return self._configurations.binding_at(sequence)

    def binding(self, binding_id: int) -> Binding:
        return self._configurations.binding(binding_id)

    @property
    def newest(self) -> int:
        """The binding in force now."""
        return self._forces.newest.binding

    def pauses_at(self, time: float) -> Sequence[Pause]:
        at = datetime.fromtimestamp(time, UTC)
        return [_pause_of(each) for each in self._pauses if _held(each, at)]

    def flags_at(self, time: float) -> QubConf:
        """Give the flags of qb.conf at a time; those of an empty one if they are not known."""
        if not self._flags:
            return QubConf()
        return self._flags[max(0, bisect_right(self._flagged, time) - 1)]

    @cached_property
    def _configurations(self) -> Configurations:
        return Configurations()

    @cached_property
    def _forces(self) -> InForceByTime:
        return InForceByTime(self._configurations.changes())

    @cached_property
    def _pauses(self) -> list[PauseRecord]:
        return pauses.pauses_between(*_ALWAYS)

    @cached_property
    def _flags(self) -> list[QubConf]:
        return [flags_of(each) for each in self._conditions]

    @cached_property
    def _flagged(self) -> list[float]:
        return [each.created_at.timestamp() for each in self._conditions]

    @cached_property
    def _conditions(self) -> list[ConditionsRecord]:
        return conditions_between(*_ALWAYS)


def _held(pause: PauseRecord, at: datetime) -> bool:
    return pause.created_at <= at and not (
        (pause.ended_at and pause.ended_at <= at) or (pause.until and pause.until <= at)
    )


def _pause_of(row: PauseRecord) -> Pause:
    until = row.until.timestamp() if row.until else None
    return Pause(row.directory or None, row.file or None, row.reason, until, id=row.pk)
