"""Whatever somebody can make long is handled in time linear in it, at every door.

Each door is given 1, 4 and 16 times an input of the worst kind that is known for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dashboard.forms.runs import RunFilterForm
from dashboard.store.recording import last_line, signature
from dashboard.templatetags.source import code, diff
from dashboard.templatetags.terminal import terminal
from dashboard.templatetags.triggers import meaning, trigger
from dashboard.templatetags.values import cut, job_value, listed, ticks
from qubecb import json_pieces, strict_json
from qubecb.conffile.catalog import load_directory
from qubecb.conffile.document import Document
from qubecb.conffile.meaning import meaning as meaning_of
from qubecb.conffile.merging import merge
from qubecb.conffile.qb_conf import QubConf, load
from qubecb.conffile.retyping import editor_text, retyped
from qubecb.dispatch.matching import Situation, match_directory
from qubecb.dispatch.spool_file import SpoolFile
from qubecb.errors import QubecbError
from qubecb.events import parse_event
from qubecb.jobs.job import Job
from qubecb.lint import check_directory
from qubecb.runner.conversation import Conversation
from qubecb.runner.farm.recording import RecordingFarm
from qubecb.runner.mail_addresses import of_list
from qubecb.runner.mail_templates import expand
from qubecb.runner.mask import masked, masked_text
from qubecb.runner.outcome import Outcome, Output, RunState
from qubecb.runner.qube_code import parse_code
from qubecb.triggers import explain_tree, parse, parts
from tests.core.runner.children import farm, order
from tests.core.runner.running import OneJobFarm
from tests.growth import Work, grows_with_its_input, longest_hold

Door = Callable[[int], Work]
KIBIBYTE = 1024


def refused(work: Work) -> Work:
    """The work, which may end in one of our own errors."""

    def tried() -> object:
        try:
            return work()
        except (QubecbError, ValueError) as error:
            return str(error)

    return tried


# What runs say.


def output(piece: bytes) -> Door:
    return lambda times: lambda: masked(piece * (times * 64 * KIBIBYTE // len(piece)))


def conversation(**message: Any) -> Door:
    """A message whose texts are made longer, in the pieces in which it arrives."""

    def longer(value: Any, times: int) -> Any:
        if isinstance(value, str):
            return value * (times * 50_000 // len(value))
        if isinstance(value, Mapping):
            return {key: longer(one, times) for key, one in value.items()}
        return [longer(value[0], 1) if value else ""] * (times * 500)

    def make(times: int) -> Work:
        line = json.dumps(longer(message, times)).encode() + b"\n"
        said = [line[at : at + 4096] for at in range(0, len(line), 4096)]
        return lambda: [*map(Conversation(order(), farm()).received, said)]

    return make


def actions(times: int) -> Work:
    ids = [str(number) for number in range(1, 600 * times)]
    return lambda: RecordingFarm(OneJobFarm()).act("kill", ids, {})


def ended(message: str, output: bytes = b"") -> Outcome:
    told = {"type": "E", "message": message, "frames": [], "locals": {}}
    state, reason = RunState.FAILED, "exited with status 1"
    ending = Outcome("1", state, reason, 1, 0.0, 1.0, Output(output, b"", len(output)))
    return ending if output else Outcome(**{**vars_of(ending), "traceback": told})


def vars_of(outcome: Outcome) -> dict[str, Any]:
    return {name: getattr(outcome, name) for name in outcome.__dataclass_fields__}


RUNS: dict[str, Door] = {
    "output: dots": output(b"token."),
    "output: dashes": output(b"api_key-"),
    "output: base64": output(b"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9_-"),
    "output: ids": output(b"4b825dc6-42cb-11eb-8dcd-0242ac130003-"),
    "output: secrets": output(b"password=x;"),
    "output: quotes": output(b'token="\\"'),
    "output: addresses": output(b"https://jo:x@farm/"),
    "output: options": output(b"--db-a-b-password "),
    "output: programs": output(b"mysql -a -b mysql "),
    "output: keys": output(b"-----BEGIN PRIVATE KEY-----"),
    "reason": lambda n: lambda: masked_text("token." * n * 10_000),
    "note": conversation(note="token."),
    "traceback": conversation(
        traceback={"message": "token.", "frames": [], "locals": {"a.": "pass.word."}}
    ),
    "no message": lambda n: (
        lambda: Conversation(order(), farm()).received(
            b"\n".join([b"[" * 1000] * 200 * n)
        )
    ),
    "actions": actions,
    "signature: exception": lambda n: lambda: signature(ended("1 0x1 " * n * 20_000)),
    "signature: output": lambda n: lambda: signature(ended("", b"1 0x1 " * n * 20_000)),
    "last line": lambda n: lambda: last_line(ended("", b" \n" * n * 50_000)),
    "mail template": lambda n: lambda: expand("$" * n * 20_000 + "${A", {}),
    "mail addresses": lambda n: lambda: of_list('"a' * n * 100, "farm"),
    "code strings": lambda n: lambda: parse_code("unblock-sel\n" * n * 100),
    "a long code string": lambda n: lambda: parse_code("unblock-self" * n * 10_000),
}


# What is sent.


def event(job: str, before: str = "") -> bytes:
    return f'{{{before}"name": "x", "type": "job", "job": {{"id": 1, {job}}}}}'.encode()


def sent(make: Callable[[int], bytes]) -> Door:
    """An event as it comes through the door, and through the spool."""

    def door(times: int) -> Work:
        data = make(times)

        def read() -> object:
            return parse_event(strict_json.read(data.decode()), 0.0)

        def spooled() -> object:
            return SpoolFile("1.json", data).events(0.0)

        return lambda: (refused(read)(), refused(spooled)())

    return door


EVENTS: dict[str, Door] = {
    "lists": sent(lambda n: event(f'"a": [{"[]," * 10_000 * n}1]')),
    "objects": sent(lambda n: event(f'"a": [{"{}," * 10_000 * n}1]')),
    "fields": sent(
        lambda n: event(",".join(f'"f{number}": 1' for number in range(5_000 * n)))
    ),
    "members under a long name": sent(
        lambda n: event(f'"{"n" * 20_000 * n}": [{"1," * 5_000 * n}1]')
    ),
    "unknown members": sent(
        lambda n: event(
            '"a": 1', "".join(f'"m{number}": 1,' for number in range(5_000 * n))
        )
    ),
    "characters that cannot be kept": sent(
        lambda n: event(f'"a": [{chr(34)}{(chr(92) + "u0000") * 10_000 * n}{chr(34)}]')
    ),
    "many texts that cannot be kept": sent(
        lambda n: event('"a": [' + '"\\u0000",' * 5_000 * n + "1]")
    ),
    "depth": sent(lambda n: event(f'"a": {"[" * 5_000 * n}')),
    "digits": sent(lambda n: event(f'"a": {"1" * 50_000 * n}')),
    "decimals": sent(lambda n: event(f'"a": 1.{"1" * 50_000 * n}')),
    "escapes": sent(lambda n: event(f'"a": "{chr(92) * 100_000 * n}"')),
    "a list of events": lambda n: (
        lambda: SpoolFile(
            "1.json", b"[" + b",".join([event('"a": 1')] * 200 * n) + b"]"
        ).events(0.0)
    ),
}


# What is configured.


def text_of(line: str, size: int = 16 * KIBIBYTE) -> Callable[[int], str]:
    return lambda times: line * (times * size // len(line))


def checked(text: Callable[[int], str], folder: Path) -> Door:
    """A callbacks.conf read, checked, understood, matched, shown in the editor and typed again."""

    def make(times: int) -> Work:
        data = text(times).encode()
        document = Document.from_bytes(data)
        situation = Situation(parse_event(json.loads(event('"a": 1')), 0.0), Job(1))

        def work() -> None:
            directory = load_directory(folder, data)
            for each in check_directory(directory, QubConf()):
                each.as_dict()
            meaning_of(document)
            match_directory(directory, situation)
            retyped(document, editor_text(document))

        return work

    return make


CONFIGURATIONS = {
    "broken lines": text_of("x\n", 4 * KIBIBYTE),
    "blank lines": text_of("\n", 2 * KIBIBYTE),
    "the same file": text_of("a.py = done-job-self\n", 8 * KIBIBYTE),
    "many files, then one": lambda n: (
        "".join(f"{number}.py = x\n" for number in range(200 * n))
        + f"{200 * n - 1}.py = done-job-self\n" * (100 * n)
    ),
    "missing files of one letter": text_of("a" * 250 + ".py = done-job-self\n"),
    "settings in one line": lambda n: (
        "# qubecb:" + " a" * 4000 * n + "\na.py = done-job-self"
    ),
    "a long comment": lambda n: (
        "a.py = done-job-self || x-job-self #" + "c" * 20_000 * n
    ),
    "blanks": lambda n: "a.py =" + " " * 20_000 * n + "x",
    "a long file name": lambda n: "a" * 20_000 * n + ".py = done-job-self",
    "events": lambda n: "a.py = " + " || ".join(["fail-job-self"] * 40 * n),
    "parentheses": lambda n: "a.py = " + "(" * 600 * n,
    "one word": lambda n: "a.py = " + "-".join(["link"] * 120 * n),
    "odd blanks": lambda n: "a.py = " + "a\N{NO-BREAK SPACE}" * 300 * n,
}


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_configuration_of_any_length(name: str, tmp_path: Path) -> None:
    (tmp_path / "callbacks.conf").touch()
    assert grows_with_its_input(checked(CONFIGURATIONS[name], tmp_path))


def merged(times: int) -> Work:
    lines = [f"{number}\n" for number in range(3_000 * times)]
    mine = "".join(["x\n", *lines]).encode()
    theirs = "".join([*lines, "y\n"] * 2).encode()
    return lambda: [each.chosen("both") for each in merge(b"", mine, theirs).conflicts]


def odd_lines(times: int) -> Work:
    """A long line with a byte that no text holds, and many short lines that are typed anew."""
    before = Document.from_bytes(
        b"x" * 20_000 * times + b"\xff\n" + b"y\n" * 50 * times
    )
    typed = "\ufffd" * 20 + "\n" + "\ufffdx\n" * 50 * times
    return lambda: retyped(before, typed)


def qb_conf(folder: Path) -> Door:
    def make(times: int) -> Work:
        path = folder / f"{times}.conf"
        flags = "x " * 4_000 * times
        paths = ",".join(["$QBDIR"] * 2_000 * times)
        path.write_text(
            f"qb_directory = {'d' * 2_000 * times}\n"
            f"supervisor_universal_callback_path = {paths}\n"
            f"supervisor_language_flags = {flags}\n" + "x = 1\n" * 2_000 * times
        )
        return lambda: load(path)

    return make


def compared(old: str, new: str) -> Door:
    return lambda n: lambda: diff(old * 2_000 * n, new * 2_000 * n)


TEXTS: dict[str, Door] = {
    "trigger: parsed": lambda n: refused(lambda: parse("a-job-self&&" * 50 * n)),
    "trigger: explained": lambda n: (
        lambda: explain_tree(
            parse(" || ".join(["(a-job-self && b-work-self-*)"] * 16 * n))
        )
    ),
    "trigger: coloured": lambda n: lambda: parts("a-job-self-(" * 800 * n),
    "trigger: shown": lambda n: (
        lambda: (trigger("x" * 9_000 * n), meaning("(" * 500 * n))
    ),
    "merge": merged,
    "typed again": odd_lines,
    "difference: all new": compared("a\n", "b\n"),
    "difference: two kinds of lines": compared("a\nb\n", "b\na\na\n"),
    "output with colours": lambda n: lambda: terminal(b"\x1b[0;" * 20_000 * n),
    "output with titles": lambda n: lambda: terminal(b"\x1b]0;" * 20_000 * n),
    "source": lambda n: lambda: code("x = '\\\n" * 2_000 * n, "python"),
    "source in one line": lambda n: lambda: code("(" * 4_000 * n, "python"),
    "JSON": lambda n: lambda: json_pieces.write([{"a": [[]] * 5}] * 2_000 * n),
    "a value": lambda n: lambda: cut("x" * 200_000 * n),
    "a field": lambda n: lambda: job_value("a", ["x"] * 2_000 * n),
    "ids": lambda n: lambda: listed(["5042"] * 20_000 * n),
    "backticks": lambda n: lambda: ticks("`a" * 3_000 * n),
}


@pytest.mark.parametrize("name", RUNS)
def test_what_a_run_says(name: str) -> None:
    assert grows_with_its_input(RUNS[name])


@pytest.mark.parametrize("name", EVENTS)
def test_what_is_sent(name: str) -> None:
    assert grows_with_its_input(EVENTS[name])


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_shown(name: str) -> None:
    assert grows_with_its_input(TEXTS[name])


def test_qb_conf_of_any_length(tmp_path: Path) -> None:
    assert grows_with_its_input(qb_conf(tmp_path))


# Addresses.


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        *("/search/?q=", "/runs/?text=", "/runs/?event=", "/runs/?trigger=", "/jobs/"),
        *("/runs/?before=", "/runs/?job=", "/runs/?since=", "/events/?name="),
        "/triggers/?since=",
    ],
)
def test_an_address_of_any_length(viewer: Client, address: str) -> None:
    def asked(times: int) -> Work:
        return lambda: viewer.get(address + "1" * 3_000 * times)

    assert grows_with_its_input(asked)


@pytest.mark.parametrize("field", RunFilterForm().fields)
def test_a_filter_of_any_length(field: str) -> None:
    def asked(times: int) -> Work:
        return lambda: RunFilterForm({field: "1-" * 20_000 * times}).is_valid()

    assert grows_with_its_input(asked)


# Nobody waits meanwhile.

MEBIBYTE = 1024 * KIBIBYTE
MANY = {"a": [[]] * 900_000, "b": [{"name": "1", "status": "running"}] * 100_000}
HOLDS: dict[str, Work] = {
    "masking": lambda: masked(b"token=x, " * (MEBIBYTE // 9)),
    "reading lists": lambda: strict_json.read("[" + "[]," * 900_000 + "1]"),
    "reading texts": lambda: strict_json.read("[" + '"",' * 900_000 + "1]"),
    "counting": lambda: strict_json.values_in("[" + "[]," * 3_000_000 + "1]"),
    "writing": lambda: json_pieces.write(MANY),
}


@pytest.mark.parametrize("name", HOLDS)
def test_no_work_keeps_other_threads_waiting(name: str) -> None:
    assert longest_hold(HOLDS[name]) < 0.05
