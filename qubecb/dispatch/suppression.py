"""Why a callback that is triggered does not run: it is paused, or its language is disabled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from qubecb.conffile.names import language_of
from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.ports import MappingKey, Pause


class Suppression:
    """The pauses and the language flags of one moment."""

    def __init__(self, pauses: Sequence[Pause], qb_conf: QubConf, now: float) -> None:
        self._pauses = pauses
        self._qb_conf = qb_conf
        self._now = now
        self._reasons: dict[MappingKey, str] = {}

    def reason(self, key: MappingKey) -> str:
        """Give the sentence that says why this callback does not run now, or nothing."""
        if key not in self._reasons:
            self._reasons[key] = self._paused(key) or disabled(key.file, self._qb_conf)
        return self._reasons[key]

    def _paused(self, key: MappingKey) -> str:
        pause = next(
            (each for each in self._pauses if each.covers(key, self._now)), None
        )
        return pause_reason(pause) if pause else ""


def pause_reason(pause: Pause) -> str:
    """Give a pause as a sentence: what is paused, until when, and why."""
    if pause.file is not None:
        what = "the callback is paused"
    elif pause.directory is not None:
        what = "the callback directory is paused"
    else:
        what = "every callback is paused"
    if pause.until is not None:
        moment = datetime.fromtimestamp(pause.until, UTC)
        what += f" until {moment:%Y-%m-%d %H:%M:%S} UTC"
    return f"{what}: {pause.reason}" if pause.reason else what


def disabled(file: str, qb_conf: QubConf) -> str:
    """Give the sentence that says why the language of a file does not run, or nothing."""
    language = language_of(file)
    if language is None:
        return f"no language has the extension of {file}"
    if qb_conf.enabled(language):
        return ""
    return (
        f"{language} callbacks are disabled by supervisor_language_flags in qb.conf; "
        f"{qb_conf.how_to_enable(language)}"
    )
