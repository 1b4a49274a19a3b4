"""Finds a label in a trigger that is also the id of a job."""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Remark, place_in_trigger
from qubecb.lint.rule import Ground, Rule
from qubecb.triggers.notes import shown


def check(ground: Ground) -> Iterator[Remark]:
    """Report labels that are ids of known jobs."""
    if not ground.job_ids:
        return
    for mapping in ground.mappings:
        for spec in mapping.trigger.specs if mapping.trigger else ():
            if spec.context_kind == "label" and spec.context_value in ground.job_ids:
                label = shown(str(spec.context_value))
                message = f"`{label}` is the label of a job, and also the id of a job"
                hint = (
                    "a job of the process group with this label is meant; only where there"
                    " is none, the job with this id"
                )
                place = place_in_trigger(mapping, spec.start, spec.end)
                yield Remark(place, message, hint)


RULE = Rule("QCB225", "label-and-job-id", "info", check)
