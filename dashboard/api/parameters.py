"""The parameters of an address: which a call takes, and whole numbers among them."""

from __future__ import annotations

from collections.abc import Collection

from django.http import HttpRequest

from dashboard.api.problems import BadInput, BadMember
from qubecb.digits import whole_number


def check(
    request: HttpRequest, known: Collection[str], several: Collection[str] = ()
) -> None:
    """Raise BadInput for parameters that a call does not take, and for those given twice.

    Takes the names of all that it takes, and of those that may be given several times.
    """
    problems = []
    for name, values in request.GET.lists():
        if name not in known:
            problems.append(BadMember(name[:100], "is not a parameter"))
        elif len(values) > 1 and name not in several:
            message = f"is given {len(values)} times; give it once"
            problems.append(BadMember(name, message))
    if problems:
        raise BadInput(problems)


def number(
    request: HttpRequest, name: str, usual: int | None, least: int, most: int
) -> int | None:
    """Read a whole number, or give the usual one; raises BadInput."""
    text = request.GET.get(name)
    if text is None:
        return usual
    read = whole_number(text, least, most)
    if read is None:
        message = f"must be a whole number from {least} to {most}"
        raise BadInput([BadMember(name, message)])
    return read
