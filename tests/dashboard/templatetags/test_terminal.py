"""Output as a terminal shows it."""

from __future__ import annotations

import pytest

from dashboard.templatetags.terminal import terminal


@pytest.mark.parametrize(
    ("output", "html"),
    [
        (b"\x1b[31mred\x1b[0m plain", '<span class="ansi-1">red</span> plain'),
        (b"\x1b[1;92mok", '<span class="ansi-bold ansi-10">ok</span>'),
        (b"\x1b[4;41mx\x1b[24my", None),
        (b"\x1b[38;5;208mmany\x1b[m.", "many."),
        (b"\x1b[38;2;1;2;3mmany", "many"),
        (b"\x1b]0;title\x07\x1b[2Khere", "here"),
        (b"<b>\xff", "&lt;b&gt;\ufffd"),
        (b"\x1b[31m<script>", '<span class="ansi-1">&lt;script&gt;</span>'),
        (b"\x1b[" + b"9" * 6000 + b"mx", "x"),
        (None, ""),
    ],
)
def test_colours_are_shown_and_nothing_else_of_a_terminal(
    output: bytes | None, html: str | None
) -> None:
    if html is None:
        html = '<span class="ansi-underlined ansi-on-1">x</span><span class="ansi-on-1">y</span>'
    assert terminal(output) == html
