"""Ways of saving that the tests of a file system have in common."""

from __future__ import annotations

import pytest

from qubecb.conffile import saving
from qubecb.conffile.exchange import NoExchange


def no_exchange(first: str, second: str, directory: int) -> None:
    """What a file system without renameat2 does."""
    raise NoExchange


@pytest.fixture(params=["exchange", "rename"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of replacing: with exchange, and where there is none."""
    if request.param == "rename":
        monkeypatch.setattr(saving, "exchange", no_exchange)
