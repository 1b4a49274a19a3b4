"""What `manage.py check` tells besides Django's own checks."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks


@checks.register
def ignored_variables(**_: Any) -> list[checks.CheckMessage]:
    """Warn of variables of the environment that look like a setting and are none."""
    return [
        checks.Warning(each, id="qubecb.W001")
        for each in settings.ENVIRONMENT.ignored()
    ]
