"""What is sent: by the door and by the spool."""

from __future__ import annotations

from collections.abc import Callable

from qubecb import strict_json
from qubecb.dispatch.spool_file import SpoolFile
from qubecb.errors import QubecbError
from qubecb.events import parse_event
from tests.measuring import (
    Door,
    Work,
)


def refused(work: Work) -> Work:
    """The work, which may end in one of our own errors."""

    def tried() -> object:
        try:
            return work()
        except (QubecbError, ValueError) as error:
            return str(error)

    return tried


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
            '"a": 1', "".join(f'"m{number}": 1,' for number in range(2_000 * n))
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
