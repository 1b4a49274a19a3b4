"""A site at which things go wrong: callbacks of known triggers, and a dispatcher that notes flags."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from dashboard.models import EventRecord, Run
from dashboard.store.acts.cancelling import cancel_run
from dashboard.store.configuration import pauses
from dashboard.store.dispatch.planning import OrmStore
from dashboard.store.past.asking import Question, why, why_each
from dashboard.store.past.records import event_called
from qubecb.dispatch.dispatcher import Dispatcher, DispatchSettings
from qubecb.jobs.ids import JobId
from qubecb.why.answer import Answer
from tests.dashboard.factories import JO
from tests.dashboard.store.site import Site, ended

CONFIG = """
own.py = failed-job-self
item.py = failed-work-self-7
both.py = complete-work-self-1 && complete-work-self-2
done.py = done-job-self
timed.py = dummy-time-self-5
again.py = dummy-repeat-self-5-3600
site.py = globaltime-9
parent.py = failed-job-parent
named.py = failed-job-7
off.pl = failed-job-self
twice.py = complete-job-self
twice.py = failed-job-self
broken.py = failed-job-
"""


class Farm:
    """Job 7 is submitted with CONFIG, unless told otherwise; then things happen."""

    def __init__(self, site: Site, data: Path, config: str = CONFIG) -> None:
        self.site = site
        self.qb_conf = data / "no-qb.conf"
        self.store = OrmStore()
        settings = DispatchSettings(qb_conf=self.store.qb_conf)
        self.dispatcher = Dispatcher(self.store, settings, time.time)
        self.enable("python", "perl", "qube")
        if config:
            site.write(config)
            self.happen("submit-job", pgrp=7)

    def enable(self, *languages: str) -> None:
        """Edit qb.conf."""
        self.qb_conf.write_text(f"supervisor_language_flags = {','.join(languages)}\n")

    def happen(self, spec: str, job: JobId = 7, **told: Any) -> str:
        """Accept an event and plan it, and what it brings about; give its id."""
        event = self.site.take_in(spec, job, **told)
        self.plan()
        return event

    def plan(self) -> None:
        """Plan everything."""
        while self.dispatcher.step() or self.dispatcher.tick():
            pass

    def why(self, event: str, file: str, job: int | None = None) -> Answer:
        """Ask about one event and one file."""
        recorded = event_called(event)
        assert recorded is not None
        return why(Question(recorded, job), file)

    def why_job(self, file: str, job: int = 7) -> Answer:
        """Ask about one job and one file."""
        return why(Question(job=job), file)

    def cancel(self, event: str, file: str) -> None:
        """Cancel the run of an event before it starts."""
        sequence = EventRecord.objects.get(event_id=event).sequence
        cancel_run(Run.objects.get(event=sequence, file=file).pk, JO)

    def run(self) -> None:
        """Run everything that is queued, well."""
        while orders := self.site.claim():
            self.site.record(*map(ended, orders))

    def pause(self, file: str) -> None:
        """Pause a callback."""
        pauses.pause(str(self.site.directory), file, "mail storm", None, JO)

    def why_each_of_job(self, job: int = 7) -> list[Answer]:
        """Ask about every mapping for a job."""
        return list(why_each(Question(job=job)).items)

    def why_each_of_event(self, event: str) -> list[Answer]:
        """Ask about every mapping for an event."""
        return list(why_each(Question(event_called(event))).items)
