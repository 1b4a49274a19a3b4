"""What the callbacks of a demonstration are said to have done."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path
from signal import SIGSEGV, SIGTERM

from dashboard.demo import stories
from dashboard.demo.stories import Story
from dashboard.models import Run
from dashboard.store.runs.store import LOST
from qubecb.conffile.names import language_of
from qubecb.events import Event
from qubecb.runner.outcome import Outcome, Output, RunState
from qubecb.runner.running.reasons import killed_by

#: How often a callback ends other than well.
_ENDS = (
    (RunState.SUCCEEDED, 0.972),
    (RunState.FAILED, 0.014),
    (RunState.TIMED_OUT, 0.006),
    (RunState.CRASHED, 0.004),
    (RunState.LOST, 0.002),
    (RunState.CANCELLED, 0.002),
)
#: Hours in which the mail server is down, of every so many, and how much fails then.
_AWAY, _OF, _SPOILT = 2, 17, 0.7
_REASONS = {
    RunState.TIMED_OUT: "stopped after 60 s",
    RunState.CRASHED: killed_by(SIGSEGV),
    RunState.LOST: LOST,
    RunState.CANCELLED: "cancelled by admin: the file server is away",
}
_EXITS = {RunState.CRASHED: -SIGSEGV, RunState.TIMED_OUT: -SIGTERM}


def outcome(run: Run, event: Event, chance: random.Random) -> Outcome:
    """Make up how a run of that event ended."""
    states, weights = zip(*_ENDS, strict=True)
    state: RunState = chance.choices(states, weights)[0]
    if _no_mail(run, event) and chance.random() < _SPOILT:
        state = RunState.FAILED
    seconds = 60.0 if state is RunState.TIMED_OUT else chance.lognormvariate(-4.2, 0.9)
    started = event.time + chance.uniform(0.003, 0.02)
    script = _script(run)
    story = _story(run, event, state, script, chance)
    text = "".join(f"{line}\n" for line in story.lines).encode()
    return Outcome(
        run_id=str(run.pk),
        state=state,
        reason=story.reason,
        exit=story.exit,
        started_at=started,
        ended_at=started + seconds,
        output=Output(head=text, total=len(text)),
        actions=story.actions,
        traceback=story.traceback,
        mode="fresh" if language_of(run.file) == "perl" else "fork",
        script=script,
        script_sha256=hashlib.sha256(script).hexdigest() if script else "",
    )


def _no_mail(run: Run, event: Event) -> bool:
    """Whether a run mails while the mail server is away."""
    return language_of(run.file) == "qube" and event.time // 3600 % _OF < _AWAY


def _script(run: Run) -> bytes:
    try:
        return Path(run.directory, run.file).read_bytes()
    except OSError:
        return b""


def _story(
    run: Run, event: Event, state: RunState, script: bytes, chance: random.Random
) -> Story:
    if state is RunState.SUCCEEDED:
        return stories.success(run, event, chance)
    if state is RunState.FAILED:
        return stories.failure(run, event, script, chance)
    lines = stories.broken_off(run, event)
    return Story(lines, _REASONS[state], _EXITS.get(state))
