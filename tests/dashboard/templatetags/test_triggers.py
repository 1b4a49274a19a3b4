"""Triggers coloured and in words."""

from __future__ import annotations

import pytest

from dashboard.templatetags import triggers


def test_each_part_has_its_class() -> None:
    html = triggers.trigger("failed-work-self-* && done-job-5")
    for kind, text in (
        ("name", "failed"),
        ("type", "work"),
        ("context", "self"),
        ("extra", "*"),
        ("operator", "&amp;&amp;"),
    ):
        assert f'<span class="t-{kind}">{text}</span>' in html


def test_a_broken_trigger_is_shown_and_explained() -> None:
    assert "t-broken" in triggers.trigger("failed-<b>")
    assert "<b>" not in triggers.trigger("failed-<b>")
    assert "cannot be read" in triggers.meaning("failed-<b>")


def test_the_meaning_is_in_words() -> None:
    assert "when any agenda item of the job fails" in triggers.meaning(
        "failed-work-self-*"
    )


@pytest.mark.parametrize("text", ["(" * 10_000, "x" * 100_000, "", "\0"])
def test_any_text_can_be_shown(text: str) -> None:
    assert len(triggers.trigger(text)) < 100_000
    assert triggers.meaning(text)
