"""What was posted after a session or a form has ended is shown again, to be sent once more."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.dashboard import factories
from tests.dashboard.reading import Page
from tests.dashboard.sites import Site

TEXT = 'mail.py = done-job-self\n# <mine> & "yours"\n'
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def person(db: None) -> User:
    """Somebody who may edit."""
    return factories.person("editor")


@pytest.fixture
def strict(person: User) -> Client:
    """Their browser, with the checks that a test's browser is spared."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person, BACKEND)
    return browser


def again(browser: Client, page: str) -> int:
    """Press "Send again" in a page; gives the answer's status."""
    page = page.partition('<form class="form wide"')[2]
    action = re.search(r'action="([^"]*)"', page)
    assert action
    fields = dict(re.findall(r'<input[^>]*name="([^"]*)" value="([^"]*)"', page))
    texts = re.findall(
        r'<textarea[^>]*name="([^"]*)"[^>]*>\n(.*?)</textarea>', page, re.S
    )
    sent = {name: unescape(value) for name, value in [*fields.items(), *texts]}
    return browser.post(unescape(action[1]), sent).status_code


def test_a_form_with_an_old_token_shows_the_text_and_is_sent_again(
    site: Site, strict: Client
) -> None:
    sent = {**site.edit(text=TEXT, reason="why"), "csrfmiddlewaretoken": "old"}
    answer = strict.post("/configuration/callback/save/", sent)
    assert answer.status_code == 403
    assert "# &lt;mine&gt; &amp; &quot;yours&quot;" in answer.content.decode()
    assert again(strict, answer.content.decode()) == 302
    assert site.data.decode() == TEXT


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/configuration/callback/review/", {"text": TEXT}),
        ("/configuration/callback/save/", {"text": TEXT, "reason": "earlier mail"}),
        ("/configuration/callback/merge/", {"text": TEXT, "theirs": "ab"}),
        (
            "/configuration/callback/edit/",
            {"text": TEXT, "mapping-trigger": "done-job-self"},
        ),
        ("/callbacks/pause/", {"reason": "disk is full", "until": "2h"}),
        ("/runs/1/cancel/", {"reason": "wrong shot"}),
    ],
)
def test_who_was_logged_out_meanwhile_keeps_what_was_sent(
    db: None, client: Client, address: str, sent: dict[str, str]
) -> None:
    answer = client.post(address, sent)
    page = unescape(answer.content.decode())
    assert answer.status_code == 401
    assert "Log in in another tab" in page
    for value in sent.values():
        assert value in page
    assert f'action="{address}"' in page


def test_after_logging_in_again_it_is_sent_with_one_more_click(
    site: Site, strict: Client, person: User
) -> None:
    strict.logout()
    strict.get("/login/")
    token = strict.cookies["csrftoken"].value
    sent = {**site.edit(text=TEXT, reason="why"), "csrfmiddlewaretoken": token}
    answer = strict.post("/configuration/callback/save/", sent)
    assert answer.status_code == 401
    strict.force_login(person, BACKEND)
    assert again(strict, answer.content.decode()) == 302
    assert site.data.decode() == TEXT


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://testserver"},
        {"Referer": "http://evil.example/testserver"},
    ],
)
def test_what_another_site_posted_is_never_offered(
    site: Site, strict: Client, headers: dict[str, str]
) -> None:
    sent = site.edit(text=TEXT, reason="why")
    answer = strict.post("/configuration/callback/save/", sent, headers=headers)
    assert answer.status_code == 403
    assert b"Send again" not in answer.content
    assert b"mine" not in answer.content


@pytest.mark.parametrize("name", ["password", "settings-users"])
def test_a_password_is_not_written_into_a_page(strict: Client, name: str) -> None:
    fields = ("password", "old_password", "new_password", "repeated")
    sent = dict.fromkeys(fields, "correct horse")
    answer = strict.post(reverse(name), sent)
    assert answer.status_code == 403
    assert b"correct horse" not in answer.content
    assert b"Send again" not in answer.content


def test_the_tab_beside_says_to_go_back(viewer: Client) -> None:
    assert "Close this tab" in Page(viewer.get(reverse("login-beside"))).text


def test_a_proxy_that_speaks_https_unknown_to_us_is_named_as_the_cause(
    strict: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = strict.post(
        "/login/",
        {"username": "jo", "password": "x"},
        headers={"Origin": "https://testserver"},
    )
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "QUBECB_PUBLIC_URL=https://testserver" in page
    assert "QUBECB_TRUSTED_PROXIES" in page
    assert "set QUBECB_PUBLIC_URL" in caplog.text


@pytest.mark.parametrize("name", ["Origin", "Referer"])
@pytest.mark.parametrize("value", ["http://[bad", "://", "https://[::1", "\u00e4"])
def test_an_origin_that_cannot_be_read_is_a_strangers(
    strict: Client, name: str, value: str
) -> None:
    answer = strict.post("/login/", {"username": "jo"}, headers={name: value})
    assert answer.status_code == 403
    assert "Send again" not in answer.content.decode()


def test_a_form_of_somebody_else_says_in_whose_name_it_would_be_sent_again(
    site: Site, strict: Client
) -> None:
    strict.force_login(factories.person("editor", "bo"), BACKEND)
    sent = {**site.edit(text=TEXT), "csrfmiddlewaretoken": "of another session"}
    answer = strict.post("/configuration/callback/review/", sent)
    assert answer.status_code == 403
    assert "You are logged in as bo now." in Page(answer).text
