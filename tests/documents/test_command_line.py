"""docs/command-line.md names every command and option, and no other."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

from qubecb.cli import parser
from tests.documents.pages import ROOT, table

PAGE = (ROOT / "docs" / "command-line.md").read_text("utf-8")
QUBECB = table("docs/command-line.md", "| command | what it does | 1 means |")
OPTIONS = table("docs/command-line.md", "| option | of | meaning |")
MANAGE = table("docs/command-line.md", "| command | what it does |\n")
OURS = sorted(name for name, app in get_commands().items() if app == "dashboard")


def below(whole: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The parsers of a parser's commands by name."""
    for action in whole._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def options(whole: argparse.ArgumentParser) -> Iterator[str]:
    """The long options of a parser but those that every one has."""
    for action in whole._actions:
        yield from (word for word in action.option_strings if word[:2] == "--")


CORE = below(parser())


def test_every_command_of_qubecb_is_in_the_page_and_no_other() -> None:
    documented = [re.findall(r"`qubecb (\w+)", row[0])[0] for row in QUBECB]
    assert documented == list(CORE)


def test_every_option_of_qubecb_is_in_the_page_with_its_commands() -> None:
    documented = {re.findall(r"--[\w-]+", row[0])[0]: row[1] for row in OPTIONS}
    takers: dict[str, list[str]] = {}
    for name, command in CORE.items():
        for option in options(command):
            takers.setdefault(option, []).append(name)
    del takers["--help"]
    said = {
        option: "all" if names == list(CORE) else ", ".join(sorted(names))
        for option, names in takers.items()
    }
    assert documented == {**said, "--version": ""}


@pytest.mark.parametrize("name", OURS)
def test_every_command_of_manage_is_in_the_page(name: str) -> None:
    command = load_command_class("dashboard", name).create_parser("manage.py", name)
    for below_it in [*below(command)] or [""]:
        assert f"`{f'{name} {below_it}'.strip()}" in "".join(row[0] for row in MANAGE)


@pytest.mark.parametrize("name", OURS)
def test_every_option_of_manage_is_in_the_page(name: str) -> None:
    command = load_command_class("dashboard", name).create_parser("manage.py", name)
    plain = BaseCommand().create_parser("manage.py", name)
    every = [command, *below(command).values()]
    ours = {each for one in every for each in options(one)} - set(options(plain))
    assert [option for option in ours if option not in PAGE] == []


def test_the_page_names_no_other_command_of_manage() -> None:
    documented = {re.findall(r"`(\w+)", row[0])[0] for row in MANAGE}
    assert documented == set(OURS)
