"""`manage.py why [FILE] --job ID | --event ID`, `why FILE --since 7d`: why a callback did or did not run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.management import arguments
from dashboard.store.configuration import directory_names
from dashboard.store.database.sql import keep_little
from dashboard.store.past import why_questions
from dashboard.store.past.asking import (
    Question,
    SeveralDirectories,
    UnknownFile,
    every_page,
    why,
)
from dashboard.store.past.records import event_called
from dashboard.store.past.why_span import WhySpan
from qubecb.conffile.document import shown
from qubecb.errors import QubecbError
from qubecb.jobs.ids import JobId, fault, job_id
from qubecb.why.answer import Answer, Joined, Tree
from qubecb.why.funnel import Funnel

_MARKS = {"passed": "yes", "stopped": "NO", "not-reached": "-"}


class Command(BaseCommand):
    """Judges what was recorded; writes nothing."""

    help = "Say why a callback did or did not run: why mail.py --job 5042"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and what it is asked about."""
        parser.add_argument(
            "file", nargs="?", type=shown, help="the script; all, if left out"
        )
        parser.add_argument(
            "--event", metavar="ID", type=shown, help="the id of an event"
        )
        parser.add_argument("--job", metavar="ID", type=arguments.of(_job))
        parser.add_argument("--since", help="of a span: 7d, 12h, or a date")
        parser.add_argument("--until", help="of a span; now, if left out")
        parser.add_argument(
            "--directory", help="which one, if several directories map the file"
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, and print the answers."""
        if options["directory"] and not options["file"]:
            raise CommandError("--directory is given with a file only")
        if options["since"] or options["until"]:
            self._of_span(options)
            return
        question = _question(options["event"], options["job"])
        answers = _answers(question, options["file"], options["directory"])
        if options["format"] == "json":
            found = [each.as_dict() for each in answers]
            told = found[0] if options["file"] else {"items": found}
            self.stdout.write(json.dumps(told, indent=2))
            return
        lines = _text if options["file"] else _line
        for answer in answers:
            self.stdout.writelines(f"{line}\n" for line in lines(answer))

    def _of_span(self, options: dict[str, Any]) -> None:
        """Compute the answer for a span, and print it."""
        file = options["file"]
        if file is None or options["event"] or options["job"]:
            raise CommandError("--since and --until ask about a file alone")
        since, until = arguments.span(options)
        keep_little()
        with _one_callback(file):
            key = why_questions.key_of(file, _path(options["directory"]))
        try:
            span = WhySpan(key, since.timestamp(), until.timestamp())
            arguments.show_progress(span.run(), self.stderr)
        except QubecbError as error:
            raise CommandError(str(error)) from None
        found = span.result()
        if options["format"] == "json":
            self.stdout.write(json.dumps(found.as_dict(), indent=2))
        else:
            self.stdout.writelines(f"{line}\n" for line in _funnel(found))


def _job(text: str) -> JobId:
    identity = job_id(text)
    if identity is None:
        raise ValueError(f"the id of a job {fault(text, 1)}")
    return identity


def _question(called: str | None, job: JobId | None) -> Question:
    if called is None and job is None:
        raise CommandError("give --event ID, --job ID, or both")
    event = None if called is None else event_called(called)
    if called is not None and event is None:
        raise CommandError(f"there is no event with the id {called}")
    return Question(event, job)


def _answers(
    question: Question, file: str | None, directory: str | None
) -> Iterator[Answer]:
    if file is None:
        return every_page(question)
    with _one_callback(file):
        return iter([why(question, file, _path(directory))])


def _path(directory: str | None) -> str | None:
    return None if directory is None else directory_names.path_of(directory)


@contextmanager
def _one_callback(file: str) -> Iterator[None]:
    """Say so if the file is none, or several directories map it."""
    try:
        yield
    except UnknownFile:
        raise CommandError(f"no callbacks.conf names {file}") from None
    except SeveralDirectories as error:
        told = ", ".join(error.directories)
        raise CommandError(f"give --directory: {told} map {file}") from None


def _line(answer: Answer) -> Iterator[str]:
    yield f"{answer.cause.code.value}: {answer.answer}"


def _funnel(found: Funnel) -> Iterator[str]:
    yield f"{found.furthest.cause.code.value}: {found.answer}"
    if found.furthest.advice:
        yield f"  {found.furthest.advice}"
    for cause in found.others:
        yield f"  also {cause.code.value}: {cause.sentence}"
    for stage, count in found.counts.items():
        yield f"  {count:>12,} {stage.value}"
    yield from (f"  {each}" for each in found.remarks)


def _text(answer: Answer) -> Iterator[str]:
    yield from _line(answer)
    if answer.advice:
        yield f"  {answer.advice}"
    for cause in answer.others:
        yield f"  also {cause.code.value}: {cause.sentence}"
    for step in answer.steps:
        told = f": {step.sentence}" if step.sentence else ""
        yield f"  {_MARKS[step.verdict]:3} {step.step.value}{told}"
    if answer.tree is not None:
        yield from _trigger(answer.tree, "  ")
    if answer.now is not None:
        yield f"  {answer.now.answer}"
    yield from (f"  {each}" for each in answer.remarks)


def _trigger(tree: Tree, indent: str) -> Iterator[str]:
    if isinstance(tree, Joined):
        word = "all of" if tree.operator == "and" else "any of"
        yield f"{indent}{word} ({'true' if tree.holds else 'not true'})"
        for each in tree.items:
            yield from _trigger(each, indent + "  ")
        return
    yield f"{indent}{tree.spec} ({tree.verdict}): {tree.sentence}"
