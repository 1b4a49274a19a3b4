"""One mapping as a form."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.editing.drafts import Draft
from dashboard.editing.mappings import differs, put_into
from dashboard.forms.configuration import MappingForm, ReasonForm

BASE = b"# first\r\na.py = done-job-self # so\r\n"
SCRIPTS = ("a.py", "b.py")


def filled(**values: str) -> MappingForm:
    data = {"line": "2", "was": "a.py", "file": "a.py", "trigger": "done-job-self"}
    return MappingForm(
        {f"mapping-{name}": value for name, value in {**data, **values}.items()},
        SCRIPTS,
    )


def applied(form: MappingForm, base: bytes = BASE) -> bytes:
    assert form.is_valid(), form.errors
    draft = put_into(Draft.of(Path("/x"), base), form)
    assert draft is not None, form.errors
    return draft.data


def test_applying_what_is_there_changes_nothing() -> None:
    assert applied(filled()) == BASE


def test_a_trigger_changes_only_itself() -> None:
    assert applied(filled(trigger="failed-job-self")) == BASE.replace(
        b"done", b"failed"
    )


def test_file_and_limits_change_too() -> None:
    found = applied(filled(file="b.py", timeout="300", memory="4G"))
    assert found == (
        b"# first\r\n# qubecb: timeout=300 memory=4G\r\nb.py = done-job-self # so\r\n"
    )


def test_a_new_mapping_is_put_at_the_end() -> None:
    form = filled(line="", was="", file="b.py", trigger="failed-work-self-*")
    assert applied(form) == BASE + b"b.py = failed-work-self-*\r\n"


def test_a_line_that_moved_is_found_by_its_file() -> None:
    moved = b"# one more\r\n" + BASE
    assert applied(filled(trigger="failed-job-self"), moved) == moved.replace(
        b"done", b"failed"
    )


def test_a_trigger_on_several_lines_becomes_one() -> None:
    form = filled(trigger="done-job-self\r\n|| failed-job-parent")
    assert b"done-job-self || failed-job-parent" in applied(form)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("trigger", "done-jb-self", "column 6"),
        ("trigger", "", "required"),
        ("trigger", "done-job-self\0", "Null"),
        ("file", "../../etc/passwd", "not one of the available choices"),
        ("file", "", "required"),
        ("timeout", "soon", "seconds"),
        ("memory", "1", "out of range"),
        ("line", "x", "whole number"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(field: str, value: str, said: str) -> None:
    form = filled(**{field: value})
    assert not form.is_valid()
    assert said in str(form.errors[field])


def test_what_was_typed_differs_only_when_it_does() -> None:
    draft = Draft.of(Path("/x"), BASE)
    assert not differs(filled(), draft)
    assert differs(filled(trigger="x"), draft)
    assert differs(filled(nice="3"), draft)
    assert not differs(filled(line="", was="", trigger=""), draft)


def test_errors_want_a_tick() -> None:
    assert not ReasonForm({"reason": "why"}, errors=1).is_valid()
    assert ReasonForm({"reason": "why", "despite_errors": "on"}, errors=1).is_valid()
    assert ReasonForm({"reason": "why"}).is_valid()
    assert not ReasonForm({"reason": " "}).is_valid()
