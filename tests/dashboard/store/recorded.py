"""The past, as the tables have it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from dashboard.models import EventRecord, InForceRecord
from dashboard.store.configuration import bindings, pauses
from dashboard.store.configuration.conditions import conditions_at, flags_of
from dashboard.store.jobs.reading import events_by_sequence
from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.past import Record
from qubecb.dispatch.ports.configuration import Binding, InForce, Pause


class Recorded:
    """Implements Past, of a history that is kept from its first event on."""

    def records(self) -> Iterable[Record]:
        planned = EventRecord.objects.exclude(planned_at=None).exclude(
            source="simulate"
        )
        ordered = planned.order_by("planned_at", "sequence")
        moments = list(ordered.values_list("sequence", "planned_at"))
        events = events_by_sequence([sequence for sequence, _ in moments])
        return [Record(events[each], at.timestamp()) for each, at in moments if at]

    def in_force_at(self, time: float) -> InForce:
        begun = InForceRecord.objects.filter(created_at__lte=_moment(time))
        newest = begun.order_by("-id")[0]
        return InForce(newest.binding_id, newest.after)

    def binding_at(self, sequence: int) -> int:
        return bindings.binding_at(sequence)

    def binding(self, binding_id: int) -> Binding:
        return bindings.binding(binding_id)

    def pauses_at(self, time: float) -> Sequence[Pause]:
        return [
            Pause(
                each.directory or None,
                each.file or None,
                each.reason,
                each.until.timestamp() if each.until else None,
                each.pk,
            )
            for each in pauses.pauses_at(_moment(time))
        ]

    def flags_at(self, time: float) -> QubConf:
        conditions = conditions_at(_moment(time))
        assert conditions is not None
        return flags_of(conditions)


def _moment(time: float) -> datetime:
    return datetime.fromtimestamp(time, UTC)
