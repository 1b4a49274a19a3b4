"""`manage.py up`: everything in one command; `bin/up` ends in it."""

from __future__ import annotations

import os
import sys
from ipaddress import IPv6Address
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from dashboard.management.arguments import of
from dashboard.project.hosts import literal
from dashboard.project.setting_forms import count
from dashboard.service.up import up
from dashboard.service.web import address_of
from qubecb.digits import is_digits
from qubecb.errors import QubecbError


class Command(BaseCommand):
    """Serves and works until SIGTERM or Ctrl-C."""

    help = "Set up the data directory if need be, then serve and work until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options of the address and the data directory."""
        parser.add_argument(
            "--port",
            type=of(count(0, 65_535)),
            help="port to listen on (8000); 0: a free one",
        )
        parser.add_argument(
            "--bind",
            metavar="ADDRESS",
            help="address, or address and port (QUBECB_BIND, 127.0.0.1:8000)",
        )
        parser.add_argument(
            "--data", metavar="DIRECTORY", help="data directory (QUBECB_DATA, ./var)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["data"] and Path(options["data"]).absolute() != settings.DATA:
            _again(Path(options["data"]).absolute())
        try:
            up(_bind(options["bind"], options["port"]), self._say)
        except QubecbError as error:
            raise SystemExit(f"qubecb: {error}") from None

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _bind(bind: str | None, port: int | None) -> str:
    """Combine the given address with the setting; raises ConfigurationError."""
    setting = settings.ENVIRONMENT.get("QUBECB_BIND")
    wanted = bind or setting
    if bind and (_is_ipv6(bind) or not is_digits(bind.rpartition(":")[2])):
        wanted = f"{literal(bind.strip('[]'))}:{address_of(setting)[1]}"
    if port is None:
        return str(wanted)
    host, _ = address_of(wanted)
    return f"{literal(host)}:{port}"


def _is_ipv6(bind: str) -> bool:
    """Whether it is an address without a port, although it ends in a colon and digits."""
    try:
        return bool(IPv6Address(bind))
    except ValueError:
        return False


def _again(data: Path) -> None:
    """Start again with another data directory: settings are read before arguments."""
    arguments = list(sys.argv)
    for place, word in enumerate(arguments):
        if word == "--data":
            del arguments[place : place + 2]
            break
        if word.startswith("--data="):
            del arguments[place]
            break
    os.environ["QUBECB_DATA"] = str(data)
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 (our own program)
