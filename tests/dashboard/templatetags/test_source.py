"""Code, differences, output."""

from __future__ import annotations

import pytest
from django.template import Context, Template

from dashboard.templatetags import source
from qubecb.lint import Finding, Severity


def rendered(template: str, **context: object) -> str:
    """A template with the tags of source loaded."""
    return Template("{% load source %}" + template).render(Context(context))


def finding(line: int | None, severity: Severity = "error") -> Finding:
    """Something to say of a line."""
    return Finding("QCB1", "a-rule", severity, "f", line, 1, 2, "`x` is wrong", "do y")


@pytest.mark.parametrize(
    "language", ["python", "perl", "qube", "conf", "json", "klingon"]
)
def test_every_line_is_shown_once_and_escaped(language: str) -> None:
    text = '"""a\n<b>\nc"""\r\n\r\nlast'
    lines = source.lines_of(text, language)
    assert len(lines) == 5
    assert "&lt;b&gt;" in lines[1]
    assert not any("<b>" in line for line in lines)


def test_spans_are_closed_on_their_line() -> None:
    lines = source.lines_of('"""one\ntwo\nthree"""', "python")
    assert [line.count("<span") for line in lines] == [1, 1, 1]
    for line in lines:
        assert line.count("<span") == line.count("</span>")


def test_a_finding_stands_under_its_line() -> None:
    html = rendered(
        "{% code text 'python' found=found %}", text="a\nb", found=[finding(2)]
    )
    assert 'id="L2" class="has-error"' in html
    assert html.index('id="L2"') < html.index("<code>x</code> is wrong")


def test_a_finding_without_a_line_stands_at_the_first() -> None:
    html = rendered(
        "{% code text found=found %}", text="a\nb", found=[finding(None, "info")]
    )
    assert 'id="L1" class="has-info"' in html


def test_a_difference_numbers_both_sides() -> None:
    context = source.diff("a\nb\nc\n", "a\nB\nc\n")
    assert [
        (line.kind, line.old, line.new, line.text) for line in context["lines"]
    ] == [
        ("", 1, 1, "a"),
        ("removed", 2, None, "b"),
        ("added", None, 2, "B"),
        ("", 3, 3, "c"),
    ]


def test_what_did_not_change_is_left_out_and_counted() -> None:
    same = "".join(f"{at}\n" for at in range(20))
    lines = source.diff(same + "a\n", same + "b\n")["lines"]
    assert lines[0].text == "17 lines unchanged"
    assert rendered("{% diff a a %}", a=same).count("Nothing changed") == 1


def test_around_a_change_a_few_lines_are_shown() -> None:
    same = [f"{at}" for at in range(9)]
    old, new = "\n".join([*same, "a", *same]), "\n".join([*same, "b", *same])
    shown = [line.text for line in source.diff(old, new)["lines"]]
    assert shown == ["6 lines unchanged", *"678", "a", "b", *"012"]


def test_of_a_very_long_text_the_first_lines_are_shown() -> None:
    long = "x\n" * (source.MOST_LINES + 7)
    assert rendered("{% code text %}", text=long).count("<tr") == source.MOST_LINES
    assert "7 more lines" in rendered("{% code text %}", text=long)
    assert "more line" not in rendered("{% code text %}", text="x\n")


def test_of_a_very_long_line_the_beginning_is_shown() -> None:
    html = rendered("{% code text %}", text="x" * (source.LONGEST_SHOWN + 7))
    assert html.count("x") < source.LONGEST_SHOWN + 100
    assert "The rest is too long to show." in html


def test_of_a_very_long_difference_the_first_lines_are_shown() -> None:
    long = "x\n" * (source.MOST_COMPARED + 7)
    html = rendered("{% diff old new %}", old="", new=long)
    assert html.count("<tr") == source.MOST_COMPARED
    assert "7 more lines" in html
    assert "more line" not in rendered("{% diff old new %}", old="", new="x\n")
