"""Who a mail goes to: what stands in a job's `mailaddress`, or its owner's name.

A `mailaddress` is a list in the language of mail; a user is a name and never parsed as one:
`Jo Smith` is not a list of two words. Whatever is left out is told, with the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import getaddresses

LONGEST_ADDRESSES = 5000
MOST_RECIPIENTS = 50
_LOCAL = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+"
#: Encoded words (`=?utf-8?q?…?=`) are not addresses: decoded, they may hold line breaks.
_ADDRESS = re.compile(rf"(?!.*=\?){_LOCAL}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_NAME = re.compile(rf"(?!.*=\?){_LOCAL}")
#: Parts of a list; commas and semicolons in quotes do not part.
_PARTS = re.compile(r'(?:"[^"]*"|[^",;])+')
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Recipients:
    """The addresses that can be used, and a clause for each that cannot."""

    found: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def of_list(text: str, domain: str) -> Recipients:
    """Read a list of addresses; a name without @ is at `domain`."""
    if len(text) > LONGEST_ADDRESSES:
        return Recipients(faults=(f"it has more than {LONGEST_ADDRESSES} characters",))
    if not text.isprintable():
        return Recipients(faults=("it holds a line break or a control character",))
    parts = [part.strip() for part in _PARTS.findall(text) if part.strip()]
    found: list[str] = []
    faults: list[str] = []
    for part in parts[:MOST_RECIPIENTS]:
        read = _of_address(part) if "@" in part else of_name(part, domain)
        found += read.found
        faults += read.faults
    if len(parts) > MOST_RECIPIENTS:
        faults.append(f"it has more than {MOST_RECIPIENTS} addresses")
    return Recipients(tuple(dict.fromkeys(found)), tuple(faults))


def of_name(name: str, domain: str) -> Recipients:
    """The address of one person: the name itself if it is one, else the name at `domain`."""
    if _ADDRESS.fullmatch(name):
        return Recipients((name,))
    if not _NAME.fullmatch(name):
        return Recipients(faults=(f"{_shown(name)} cannot be a mail address",))
    domain = domain.lstrip("@")
    if not domain:
        return Recipients(
            faults=(f"{_shown(name)} has no @, and qb.conf has no mail_domain for it",)
        )
    address = f"{name}@{domain}"
    if _ADDRESS.fullmatch(address):
        return Recipients((address,))
    return Recipients(faults=(f"{_shown(address)} cannot be a mail address",))


def _of_address(part: str) -> Recipients:
    read = [address for _, address in getaddresses([part])]
    if len(read) == 1 and _ADDRESS.fullmatch(read[0]):
        return Recipients((read[0],))
    return Recipients(faults=(f"{_shown(part)} cannot be a mail address",))


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
