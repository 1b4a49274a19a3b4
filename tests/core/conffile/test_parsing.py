"""What each line of a callbacks.conf is."""

from __future__ import annotations

import pytest
from hypothesis import given

from qubecb.conffile.document import Document, Line
from qubecb.conffile.parsing import (
    BlankLine,
    BrokenLine,
    CommentLine,
    MappingLine,
    mapping_lines,
    parse,
    parse_line,
)
from tests.core.conffile.samples import DOCUMENTED, FILES
from tests.measuring import Work, grows_with_its_input


def mapping(raw: str) -> MappingLine:
    parsed = parse_line(Line(1, raw.encode()))
    assert isinstance(parsed, MappingLine)
    return parsed


def test_the_documentations_example_is_read() -> None:
    found = mapping_lines(Document.from_bytes(DOCUMENTED))
    assert [(line.number, line.file, line.trigger_text) for line in found] == [
        (7, "logFailuresToDB.py", "failed-job-self"),
        (8, "mail-status.qcb", "done-job-self"),
        (9, "checkWork.pl", "done-work-self-*"),
        (10, "submitted.py", "submit-job-self"),
    ]


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("", BlankLine),
        (" \t\x0c", BlankLine),
        ("# a = b", CommentLine),
        ("  # a = b", CommentLine),
        ("a.py = done-job-self", MappingLine),
        ("a.py =", MappingLine),
        ("a.py done-job-self", BrokenLine),
        ("= done-job-self", BrokenLine),
        ("a.py # = done-job-self", BrokenLine),
    ],
)
def test_a_line_is_of_one_kind(raw: str, kind: type) -> None:
    assert type(parse_line(Line(1, raw.encode()))) is kind


@pytest.mark.parametrize(
    ("raw", "file", "trigger", "start"),
    [
        ("a.py=x", "a.py", "x", 5),
        ("\ta.py \t=  x  ", "a.py", "x", 10),
        ("my file.py = x", "my file.py", "x", 13),
        ("a.py = x=y", "a.py", "x=y", 7),
        ('a.py = "x"', "a.py", "x", 8),
        ('a.py = " x "', "a.py", "x", 9),
        ('a.py = ""', "a.py", "", 8),
        ('a.py = "', "a.py", '"', 7),
        ('a.py = "x" && "y"', "a.py", '"x" && "y"', 7),
        ("a.py = x # y", "a.py", "x", 7),
        ("a.py = x#y", "a.py", "x#y", 7),
        ('a.py = "x" # "y"', "a.py", "x", 8),
        ("a.py =", "a.py", "", 6),
    ],
)
def test_file_and_trigger_are_found_with_their_column(
    raw: str, file: str, trigger: str, start: int
) -> None:
    line = mapping(raw)
    assert (line.file, line.trigger_text, line.trigger_start) == (file, trigger, start)


def test_a_comment_after_a_trigger_is_kept() -> None:
    assert mapping("a.py = x # y # z").comment == "# y # z"


def test_options_directly_above_belong_to_the_mapping() -> None:
    data = b"# qubecb: timeout=300\n#qubecb: nice=5\na.py = x\nb.py = x\n"
    first, second = mapping_lines(Document.from_bytes(data))
    assert first.options.as_dict() == {"timeout": 300, "nice": 5}
    assert (first.option_lines, second.option_lines) == ((1, 2), ())


@pytest.mark.parametrize("between", [b"\n", b"# words\n", b"broken\n"])
def test_options_further_above_belong_to_nothing(between: bytes) -> None:
    data = b"# qubecb: timeout=300\n" + between + b"a.py = x\n"
    assert mapping_lines(Document.from_bytes(data))[0].option_lines == ()


@given(FILES)
def test_each_line_is_something_and_columns_fit(data: bytes) -> None:
    document = Document.from_bytes(data)
    for line, parsed in zip(document.lines, parse(document), strict=True):
        assert parsed.number == line.number
        if isinstance(parsed, MappingLine):
            assert line.text[parsed.file_start : parsed.file_end] == parsed.file
            span = slice(parsed.trigger_start, parsed.trigger_end)
            assert line.text[span] == parsed.trigger_text


@pytest.mark.parametrize(("begin", "rest"), [("", " "), ("a=", " "), ("", '"')])
def test_a_long_line_is_read_in_time_linear_in_it(begin: str, rest: str) -> None:
    def read(times: int) -> Work:
        data = (begin + rest * 2**16 * times).encode()
        return lambda: parse(Document.from_bytes(data))

    assert grows_with_its_input(read)
