"""Who may send a large body: holders of a token and people who are logged in."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.db import DatabaseError, close_old_connections
from django.http import HttpRequest, parse_cookie

from dashboard.api.callers import by_header
from dashboard.api.problems import Refused

logger = logging.getLogger(__name__)


def is_known(head: Mapping[str, str]) -> bool:
    """Tell by the head of a request, its fields named as WSGI has them, without HTTP_.

    While the database does not work everybody counts as known; the application then
    reports it.
    """
    request = HttpRequest()
    request.META["HTTP_AUTHORIZATION"] = head.get("AUTHORIZATION", "")
    close_old_connections()
    try:
        return by_header(request) is not None or _is_logged_in(request, head)
    except Refused:
        return False
    except DatabaseError as error:
        logger.warning("the sender of a large body cannot be looked up: %s", error)
        return True
    finally:
        close_old_connections()


def _is_logged_in(request: HttpRequest, head: Mapping[str, str]) -> bool:
    key = parse_cookie(head.get("COOKIE", "")).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return False
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return bool(get_user(request).is_authenticated)
