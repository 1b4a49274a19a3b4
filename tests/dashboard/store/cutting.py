"""A way to PostgreSQL that breaks at the worst moment."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection

SOCKET = ".s.PGSQL.5432"


@contextlib.contextmanager
def answer_lost() -> Iterator[None]:
    """Lose the answer to the first COMMIT of this thread's connection: what it stored, is stored."""
    connection.close()
    options = connection.settings_dict["OPTIONS"]
    there = options["host"]
    with (
        TemporaryDirectory(prefix="qubecb-cut-") as folder,
        socket.socket(socket.AF_UNIX) as listening,
    ):
        listening.bind(str(Path(folder) / SOCKET))
        listening.listen()
        way = threading.Thread(target=_lead, args=(listening, Path(there) / SOCKET))
        way.start()
        options["host"] = folder
        try:
            yield
        finally:
            options["host"] = there
            connection.close()
            way.join(240)
    assert not way.is_alive()


def _lead(listening: socket.socket, there: Path) -> None:
    """Pass on what one client and the server say, up to the COMMIT and not its answer."""
    client, _ = listening.accept()
    listening.close()  # Django connects again when a commit fails
    with client, socket.socket(socket.AF_UNIX) as server:
        server.connect(str(there))
        while True:
            for said in select.select([client, server], [], [])[0]:
                data = said.recv(65536)
                if not data:
                    return
                (server if said is client else client).sendall(data)
                if said is client and b"COMMIT" in data:
                    server.recv(65536)
                    return
