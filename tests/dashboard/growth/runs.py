"""What runs say, and what their mails and code strings hold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from dashboard.store.runs.recording import last_line, signature
from qubecb.jobs import Job, JobRecord
from qubecb.runner.farm.conversation import Conversation
from qubecb.runner.farm.recording import RecordingFarm
from qubecb.runner.farm.wire import line
from qubecb.runner.mask import masked, masked_text
from qubecb.runner.outcome import Outcome, Output, RunState
from qubecb.runner.qcb.addresses import of_list
from qubecb.runner.qcb.code_strings import parse_code
from qubecb.runner.qcb.templates import expand
from tests.core.runner.children import farm, order
from tests.core.runner.rig import OneJobFarm
from tests.measuring import (
    Door,
    Work,
)

KIBIBYTE = 1024


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


def jobinfo(times: int) -> Work:
    """A job of many fields, as a callback is told of it."""
    fields = {f"f{number}": number for number in range(5_000 * times)}
    record = JobRecord.of(Job(1, fields=MappingProxyType(fields)))
    return lambda: line({"answer": 1, "result": [record.info()]})


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
    "output: colours": output(b"[0meyJ"),
    "output: names in lists": output(b"'password','"),
    "output: brackets": output(b"token=({"),
    "output: blocks": output(b"  token: |\n"),
    "output: passes": output(b"pass=beauty_diffuse_"),
    "output: words of programs": output(b"docker login 'a' "),
    "output: forms": output(b"ghp_github_pat_sk-"),
    "output: calls": output(b"HTTPBasicAuth('a',"),
    "output: attributes": output(b'<token a="b" c="d" '),
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
    "a job of many fields": jobinfo,
    "signature: exception": lambda n: lambda: signature(ended("1 0x1 " * n * 20_000)),
    "signature: output": lambda n: lambda: signature(ended("", b"1 0x1 " * n * 20_000)),
    "last line": lambda n: lambda: last_line(ended("", b" \n" * n * 50_000)),
    "mail template": lambda n: lambda: expand("$" * n * 20_000 + "${A", {}),
    "mail addresses": lambda n: lambda: of_list('"a' * n * 100, "farm"),
    "code strings": lambda n: lambda: parse_code("unblock-sel\n" * n * 100),
    "a long code string": lambda n: lambda: parse_code("unblock-self" * n * 10_000),
}
