"""Hostile names and addresses: always a clear answer, never markup, never a 500."""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dashboard.store.configuration.observing import observe
from tests.dashboard import factories
from tests.dashboard.reading import Answer
from tests.dashboard.sites import Site

#: Markup that would run, an attribute that would, and a template.
EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>{% now "U" %}{{ 99990|add:9 }}'
#: What that template would say.
EXECUTED = "99999"
PAGES = ("overview", "runs", "events", "search", "runs-replay", "pulse")
VALUES = (
    EVIL,
    "%00",
    "\x00",
    "9" * 400,
    "-1",
    "٣",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "(" * 10_000,
    "/../../etc/passwd",
    "1e999",
    "9999999d",
    "0001-01-01",
    "9999-12-31T23:59:59-14:00",
)
PARAMETERS = {
    "runs": (
        *("state", "callback", "trigger", "job", "user", "event", "test", "text"),
        *("since", "until", "hour", "signature", "revision"),
        *("before", "after", "group"),
    ),
    "runs-replay": ("state", "job", "since", "hour"),
    "events": ("name", "type", "job", "source", "caused", "since", "until", "before"),
    "search": ("q",),
}


class Foreign(HTMLParser):
    """Collects markup and programs of a page that we did not write."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str | None] = []

    def handle_starttag(
        self, tag: str, attributes: Sequence[tuple[str, str | None]]
    ) -> None:
        """No element has a program in an attribute, no script another's address."""
        given = dict(attributes)
        self.found += [name for name in given if name.startswith("on")]
        if tag == "script" and not (given.get("src") or "").startswith("/static/"):
            self.found.append(self.get_starttag_text())

    def handle_data(self, data: str) -> None:
        """No script has a program in it."""
        if self.cdata_elem == "script" and data.strip():
            self.found.append(data)


def assert_ours(answer: Answer, what: str) -> None:
    """Nothing in a page is markup or a program but what we wrote ourselves."""
    page = Foreign()
    page.feed(answer.content.decode())
    page.close()
    assert page.found == [], what


@pytest.mark.parametrize("view", PARAMETERS)
@pytest.mark.parametrize("value", VALUES)
def test_any_value_of_any_parameter_has_an_answer(
    operator: Client, view: str, value: str
) -> None:
    factories.run()
    for name in PARAMETERS[view]:
        answer = operator.get(reverse(view), {name: value})
        assert answer.status_code in (200, 302), (name, value)
        assert_ours(answer, f"{name}={value}")


@pytest.mark.parametrize("query", ["state=%ff%fe", "q=%ed%a0%80", "%00=%00", "=&&;;"])
def test_bytes_that_are_no_text_have_an_answer(viewer: Client, query: str) -> None:
    for page in PAGES[:4]:
        assert viewer.get(f"{reverse(page)}?{query}").status_code == 200


def test_hostile_names_stay_text_on_every_page(operator: Client) -> None:
    given = {"file": EVIL[:255], "directory": EVIL, "trigger": EVIL, "user": EVIL[:200]}
    event = factories.event(event_id=EVIL, extra=EVIL, remark=EVIL, job={"x": EVIL})
    run = factories.run(
        of=event,
        state="failed",
        reason=EVIL,
        last_line=EVIL,
        signature=EVIL,
        job_name=EVIL,
        notes=[EVIL],
        actions=[{"verb": EVIL, "targets": [EVIL], "applied": [EVIL], "error": EVIL}],
        traceback={"type": EVIL, "message": EVIL, "frames": [{"file": EVIL}]},
        job_then={EVIL: EVIL},
        **given,
    )
    factories.output(run, EVIL.encode())
    factories.job(5042, name=EVIL, label=EVIL, status=EVIL[:100], fields={EVIL: EVIL})
    factories.roll_up(file=EVIL[:255], failed=1)
    factories.pause(directory="", file="", reason=EVIL)
    for address in (
        *(reverse(page) for page in PAGES),
        f"{reverse('runs')}?group=signature",
        f"{reverse('search')}?q=script",
        reverse("run", args=[run.pk]),
        reverse("event", args=[event.pk]),
        reverse("job", args=[5042]),
    ):
        answer = operator.get(address)
        assert answer.status_code in (200, 302), address
        assert_ours(answer, address)
        assert EXECUTED not in answer.content.decode(), address


def test_odd_shapes_in_stored_json_do_not_break_a_page(viewer: Client) -> None:
    shapes: list[Any] = [{}, [], {"frames": None}, {"frames": [None, 3]}, "text"]
    for odd in shapes:
        run = factories.run(state="failed", traceback=odd, actions=[{}], notes=[None])
        assert viewer.get(reverse("run", args=[run.pk])).status_code == 200


CONFIGURATIONS = {
    "nothing but NUL": b"\0" * 1000,
    "UTF-16": "mail.py = submit-job-self\n".encode("utf-16"),
    "bytes that are not text": b"\xff\xfe.py = submit-job-self\n",
    "names": b"".join(
        name + b" = submit-job-self\n"
        for name in (
            *(b"../x.py", b"/etc/passwd", b"-rf.py", b"a/b.py", b"\0.py", b"..", b"."),
            *(b"", b"a b.py", b"x" * 300 + b".py", EVIL.encode(), b"callbacks.conf"),
        )
    ),
    "10,000 parentheses": b"mail.py = " + b"(" * 10_000 + b"\n",
    "a long trigger": b"mail.py = " + b"a" * 100_000 + b"\n",
}
DIRECTORY_PAGES = (
    *("/", "/callbacks/", "/callbacks/callback/mail.py/", "/configuration/callback/"),
    *("/configuration/callback/revisions/", "/triggers/", "/fire/", "/search/?q=py"),
    "/settings/",
)


@pytest.mark.parametrize("config", CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_any_configuration_on_disk_can_be_looked_at(
    site: Site, editor: Client, config: bytes
) -> None:
    observe(site.write(config).path)
    for address in DIRECTORY_PAGES:
        answer = editor.get(address)
        assert answer.status_code in (200, 302), address
        assert b"<script>alert" not in answer.content
