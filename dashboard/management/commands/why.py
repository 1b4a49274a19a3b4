"""`manage.py why [FILE] --job ID | --event ID`: why a callback did or did not run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.management import arguments
from dashboard.store.configuration import directory_names
from dashboard.store.past.asking import (
    Question,
    SeveralDirectories,
    UnknownFile,
    every_page,
    why,
)
from dashboard.store.past.records import event_called
from qubecb.jobs.ids import JobId, fault, job_id
from qubecb.why.answer import Answer, Joined, Tree

_MARKS = {"passed": "yes", "stopped": "NO", "not-reached": "-"}


class Command(BaseCommand):
    """Judges what was recorded; writes nothing."""

    help = "Say why a callback did or did not run: why mail.py --job 5042"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and what it is asked about."""
        parser.add_argument("file", nargs="?", help="the script; all, if left out")
        parser.add_argument("--event", metavar="ID", help="the id of an event")
        parser.add_argument("--job", metavar="ID", type=arguments.of(_job))
        parser.add_argument(
            "--directory", help="which one, if several directories map the file"
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, and print the answers."""
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
    path = None if directory is None else directory_names.path_of(directory)
    try:
        return iter([why(question, file, path)])
    except UnknownFile:
        raise CommandError(f"no callbacks.conf names {file}") from None
    except SeveralDirectories as error:
        told = ", ".join(error.directories)
        raise CommandError(f"give --directory: {told} map {file}") from None


def _line(answer: Answer) -> Iterator[str]:
    yield f"{answer.cause.code.value}: {answer.answer}"


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
