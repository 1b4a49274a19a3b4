"""Components: icons that exist, fields tied to their notes, pages in the navigation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import Client
from django.urls import reverse

from dashboard.looks.states import SEVERITIES, STATES, look_of
from dashboard.templatetags import frame, icons, ui
from qubecb.runner.outcome import RunState

FOLDER = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.html"))
_ICON = re.compile(
    r'{% icon "([^"]+)"|\bicon="([^"]+)"|{% empty "[^"]*" "([^"]+)"'
    r'|{% badge \S+ "[a-z]+" "([^"]+)"'
)


def rendered(template: str, **context: object) -> str:
    """A template with the component tags loaded."""
    return Template("{% load ui icons %}" + template).render(Context(context))


class OneField(forms.Form):
    """A form to show."""

    reason = forms.CharField(help_text="one sentence")
    live = forms.BooleanField(required=False)


def icons_of(name: str) -> list[str]:
    """The icons that a template names."""
    found = _ICON.findall((FOLDER / name).read_text(encoding="utf-8"))
    return [next(filter(None, each)) for each in found]


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_icon_of_a_template_exists(name: str) -> None:
    assert [each for each in icons_of(name) if "<svg" not in icons.icon(each)] == []


def test_icons_are_found_in_templates() -> None:
    found = {each for name in TEMPLATES for each in icons_of(name)}
    assert {"circle-check", "flask-conical", "octagon-x", "radio", "trash-2"} <= found


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_has_inline_style_or_script(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert not re.search(
        r"<style|\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*\ssrc=)", text
    )
    assert "|safe" not in text


@pytest.mark.parametrize("state", RunState)
def test_every_state_has_an_icon_and_a_word(state: RunState) -> None:
    html = icons.state(state)
    assert "<svg" in html
    assert look_of(state).word in html


def test_a_state_that_nobody_knows_is_shown_as_such() -> None:
    assert "Unknown" in icons.state("exploded")


def test_every_look_has_an_icon() -> None:
    for look in (*STATES.values(), *SEVERITIES.values()):
        assert "<svg" in icons.icon(look.icon)
    for icon, _ in ui._LEVELS.values():
        assert "<svg" in icons.icon(icon)


def test_a_field_is_tied_to_its_help_and_its_error() -> None:
    html = rendered("{% field form.reason %}", form=OneField({}))
    assert 'aria-describedby="id_reason_help id_reason_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_reason_error"' in html
    assert "This field is required." in html


def test_a_field_without_faults_has_only_its_help() -> None:
    html = rendered("{% field form.reason %}", form=OneField())
    assert 'aria-describedby="id_reason_help"' in html
    assert "aria-invalid" not in html


def test_a_confirmation_posts_what_stands_in_it() -> None:
    html = rendered(
        '{% confirm "x" "Delete" "/x/" kind="danger" %}<p>gone</p>{% endconfirm %}'
    )
    assert '<form class="dialog-body" method="post" action="/x/">' in html
    assert "<p>gone</p>" in html
    assert 'popovertarget="x"' in html


def test_findings_may_be_objects_or_dicts() -> None:
    found = {"severity": "warning", "message": "`a` is odd", "file": "f", "line": 3}
    html = rendered("{% findings found %}", found=[found])
    assert "<code>a</code> is odd" in html
    assert "f:3" in html
    assert "Warning" in html


def test_the_navigation_marks_where_one_is(viewer: Client) -> None:
    for name in ("overview", "runs", "events"):
        page = viewer.get(reverse(name)).content.decode()
        marked = re.findall(r'<a href="([^"]+)" aria-current="page">', page)
        assert marked == [reverse(name)]


def test_the_navigation_leads_nobody_to_a_refusal(
    viewer: Client, operator: Client
) -> None:
    fire = f'<a href="{reverse("fire")}">'
    assert fire not in viewer.get(reverse("runs")).content.decode()
    assert fire in operator.get(reverse("runs")).content.decode()


@pytest.mark.parametrize("place", frame.PLACES, ids=lambda place: place.label)
def test_every_place_of_the_navigation_exists(place: frame.Place) -> None:
    assert reverse(place.url_name)


def test_the_theme_that_was_chosen_is_in_the_page(viewer: Client) -> None:
    viewer.cookies["theme"] = "dark"
    assert b'data-theme="dark"' in viewer.get(reverse("runs")).content
    viewer.cookies["theme"] = '"><script>'
    assert b"data-theme" not in viewer.get(reverse("runs")).content.split(b"<body")[0]
