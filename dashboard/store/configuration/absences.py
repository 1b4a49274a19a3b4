"""What is missing of the configuration, told until it is back or a person has decided.

A row stands for a directory whose callbacks.conf is not followed, since it is not there, not
readable, or empty without anybody having said so here. Its last revision stays in force.
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
    """Whether what is known of a directory is just this."""
    found = AbsenceRecord.objects.filter(directory=str(directory)).first()
    told = absence.sentence[:1000] if absence else None
    return (found.sentence if found else None) == told


def are_told() -> bool:
    """Whether anything is absent."""
    return AbsenceRecord.objects.exists()


def tell(directory: Path, absence: Absence) -> None:
    """Say that a directory's callbacks.conf is not followed. In a write transaction."""
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
    """Drop what is told of directories that are configured no longer. In a transaction."""
    names = [str(directory) for directory in configured]
    AbsenceRecord.objects.exclude(directory__in=names).delete()


def settle(directory: Path) -> None:
    """A directory's callbacks.conf counts again. In a write transaction."""
    gone, _ = AbsenceRecord.objects.filter(directory=str(directory)).delete()
    if gone:
        logger.info("the callbacks.conf of %s is read again", directory)
