"""`qubecb explain`: what a trigger means."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Mapping
from typing import Any

from qubecb.cli.streams import add_format, write_json
from qubecb.cli.underlining import underlined
from qubecb.errors import TriggerSyntaxError
from qubecb.triggers import Trigger, explain, explain_tree, parse


def register(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "explain",
        help="explain a trigger",
        description="Say what a trigger means, event by event, or why it cannot be read.",
    )
    parser.add_argument("trigger", metavar="TRIGGER")
    add_format(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Explain a trigger; 1 when it cannot be read."""
    try:
        trigger = parse(arguments.trigger)
    except TriggerSyntaxError as error:
        _refuse(error, arguments.format)
        return 1
    if arguments.format == "json":
        write_json(explain_tree(trigger))
    else:
        sys.stdout.write(_text(trigger))
    return 0


def _refuse(error: TriggerSyntaxError, form: str) -> None:
    if form == "json":
        write_json({"error": _as_dict(error)})
        return
    lines = [
        f"column {error.column}: error: {error.message}",
        underlined(error.text, error.column, error.end + 1),
        *([f"    = {error.hint}"] if error.hint else []),
    ]
    sys.stderr.write("\n".join(lines) + "\n")


def _as_dict(error: TriggerSyntaxError) -> dict[str, Any]:
    return {
        "code": error.code,
        "column": error.column,
        "end_column": error.end + 1,
        "message": error.message,
        "hint": error.hint,
    }


def _text(trigger: Trigger) -> str:
    lines = [f"{trigger}: {explain(trigger)}"]
    root = explain_tree(trigger)["root"]
    if root["kind"] != "event":
        lines += _tree(root, 1)
    for note in trigger.notes:
        lines.append(f"column {note.column}: {note.message}")
        lines.append(underlined(trigger.text, note.column, note.end + 1))
        lines += [f"    = {note.hint}"] if note.hint else []
    return "\n".join(lines) + "\n"


def _tree(node: Mapping[str, Any], depth: int) -> list[str]:
    """One line a node, events with their words."""
    indent = "  " * depth
    if node["kind"] == "event":
        return [f"{indent}{node['spec']}: {node['text']}"]
    title = "all of" if node["kind"] == "and" else "any of"
    below = [line for item in node["items"] for line in _tree(item, depth + 1)]
    return [f"{indent}{title}", *below]
