"""Settings are read into their types, or refused with their name and what they must be."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from dashboard.project.environment import SETTINGS, Environment
from qubecb.conffile.options import OPTION_KINDS, written
from qubecb.errors import ConfigurationError


@pytest.mark.parametrize(
    ("name", "written", "read"),
    [
        ("QUBECB_DATA", "/srv/qubecb", Path("/srv/qubecb")),
        ("QUBECB_CALLBACK_PATH", "/a, /b,", ("/a", "/b")),
        ("QUBECB_MEMORY", "512M", 512 * 2**20),
        ("QUBECB_MEMORY", "1GiB", 2**30),
        ("QUBECB_OUTPUT", "4096", 4096),
        ("QUBECB_TIMEOUT", "0.5", 0.5),
        ("QUBECB_CONCURRENCY", "3", 3),
        ("QUBECB_RETENTION_RUNS", "0", 0),
        ("QUBECB_READ_ONLY", "Yes", True),
        ("QUBECB_READ_ONLY", "off", False),
        ("QUBECB_BINDING", "live", "live"),
        ("QUBECB_PUBLIC_URL", "https://cb.example:8443/", "https://cb.example:8443/"),
        ("QUBECB_TIME_ZONE", "Europe/Berlin", "Europe/Berlin"),
        ("QUBECB_TRUSTED_PROXIES", "10.1.2.3/8, ::1", ("10.1.2.3/8", "::1")),
        (
            "QUBECB_ALLOWED_HOSTS",
            "cb_1.a, .a., *, [::1]",
            ("cb_1.a", ".a.", "*", "[::1]"),
        ),
        ("QUBECB_RETENTION_DAYS", "36500", 36500),
    ],
)
def test_a_setting_is_read_into_its_type(name: str, written: str, read: Any) -> None:
    assert Environment({name: written}).get(name) == read


@pytest.mark.parametrize(
    ("name", "written", "must"),
    [
        ("QUBECB_CALLBACK_PATH", "/a,/b\udcff", "valid UTF-8"),
        ("QUBECB_CALLBACK_PATH", "/a" * 600, "longer than 1,000 characters"),
        ("QUBECB_MEMORY", "much", "a size"),
        ("QUBECB_TIMEOUT", "0", "seconds, from 0.1 to 604800"),
        ("QUBECB_TIMEOUT", "nan", "seconds, from 0.1"),
        ("QUBECB_TIMEOUT", "1e9", "seconds, from 0.1"),
        ("QUBECB_TIMEOUT", "٣", "seconds, from 0.1"),
        ("QUBECB_CPU", "0.5", "seconds, from 1 to 604800"),
        ("QUBECB_GRACE", "inf", "seconds, from 0.1 to 86400"),
        ("QUBECB_FARM_TIMEOUT", "-1", "seconds, from 0.1 to 86400"),
        ("QUBECB_MEMORY", "1", "from 16M to 1024G"),
        ("QUBECB_MEMORY", "٣G", "a size"),
        ("QUBECB_MEMORY", "9" * 5_000, "from 16M to 1024G"),
        ("QUBECB_OUTPUT", "1T", "from 0 to 16M"),
        ("QUBECB_FILES", "1", "from 16 to 1048576"),
        ("QUBECB_PROCESSES", "1000000", "from 1 to 32768"),
        ("QUBECB_NICE", "99", "from 0 to 19"),
        ("QUBECB_NICE", "-5", "from 0 to 19"),
        ("QUBECB_CONCURRENCY", "0", "from 1 to 512"),
        ("QUBECB_CONCURRENCY", "1000000", "from 1 to 512"),
        ("QUBECB_CONCURRENCY", "٣", "from 1 to 512"),
        ("QUBECB_CONCURRENCY", "9" * 5_000, "from 1 to 512"),
        ("QUBECB_WEB_THREADS", "100000", "from 1 to 256"),
        ("QUBECB_BACKLOG", "1000000000", "from 1 to 100000000"),
        ("QUBECB_RETENTION_RUNS", "-1", "a whole number"),
        ("QUBECB_PRELOAD", "json, os;sys", "'os;sys' is not one"),
        ("QUBECB_RUNNER", "forked", "auto, fork or fresh"),
        ("QUBECB_PUBLIC_URL", "https://a.example?x=1", "https://callbacks.example"),
        ("QUBECB_PUBLIC_URL", "https://jo:x@a.example", "https://callbacks.example"),
        ("QUBECB_READ_ONLY", "maybe", "1 or 0"),
        ("QUBECB_BINDING", "never", "submission or live"),
        ("QUBECB_PUBLIC_URL", "callbacks.example", "https://callbacks.example"),
        ("QUBECB_PUBLIC_URL", "https://a.example/below", "https://callbacks.example"),
        ("QUBECB_PUBLIC_URL", "http://a.example:port", "https://callbacks.example"),
        ("QUBECB_TIME_ZONE", "Mars/Olympus", "a time zone"),
        ("QUBECB_TIME_ZONE", "Europe", "a time zone"),
        ("QUBECB_TRUSTED_PROXIES", "10.0.0.0/8, proxy", "'proxy' is not one"),
        ("QUBECB_TRUSTED_PROXIES", "10.0.0.1:80", "addresses or networks"),
        ("QUBECB_ALLOWED_HOSTS", "https://a.example", "without scheme and port"),
        ("QUBECB_ALLOWED_HOSTS", "a.example:8000", "without scheme and port"),
        ("QUBECB_RETENTION_DAYS", "99999999999999", "from 1 to 36500"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named_with_what_it_must_be(
    name: str, written: str, must: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Environment({name: written}).get(name)
    said = str(refused.value)
    assert said.startswith(name)
    assert must in said
    assert repr(written) in said


@pytest.mark.parametrize("option", sorted(set(OPTION_KINDS) - {"concurrency"}))
def test_the_site_may_set_what_a_callback_may_ask_for(option: str) -> None:
    kind, name = OPTION_KINDS[option], f"QUBECB_{option.upper()}"
    for value in (kind.least, kind.most):
        text = written(value, kind.unit)
        assert Environment({name: text}).get(name) == value
    with pytest.raises(ConfigurationError, match=r"from .* to "):
        Environment({name: str(int(kind.most) + 1)}).get(name)


def test_every_setting_is_checked_at_the_start() -> None:
    Environment({}).check()
    for name in ("QUBECB_NICE", "QUBECB_WEB_THREADS", "QUBECB_BACKLOG"):
        with pytest.raises(ConfigurationError, match=f"^{name} must be "):
            Environment({name: "many"}).check()


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_default_can_be_read(setting: Any) -> None:
    value = Environment({}).get(setting.name)
    assert (value is None) == (setting.default is None)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("QUBECB_CALLBACK_PATHS", "QUBECB_CALLBACK_PATH"),
        ("QUBECB_CALLBACKS_PATH", "QUBECB_CALLBACK_PATH"),
        ("QUBECB_TIMOUT", "QUBECB_TIMEOUT"),
        ("QUBECB_TIMEOUT_FILE", "QUBECB_TIMEOUT"),
        ("QUBECB_READONLY", "QUBECB_READ_ONLY"),
        ("QUBECB_DATABASE_URI", "QUBECB_DATABASE_URL"),
        ("QUBECB_SECRETKEY_FILE", "QUBECB_SECRET_KEY_FILE"),
        ("QUBECB_timeout", "QUBECB_TIMEOUT"),
        ("QUBECB_", None),
        ("QUBECB_COLOUR", None),
    ],
)
def test_a_variable_that_is_not_a_setting_is_told_with_the_nearest(
    name: str, near: str | None
) -> None:
    [told] = Environment({name: "5"}).ignored()
    hint = f"; did you mean {near}?" if near else ""
    assert told == f"{name} is not a setting and is ignored{hint}"


def test_what_is_known_or_not_for_us_is_not_told() -> None:
    names = [setting.name for setting in SETTINGS]
    names += ["QUBECB_DATABASE_URL_FILE", "QUBECB_RUN_ID", "QUBECB_TEST_PAGES", "QUBE"]
    assert list(Environment(dict.fromkeys(names, "x")).ignored()) == []


def test_the_check_command_tells_it(settings: Any) -> None:
    settings.ENVIRONMENT = Environment({"QUBECB_TIMOUT": "5"})
    said = StringIO()
    call_command("check", stderr=said)
    assert "did you mean QUBECB_TIMEOUT?" in said.getvalue()


def test_an_empty_variable_counts_as_not_set() -> None:
    assert Environment({"QUBECB_TIMEOUT": ""}).get("QUBECB_TIMEOUT") == 60


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("geheim\n")
    given = Environment({"QUBECB_ADMIN_PASSWORD_FILE": str(file)})
    assert given.get("QUBECB_ADMIN_PASSWORD") == "geheim"


def test_a_secret_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    given = Environment({"QUBECB_ADMIN_PASSWORD_FILE": str(tmp_path / "none")})
    with pytest.raises(ConfigurationError, match="QUBECB_ADMIN_PASSWORD_FILE"):
        given.get("QUBECB_ADMIN_PASSWORD")


def test_only_secrets_are_read_from_files(tmp_path: Path) -> None:
    (tmp_path / "seconds").write_text("5")
    given = Environment({"QUBECB_TIMEOUT_FILE": str(tmp_path / "seconds")})
    assert given.get("QUBECB_TIMEOUT") == 60
