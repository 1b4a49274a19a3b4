"""Configuration that is missing: reported until it is back or a person has decided.

A row stands for a directory whose callbacks.conf is not followed because it is missing or
unreadable, or empty although nobody emptied it here. Its last revision stays in force.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

from django.utils import timezone

from dashboard.models import AbsenceRecord
from qubecb.conffile.absence import Absence

logger = logging.getLogger(__name__)


def is_told(directory: Path, absence: Absence | None) -> bool:
    """Whether exactly this absence, or None, is recorded for a directory."""
    found = AbsenceRecord.objects.filter(directory=str(directory)).first()
    told = absence.sentence[:1000] if absence else None
    return (found.sentence if found else None) == told


def are_told() -> bool:
    """Whether anything is absent."""
    return AbsenceRecord.objects.exists()


def tell(directory: Path, absence: Absence) -> None:
    """Record that a directory's callbacks.conf is not followed. Call it in a write transaction."""
    told = {"kind": absence.kind, "sentence": absence.sentence[:1000]}
    AbsenceRecord.objects.update_or_create(
        directory=str(directory),
        defaults=told,
        create_defaults={**told, "since": timezone.now()},
    )
    logger.error(
        "%s; the last version that could be read stays in force", absence.sentence
    )


def forget_others(configured: Iterable[Path]) -> None:
    """Drop absences of directories that are no longer configured. Call it in a write transaction."""
    names = [str(directory) for directory in configured]
    AbsenceRecord.objects.exclude(directory__in=names).delete()


def settle(directory: Path) -> None:
    """Record that a directory's callbacks.conf is followed again. Call it in a write transaction."""
    gone, _ = AbsenceRecord.objects.filter(directory=str(directory)).delete()
    if gone:
        logger.info("the callbacks.conf of %s is read again", directory)
