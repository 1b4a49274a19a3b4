"""The trigger language: text in, frozen values, and plain English out.

`parse` reads a trigger, `explain` says what it means, `parts` colours it. docs/triggers.md
is the reference for administrators.
"""

from __future__ import annotations

from qubecb.triggers.colouring import Part, PartKind, parts
from qubecb.triggers.explanation import explain, explain_tree
from qubecb.triggers.expression import And, EventSpec, Node, Or, Trigger
from qubecb.triggers.grammar import DEEPEST, LONGEST, parse
from qubecb.triggers.notes import ERROR_CODES, NOTE_CODES, Note

__all__ = [
    "DEEPEST",
    "ERROR_CODES",
    "LONGEST",
    "NOTE_CODES",
    "And",
    "EventSpec",
    "Node",
    "Note",
    "Or",
    "Part",
    "PartKind",
    "Trigger",
    "explain",
    "explain_tree",
    "parse",
    "parts",
]
