"""Missing configuration files: reported until they are back or a person has decided."""

from __future__ import annotations

from pathlib import Path

from django.db.models import Exists, OuterRef, QuerySet

from dashboard.models import AbsenceRecord, Revision


def absences() -> list[AbsenceRecord]:
    """The directories whose callbacks.conf is not followed, the oldest trouble first."""
    return list(AbsenceRecord.objects.order_by("since", "directory"))


def losses() -> QuerySet[Revision]:
    """The revisions in force that lost most of their mappings, unacknowledged; newest first."""
    newer = Revision.objects.filter(
        directory=OuterRef("directory"), pk__gt=OuterRef("pk")
    )
    found = Revision.objects.filter(~Exists(newer), loss_is_open=True)
    return found.defer("content", "meaning").order_by("-id")


def loss_of(directory: Path) -> Revision | None:
    """The revision of a directory with a loss that nobody has acknowledged, or None."""
    return losses().filter(directory=str(directory)).first()


def is_unsettled() -> bool:
    """Whether anything is missing, or was lost without a person's acknowledgement."""
    return AbsenceRecord.objects.exists() or losses().exists()
