"""What QUBECB_DATABASE_URL says, and what it need not say."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from dashboard.project.database import STEADY, application_name, database
from qubecb.errors import ConfigurationError


def read(url: str) -> dict[str, Any]:
    return database(url, Path("/data"))


def test_without_a_url_it_is_sqlite_in_the_data_directory() -> None:
    assert database(None, Path("/data"))["NAME"] == "/data/qubecb.sqlite3"


def test_parts_of_a_url_are_decoded() -> None:
    found = read("postgresql://jo%40farm:se%23cret@db:6432/qubecb")
    assert (found["USER"], found["PASSWORD"]) == ("jo@farm", "se#cret")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db", 6432, "qubecb")


def test_a_port_among_the_parameters_counts() -> None:
    found = read("postgresql://qubecb@/qubecb?host=/run/postgresql&port=6432")
    assert (found["HOST"], found["PORT"]) == ("", "")
    assert found["OPTIONS"]["host"] == "/run/postgresql"
    assert found["OPTIONS"]["port"] == "6432"


def test_either_end_notices_soon_that_the_other_is_gone_unless_the_url_says_otherwise() -> (
    None
):
    assert read("postgresql://db/qubecb")["OPTIONS"].items() >= STEADY.items()
    for name in (*STEADY, "application_name"):
        options = read(f"postgresql://db/qubecb?{name}=30&sslmode=require")["OPTIONS"]
        assert (options[name], options["sslmode"]) == ("30", "require")


def test_each_process_is_seen_by_its_command_and_host() -> None:
    name = application_name(["/opt/qubecb/manage.py", "work", "--grace", "5"])
    assert name == f"qubecb:work@{socket.gethostname()}"[:63]
    assert application_name(["/usr/bin/pytest", "-q"]).startswith("qubecb:python@")


@pytest.mark.parametrize(
    "url", ["mysql://db/qubecb", "postgresql://db", "postgresql://db:port/qubecb"]
)
def test_what_is_no_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read(url)
    assert "postgresql://user:password@host:port/name" in str(refused.value)
    assert url not in str(refused.value)
