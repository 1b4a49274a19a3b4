"""`manage.py backtest DIRECTORY CONFIG --since 7d`: what an edit would have done to the past."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.management import arguments
from dashboard.store.configuration import directory_names
from dashboard.store.database.sql import keep_little
from dashboard.store.past import backtest_questions
from qubecb.backtest.edit import Mode
from qubecb.errors import QubecbError


class Command(BaseCommand):
    """Judges the past with an edited callbacks.conf, and writes nothing."""

    help = "Say what an edited callbacks.conf would have done: backtest DIRECTORY CONFIG --since 7d"

    def add_arguments(self, parser: CommandParser) -> None:
        """The edit, and the span of the past."""
        parser.add_argument("directory", help="its path or its name")
        parser.add_argument("config", help="the edited callbacks.conf, - for stdin")
        parser.add_argument("--since", required=True, help="7d, 12h, or a date")
        parser.add_argument("--until", help="now, if left out")
        parser.add_argument(
            "--new-jobs", action="store_true", help="only for jobs submitted since"
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute it, and print it."""
        keep_little()
        asked = _asked(options)
        try:
            backtest = backtest_questions.begun_at_once(asked)
            arguments.show_progress(backtest.run(), self.stderr)
        except QubecbError as error:
            raise CommandError(str(error)) from None
        found = backtest.result()
        if options["format"] == "json":
            self.stdout.write(json.dumps(found, indent=2))
            return
        for line in lines(found):
            self.stdout.write(line)


def lines(found: dict[str, Any]) -> Iterator[str]:
    """Give the result for people."""
    yield f"{found['events']:,} events"
    for each in found["not_judged"]:
        yield f"not judged: {each['count']:,} {each['reason']}"
    for each in found["callbacks"]:
        yield (
            f"{each['file']}: {each['before']:,} runs, with the edit {each['after']:,}"
            f" (+{each['gained']:,} -{each['lost']:,})"
        )
        if each["lost_acted"]:
            yield f"  {each['lost_acted']:,} of the lost runs acted on the farm"
        for kind in ("gained", "lost"):
            for one in each[f"{kind}_examples"]:
                yield f"  {kind}: event {one['event'] or '(a time)'}, job {one['job']}"
    yield f"unchanged: {found['unchanged']:,} mappings"


def _asked(options: dict[str, Any]) -> backtest_questions.Asked:
    directory = directory_names.path_of(options["directory"])
    if directory not in directory_names.configured():
        raise CommandError(f"{options['directory']} is not a callback directory")
    since, until = arguments.span(options)
    mode: Mode = "new-jobs" if options["new_jobs"] else "throughout"
    return backtest_questions.Asked(
        directory, _config(options["config"]), since, until, mode
    )


def _config(path: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from None
