"""File names of callbacks: one place refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from qubecb.conffile.names import language_of, script_path
from qubecb.errors import BadFileName


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "is empty"),
        ("a/b.py", "contains a slash"),
        ("/etc/passwd", "contains a slash"),
        ("..", "begins with a dot"),
        (".hidden.py", "begins with a dot"),
        ("-rf.py", "begins with a dash"),
        ("a\0.py", "control character"),
        ("a\n.py", "control character"),
        ("a\x1b[31m.py", "control character"),
        ("a" * 253 + ".py", "longer than 255 bytes"),
        ("ü" * 127 + ".py", "longer than 255 bytes"),
        ("\udcff.py", "is not UTF-8"),
    ],
)
def test_a_bad_name_is_refused_with_the_reason(name: str, why: str) -> None:
    with pytest.raises(BadFileName, match=why) as caught:
        script_path(Path("/callback"), name)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", ["a.py", "mail-status.qcb", "a b.pl", "prüfen.py"])
def test_a_good_name_stands_in_its_directory(name: str) -> None:
    assert script_path(Path("/callback"), name) == Path("/callback", name)


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("a.py", "python"),
        ("a.pl", "perl"),
        ("mail-status.qcb", "qube"),
        ("a.py.bak", None),
        ("a.PY", None),
        ("py", None),
        ("", None),
        ("a\0.py", None),
    ],
)
def test_the_extension_names_the_language(name: str, language: str | None) -> None:
    assert language_of(name) == language
