"""A trigger is built in the form of a mapping, step by step, with and without JavaScript."""

from __future__ import annotations

from html import unescape

from django.test import Client

from tests.dashboard.sites import Site


def test_the_parts_of_a_trigger_are_reshaped_step_by_step(
    site: Site, editor: Client
) -> None:
    form = {"mapping-line": "1", "mapping-was": "mail.py", "mapping-file": "mail.py"}
    a, b, c = "failed-job-self", "done-job-self", "killed-job-self"
    for step, before, after in [
        ("part:remove:1", f"{a} || {b} || {c}", f"{a} || {c}"),
        ("part:turn:0", f"{a} || {b} || {c}", f"({a} && {b}) || {c}"),
        ("part:down:0", f"{a} || {b}", f"{b} || {a}"),
        ("part:up:1", f"{a} || {b}", f"{b} || {a}"),
    ]:
        page = unescape(
            site.post(editor, "edit", do=step, **form, **{"mapping-trigger": before})
        )
        assert f"{after}</textarea>" in page
    sent = {**form, "mapping-trigger": f"{a} || {b}"}
    page = site.post(editor, "edit", do="part:edit:1", **sent)
    assert '<option value="done" selected>' in page
    assert '<option value="instead" selected>' in page
    assert '<option value="1" selected>' in page
    for nonsense in ("part:remove:7", "part:remove:x", "part:none:0", "part"):
        page = site.post(editor, "edit", do=nonsense, **sent)
        assert f"{a} || {b}</textarea>" in unescape(page)


def test_an_event_is_never_joined_to_a_trigger_without_asking(
    site: Site, editor: Client
) -> None:
    form = {"mapping-line": "", "mapping-was": "", "mapping-file": "mail.py"}
    built = {"build-name": "done", "build-type": "work", "build-context": "self"}
    sent = {**form, **built, "mapping-trigger": "failed-job-self"}
    page = site.post(editor, "edit", do="compose", **sent)
    assert "failed-job-self</textarea>" in page
    assert "Choose how this event is joined to it" in page
    page = site.post(editor, "edit", do="compose", **sent, **{"build-join": "instead"})
    assert "done-work-self-*</textarea>" in page
    assert "It replaces failed-job-self" in page


def test_the_builder_forgets_nothing_after_a_step(site: Site, editor: Client) -> None:
    built = {"build-name": "done", "build-type": "work", "build-context": "label"}
    built |= {"build-whose": "render", "build-extra": "7", "build-join": "&&"}
    sent = {"mapping-line": "1", "mapping-was": "mail.py", "mapping-file": "mail.py"}
    sent |= {**built, "mapping-trigger": "failed-job-self"}
    for step in ("look", "compose", "part:remove:", "apply"):
        trigger = "no" if step == "apply" else sent["mapping-trigger"]
        page = site.post(
            editor, "edit", do=step, **{**sent, "mapping-trigger": trigger}
        )
        for chosen in ("done", "work", "label"):
            assert f'<option value="{chosen}" selected>' in page, (step, chosen)
        assert 'value="render"' in page
        assert 'value="7"' in page
