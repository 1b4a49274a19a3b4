"""What the dispatcher judged with besides mappings and pauses: a row each time it changes.

The dispatcher itself notes it, in the transaction that plans and with its time, so that the
time at which an event was planned tells what it was judged with. Of qb.conf only what decides
is kept: no mail settings, no password.
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
    """Follows qb.conf for a dispatcher, which is one thread."""

    def __init__(self) -> None:
        #: What is known to be noted; the same object while qb.conf stays the same.
        self._noted: QubConf | None = None

    def have_changed(self) -> bool:
        """Whether there may be something to note."""
        return qb_conf() is not self._noted

    def judge_with(self, now: float) -> QubConf:
        """Give what qb.conf says, and note it if that is new.

        To be called in the transaction that plans. Takes its time, in Unix seconds.
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
    """What decides, as a row holds it."""
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
    """Give what was judged with at a time of the past; None: nothing is known of then.

    That of what has this time as its `planned_at`.
    """
    found = ConditionsRecord.objects.filter(created_at__lte=moment)
    return found.order_by("-created_at", "-id").first()


def conditions_between(since: datetime, until: datetime) -> list[ConditionsRecord]:
    """Give what was judged with at some time in between, in order, both ends included."""
    begun = ConditionsRecord.objects.filter(
        created_at__gt=since, created_at__lte=until
    ).order_by("created_at", "id")
    first = conditions_at(since)
    return [*([first] if first else []), *begun]


def flags_of(conditions: ConditionsRecord) -> QubConf:
    """Give qb.conf as far as the dispatcher judges with it."""
    return QubConf(
        found=conditions.found,
        path=Path(conditions.path) if conditions.path else None,
        language_flags=frozenset(conditions.flags),
        flags_text=conditions.flags_text,
        flags_understood=conditions.flags_understood,
        callback_directories=tuple(map(Path, conditions.directories)),
    )
