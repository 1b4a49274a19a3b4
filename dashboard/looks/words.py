"""Words of pages."""

from __future__ import annotations

#: What an act is called; another one is called by its verb.
ACTS = {
    "acknowledge-loss": "acknowledged lost mappings",
    "cancel": "cancelled",
    "declare-empty": "declared empty",
    "discard": "discarded",
    "dismiss": "dismissed",
    "fire": "fired",
    "forget-qb-conf": "confirmed that qb.conf is missing on purpose",
    "locked-out": "was locked out",
    "pause": "paused",
    "plan-again": "sent to be planned again",
    "replay": "replayed",
    "resume": "resumed",
    "roll-back": "rolled back",
    "save": "saved",
    "sign-in": "logged in",
    "sign-in-failed": "gave a wrong password",
    "sign-out": "logged out",
    "token": "changed a token",
    "user": "changed a person",
}


def counted(count: int | None, noun: str) -> str:
    """`{{ n|counted:"run" }}`: `1 run`, `2 runs`; `|counted:"entry/entries"` for others."""
    one, _, many = noun.partition("/")
    number = count or 0
    return f"{number:,} {one if number == 1 else many or one + 's'}"
