"""Every edit changes only its own line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qubecb.conffile.document import Document
from qubecb.conffile.editing import (
    add_mapping,
    apply_fix,
    find,
    remove_mapping,
    rename,
    set_options,
    set_trigger,
)
from qubecb.conffile.names import name_fault
from qubecb.conffile.options import CallbackOptions
from qubecb.conffile.parsing import MappingLine, mapping_lines
from qubecb.errors import BadFileName, ConfigurationError
from tests.core.conffile.samples import FILES, NAMES, TRIGGERS

PLAIN = Document.from_bytes(b"# first\na.py = done-job-self # so\nb.py=x")
OPTIONS = st.builds(
    CallbackOptions,
    timeout=st.none() | st.integers(1, 600).map(float),
    nice=st.none() | st.integers(0, 19),
)


def others(document: Document, *numbers: int) -> list[bytes]:
    """The raw lines apart from those with these numbers."""
    return [line.raw for line in document.lines if line.number not in numbers]


def any_mapping(data: st.DataObject, document: Document) -> MappingLine | None:
    """One of the mappings whose name could have been written by an edit."""
    found = [line for line in mapping_lines(document) if name_fault(line.file) is None]
    return data.draw(st.sampled_from(found)) if found else None


@given(FILES, TRIGGERS, st.data())
def test_setting_a_trigger_changes_only_its_line(
    file: bytes, trigger: str, data: st.DataObject
) -> None:
    document = Document.from_bytes(file)
    line = any_mapping(data, document)
    if line is None:
        return
    edited = set_trigger(document, line.file, line.number, trigger)
    assert others(edited, line.number) == others(document, line.number)
    after = find(edited, line.file, line.number)
    assert (after.trigger_text, after.comment) == (trigger, line.comment)


@given(FILES, NAMES, st.data())
def test_renaming_changes_only_its_line(
    file: bytes, name: str, data: st.DataObject
) -> None:
    document = Document.from_bytes(file)
    line = any_mapping(data, document)
    if line is None or "\0" in line.trigger_text:
        return
    edited = rename(document, line.file, line.number, name)
    assert others(edited, line.number) == others(document, line.number)
    assert find(edited, name, line.number).trigger_text == line.trigger_text


@given(FILES, NAMES, TRIGGERS, OPTIONS)
def test_adding_only_appends(
    file: bytes, name: str, trigger: str, options: CallbackOptions
) -> None:
    document = Document.from_bytes(file)
    if file[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return
    edited = add_mapping(document, name, trigger, options)
    assert edited.to_bytes().startswith(file)
    added = mapping_lines(edited)[-1]
    assert (added.file, added.trigger_text, added.options) == (name, trigger, options)
    assert mapping_lines(edited)[:-1] == mapping_lines(document)


@given(FILES, st.data())
def test_removing_takes_the_line_and_its_options_only(
    file: bytes, data: st.DataObject
) -> None:
    document = Document.from_bytes(file)
    line = any_mapping(data, document)
    if line is None:
        return
    edited = remove_mapping(document, line.file, line.number)
    gone = (*line.option_lines, line.number)
    mark = document.lines[0].mark if 1 in gone else b""
    assert edited.to_bytes() == mark + b"".join(others(document, *gone))


@given(FILES, OPTIONS, st.data())
def test_setting_options_leaves_every_other_mapping_as_it_is(
    file: bytes, options: CallbackOptions, data: st.DataObject
) -> None:
    document = Document.from_bytes(file)
    line = any_mapping(data, document)
    if line is None:
        return
    edited = set_options(document, line.file, line.number, options)
    before, after = mapping_lines(document), mapping_lines(edited)
    for old, new in zip(before, after, strict=True):
        assert new.text == old.text
        assert new.options == (options if old == line else old.options)


def test_the_form_of_the_line_stays() -> None:
    document = Document.from_bytes(b'\t a.py\t=  "done-job-self"  # so\r\n')
    edited = set_trigger(document, "a.py", 1, "failed-job-self")
    assert edited.to_bytes() == b'\t a.py\t=  "failed-job-self"  # so\r\n'


def test_options_become_one_line_above() -> None:
    data = b"# qubecb: nice=5\r\n# qubecb: cpu=9\r\na.py = x\r\n"
    options = CallbackOptions(timeout=300, memory=2**32)
    edited = set_options(Document.from_bytes(data), "a.py", 3, options)
    assert edited.to_bytes() == b"# qubecb: timeout=300 memory=4G\r\na.py = x\r\n"


def test_no_options_leave_no_line() -> None:
    document = Document.from_bytes(b"# qubecb: nice=5\na.py = x\n")
    edited = set_options(document, "a.py", 2, CallbackOptions())
    assert edited.to_bytes() == b"a.py = x\n"


def test_the_same_options_change_nothing() -> None:
    document = Document.from_bytes(b"#qubecb:  nice=5  \na.py = x\n")
    assert set_options(document, "a.py", 2, CallbackOptions(nice=5)) == document


def test_a_new_mapping_does_not_take_options_that_belong_to_nothing() -> None:
    document = Document.from_bytes(b"# qubecb: nice=5")
    edited = add_mapping(document, "a.py", "x")
    assert edited.to_bytes() == b"# qubecb: nice=5\n\na.py = x\n"


@pytest.mark.parametrize(
    "trigger", ["x\ny", "x\ry", "x # y", "#x", '"x"', "x\0", "\ud800"]
)
def test_a_trigger_that_would_be_read_otherwise_is_refused(trigger: str) -> None:
    with pytest.raises(ConfigurationError):
        set_trigger(PLAIN, "a.py", 2, trigger)


@pytest.mark.parametrize("name", ["../a.py", "a\nb.py", "-a.py", ".a.py", "", "a\0"])
def test_a_bad_name_is_refused(name: str) -> None:
    with pytest.raises(BadFileName):
        rename(PLAIN, "a.py", 2, name)
    with pytest.raises(BadFileName):
        add_mapping(PLAIN, name, "done-job-self")


@pytest.mark.parametrize("name", ["a=b.py", "#a.py", "a #b.py", " a.py"])
def test_a_name_that_would_be_read_otherwise_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError):
        rename(PLAIN, "a.py", 2, name)


@pytest.mark.parametrize(("file", "line"), [("b.py", 2), ("a.py", 1), ("a.py", 99)])
def test_an_edit_of_a_line_that_maps_something_else_is_refused(
    file: str, line: int
) -> None:
    with pytest.raises(ConfigurationError, match="no longer maps"):
        set_trigger(PLAIN, file, line, "done-job-self")


def test_nothing_is_added_to_a_file_in_utf_16() -> None:
    with pytest.raises(ConfigurationError, match="UTF-16"):
        add_mapping(Document.from_bytes(b"\xff\xfea\0"), "a.py", "done-job-self")


def test_a_fix_replaces_one_line_and_removes_others() -> None:
    document = Document.from_bytes(b"a\r\nb\nc\n")
    assert apply_fix(document, 1, "d", (2,)).to_bytes() == b"d\r\nc\n"


@pytest.mark.parametrize(("line", "text"), [(9, "d"), (1, "d\ne")])
def test_a_fix_that_does_not_fit_is_refused(line: int, text: str) -> None:
    with pytest.raises(ConfigurationError, match="does not fit"):
        apply_fix(PLAIN, line, text)
