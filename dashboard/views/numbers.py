"""Whole numbers in a request, where invalid ones are ignored."""

from __future__ import annotations

from django.http import QueryDict

from qubecb.digits import whole_number


def number_in(given: QueryDict, name: str) -> int | None:
    """A parameter as a number from 0 to the largest id; None for anything else."""
    return whole_number(given.get(name, ""))
