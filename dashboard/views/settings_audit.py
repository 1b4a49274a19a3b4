"""Settings: what people and programs did. Administrators only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard.access import requires
from dashboard.forms.fields import PagingForm
from dashboard.forms.settings import AuditFilterForm
from dashboard.htmx import page
from dashboard.looks.addresses import page_urls
from dashboard.looks.words import ACTS
from dashboard.models import AuditEntry
from dashboard.queries import settings as queries
from dashboard.queries.configuration import numbers_of
from dashboard.queries.paging import read_page


@require_safe
@requires("administrator")
def audit(request: HttpRequest) -> HttpResponse:
    """The audit log, newest first, filtered by the address."""
    form = AuditFilterForm(request.GET)
    keys = PagingForm(request.GET).keys()
    found = read_page(queries.audit(form.wanted()), keys["before"], keys["after"])
    context = {
        "form": form,
        "acts": [(act, ACTS.get(act, act)) for act in queries.acts()],
        "entries": found.rows,
        "numbers": numbers_of(_revisions(found.rows)),
        "filtered": bool(set(request.GET) - {"before", "after"}),
        **page_urls(request, found.newer, found.older),
    }
    return page(request, "settings/audit.html", "settings/_entries.html", context)


def _revisions(entries: Iterable[AuditEntry]) -> Iterator[int]:
    """The revisions that entries name."""
    for entry in entries:
        for name in ("revision", "to"):
            value = entry.details.get(name)
            if isinstance(value, int):
                yield value
