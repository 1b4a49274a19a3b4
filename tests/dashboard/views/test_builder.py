"""A trigger is built in the form of a mapping, step by step, with and without JavaScript."""

from __future__ import annotations

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
        page = site.post(editor, "edit", do=step, **form, **{"mapping-trigger": before})
        assert page.sent["mapping-trigger"] == after
    sent = {**form, "mapping-trigger": f"{a} || {b}"}
    page = site.post(editor, "edit", do="part:edit:1", **sent)
    names = ("build-name", "build-join", "build-at")
    assert [page.sent[name] for name in names] == ["done", "instead", "1"]
    for nonsense in ("part:remove:7", "part:remove:x", "part:none:0", "part"):
        page = site.post(editor, "edit", do=nonsense, **sent)
        assert page.sent["mapping-trigger"] == f"{a} || {b}"


def test_an_event_is_never_joined_to_a_trigger_without_asking(
    site: Site, editor: Client
) -> None:
    form = {"mapping-line": "", "mapping-was": "", "mapping-file": "mail.py"}
    built = {"build-name": "done", "build-type": "work", "build-context": "self"}
    sent = {**form, **built, "mapping-trigger": "failed-job-self"}
    page = site.post(editor, "edit", do="compose", **sent)
    assert page.sent["mapping-trigger"] == "failed-job-self"
    assert "Choose how this event is joined to it" in " ".join(page.notices)
    page = site.post(editor, "edit", do="compose", **sent, **{"build-join": "instead"})
    assert page.sent["mapping-trigger"] == "done-work-self-*"
    assert "It replaces failed-job-self" in page.text


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
        kept = {name: value for name, value in built.items() if name != "build-join"}
        assert {name: page.sent[name] for name in kept} == kept, step
