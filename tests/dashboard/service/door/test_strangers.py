"""A large body is read only when it is known who sends it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dashboard.service.door.bounds import LARGEST_OF_STRANGERS
from dashboard.service.door.strangers import is_known
from dashboard.store.people import tokens
from dashboard.store.people.audit import By
from tests.dashboard.service.door.conftest import Serve, until_closed

SIZE = 9 * 1024 * 1024
HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
LENGTH = b"Content-Length: %d\r\n" % SIZE
KNOWN = b"Authorization: Bearer known\r\n"
CONTINUE = b"Expect: 100-continue\r\n"


def test_a_stranger_is_answered_before_the_body_has_come(serve: Serve) -> None:
    with serve().connect() as stranger:
        stranger.sendall(HEAD + LENGTH + b"\r\n")
        assert stranger.recv(100).startswith(b"HTTP/1.1 401 ")


def test_a_stranger_s_body_is_kept_nowhere(serve: Serve) -> None:
    with serve().connect() as stranger:
        stranger.sendall(HEAD + LENGTH + b"\r\n" + b"x" * SIZE)
        stranger.shutdown(1)
        heard = until_closed(stranger)
    assert heard.startswith(b"HTTP/1.1 401 ")
    assert heard.endswith(b"\r\n\r\n0")


def test_a_stranger_s_chunks_are_refused_when_they_are_many(serve: Serve) -> None:
    chunk = b"1000\r\n" + b"x" * 4096 + b"\r\n"
    with serve().connect() as stranger:
        stranger.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 20)
        assert stranger.recv(100).startswith(b"HTTP/1.1 401 ")


def test_who_asks_before_sending_is_answered_that(serve: Serve) -> None:
    serving = serve()
    with serving.connect() as stranger, serving.connect() as known:
        stranger.sendall(HEAD + LENGTH + CONTINUE + b"\r\n")
        assert stranger.recv(100).startswith(b"HTTP/1.1 401 ")
        known.sendall(HEAD + LENGTH + CONTINUE + KNOWN + b"\r\n")
        assert known.recv(100).startswith(b"HTTP/1.1 100 ")
        known.sendall(b"x" * SIZE)
        assert until_closed(known).endswith(b"\r\n\r\n%d" % SIZE)


@pytest.mark.parametrize("chunked", [False, True])
def test_who_is_known_may_send_much(serve: Serve, chunked: bool) -> None:
    body = b"x" * SIZE
    told = b"Transfer-Encoding: chunked\r\n" if chunked else LENGTH
    with serve().connect() as known:
        known.sendall(HEAD + KNOWN + told + b"\r\n")
        known.sendall(b"%x\r\n%b\r\n0\r\n\r\n" % (SIZE, body) if chunked else body)
        assert until_closed(known).endswith(b"\r\n\r\n%d" % SIZE)


def test_anybody_may_send_a_little(serve: Serve) -> None:
    with serve().connect() as stranger:
        stranger.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % LARGEST_OF_STRANGERS)
        stranger.sendall(b"x" * LARGEST_OF_STRANGERS)
        assert until_closed(stranger).endswith(b"\r\n\r\n%d" % LARGEST_OF_STRANGERS)


@pytest.mark.django_db(transaction=True)
def test_known_is_who_has_a_token_or_is_logged_in() -> None:
    secret = tokens.create("farm", "intake", by=By("test", "here"))
    person = User.objects.create_user("ana")
    client = Client()
    client.force_login(person)
    cookie = client.cookies.output(header="", sep=";").strip()
    assert is_known({"AUTHORIZATION": f"Bearer {secret}"})
    assert is_known({"COOKIE": cookie})
    assert not is_known({})
    assert not is_known({"AUTHORIZATION": "Bearer made-up"})
    assert not is_known({"AUTHORIZATION": "Basic YTpi"})
    assert not is_known({"COOKIE": "sessionid=made-up"})
    person.is_active = False
    person.save()
    assert not is_known({"COOKIE": cookie})
