"""A configuration and the first look at what is in force, at the same moment."""

from __future__ import annotations

import pytest
from django.db import connection

from dashboard.models import InForceRecord
from dashboard.store.configuration import bindings
from dashboard.store.configuration.editing import observe_all
from tests.conftest import ON_DISK
from tests.dashboard.store.at_once import at_once
from tests.dashboard.store.site import Site


@pytest.mark.skipif(
    connection.vendor == "sqlite" and not ON_DISK,
    reason="a database in memory cannot be read while somebody writes",
)
def test_nothing_in_force_yet_never_replaces_what_comes_in_force(site: Site) -> None:
    for _ in range(10):
        InForceRecord.objects.all().delete()
        (site.directory / "callbacks.conf").write_text("a.py = done-job-self\n")
        at_once(bindings.in_force, bindings.in_force, observe_all)
        newest = bindings.binding(bindings.in_force().binding)
        assert [each.file for each in newest.directories[0].mappings] == ["a.py"]
