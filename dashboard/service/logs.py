"""Log files under the data directory, rotated, one a process."""

from __future__ import annotations

import logging
import logging.handlers
import sys
import threading
from types import TracebackType

from django.conf import settings

from dashboard.project.logs import Lines
from dashboard.project.thinning import Thinned

LARGEST = 10 * 1024 * 1024
KEPT = 5
_FORM = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"


def begin(name: str, *, first: bool = False) -> None:
    """Write what this process logs to `log/NAME.log`; only warnings go to the terminal too.

    The first process of a service, whose children the others are, warns of variables that are ignored.
    """
    folder = settings.DATA / "log"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = logging.handlers.RotatingFileHandler(
        folder / f"{name}.log", maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8"
    )
    file.setFormatter(Lines(_FORM))
    file.addFilter(Thinned())
    root = logging.getLogger()
    for handler in root.handlers:
        handler.setLevel(logging.WARNING)
    root.addHandler(file)
    sys.excepthook = _log_end
    threading.excepthook = _log_thread_end
    if first:
        for sentence in settings.ENVIRONMENT.ignored():
            logging.getLogger(__name__).warning(sentence)


def _log_end(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    logging.getLogger(__name__).critical("ended by", exc_info=(kind, error, trace))


def _log_thread_end(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None:
        _log_end(ended.exc_type, ended.exc_value, ended.exc_traceback)
