"""Why a callback that is triggered does not run: it is paused, or its language is disabled.

Asked three times: when an event is planned (`qubecb.dispatch.planning`), when a run is replayed
(`dashboard.store.acts.replaying`), and, of pauses alone, when a worker claims a run, because the
pause may have come while the run waited (`dashboard.store.runs.claiming`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from qubecb.conffile.names import language_of
from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.ports.configuration import MappingKey, Pause


class Suppression:
    """The pauses and the language flags of one moment."""

    def __init__(self, pauses: Sequence[Pause], qb_conf: QubConf, now: float) -> None:
        self._pauses = pauses
        self._qb_conf = qb_conf
        self._now = now
        self._found: dict[MappingKey, tuple[str, Pause | None]] = {}

    def reason(self, key: MappingKey) -> str:
        """Give the sentence that says why this callback does not run now, or nothing."""
        return self._of(key)[0]

    def pause(self, key: MappingKey) -> Pause | None:
        """Give the pause that stops this callback, if one does."""
        return self._of(key)[1]

    def disabled(self, key: MappingKey) -> str:
        """Give the sentence that says why its language does not run now, or nothing."""
        return disabled(key.file, self._qb_conf)

    def _of(self, key: MappingKey) -> tuple[str, Pause | None]:
        if key not in self._found:
            pause = covering(self._pauses, key, self._now)
            why = pause_reason(pause) if pause else self.disabled(key)
            self._found[key] = why, pause
        return self._found[key]


def covering(pauses: Iterable[Pause], key: MappingKey, now: float) -> Pause | None:
    """Give the pause that stops a callback at a moment: of several the oldest."""
    return next((each for each in pauses if each.covers(key, now)), None)


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
        return f"the extension of {file} belongs to no language"
    if qb_conf.enabled(language):
        return ""
    return (
        f"{language} callbacks are disabled by supervisor_language_flags in qb.conf; "
        f"{qb_conf.how_to_enable(language)}"
    )
