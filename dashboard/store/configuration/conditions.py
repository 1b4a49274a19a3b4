"""What the dispatcher judged with besides mappings and pauses: a row for each change.

The dispatcher writes it itself, in the planning transaction and with its time, so the time at
which an event was planned says what it was judged with. Only the part of qb.conf that decides
something is kept: no mail settings, no password.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.forms.models import model_to_dict

from dashboard.models import ConditionsRecord
from dashboard.store.configuration.site import qb_conf
from dashboard.store.database import sql
from qubecb.conffile.qb_conf import QubConf


class Conditions:
    """Follows qb.conf for one dispatcher, in its one thread."""

    def __init__(self) -> None:
        #: The qb.conf that is known to be stored; the same object while the file does not change.
        self._noted: QubConf | None = None

    def have_changed(self) -> bool:
        """Whether qb.conf may differ from what is stored."""
        return qb_conf() is not self._noted

    def judge_with(self, now: float) -> QubConf:
        """Give qb.conf, and store it if it has changed.

        Call it in the planning transaction. Takes the time of that transaction in Unix seconds.
        """
        conf = qb_conf()
        if conf is not self._noted:
            _note(conf, datetime.fromtimestamp(now, UTC))
            transaction.on_commit(lambda: self._remember(conf))
        return conf

    def _remember(self, conf: QubConf) -> None:
        self._noted = conf


def _note(conf: QubConf, at: datetime) -> None:
    newest = ConditionsRecord.objects.order_by("-id").first()
    told = _told(conf)
    if newest is None or model_to_dict(newest, told) != told:
        ConditionsRecord.objects.create(created_at=at, **told)


def _told(conf: QubConf) -> dict[str, Any]:
    """The part that decides something, as a row holds it."""
    get = settings.ENVIRONMENT.get
    directories = get("QUBECB_CALLBACK_PATH") or conf.callback_directories
    return {
        "found": conf.found,
        "path": sql.clean(str(conf.path or ""))[:4096],
        "flags": sorted(conf.language_flags),
        "flags_text": sql.clean(conf.flags_text)[:500],
        "flags_understood": conf.flags_understood,
        "directories": [sql.clean(str(each)) for each in directories],
        "binding": get("QUBECB_BINDING"),
        "attached_days": get("QUBECB_ATTACHED_DAYS"),
    }


def conditions_at(moment: datetime) -> ConditionsRecord | None:
    """Give the conditions at a past time; None if they are not known.

    Events that have this time as `planned_at` were judged with them.
    """
    found = ConditionsRecord.objects.filter(created_at__lte=moment)
    return found.order_by("-created_at", "-id").first()


def conditions_between(since: datetime, until: datetime) -> list[ConditionsRecord]:
    """Give all conditions between two times, both included, in order."""
    begun = ConditionsRecord.objects.filter(
        created_at__gt=since, created_at__lte=until
    ).order_by("created_at", "id")
    first = conditions_at(since)
    return [*([first] if first else []), *begun]


def flags_of(conditions: ConditionsRecord) -> QubConf:
    """Give the part of qb.conf that the dispatcher judges with."""
    return QubConf(
        found=conditions.found,
        path=Path(conditions.path) if conditions.path else None,
        language_flags=frozenset(conditions.flags),
        flags_text=conditions.flags_text,
        flags_understood=conditions.flags_understood,
        callback_directories=tuple(map(Path, conditions.directories)),
    )
