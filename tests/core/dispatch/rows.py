"""The table of what matches and what does not: a trigger, an event, a job, a verdict.

Every row is about the jobs of CAST, all submitted before the event. Job 100 is the one whose
callbacks are asked about, unless the row names another.
"""

from __future__ import annotations

from dataclasses import dataclass

from qubecb.jobs import Job
from qubecb.jobs.ids import JobId

UUID = "550e8400-e29b-41d4-a716-446655440000"
CAST: dict[JobId, Job] = {
    job.id: job
    for job in (
        Job(50, pid=0, pgrp=50, label="boss"),
        Job(51, pid=1, pgrp=51, label="init"),
        Job(100, pid=50, pgrp=90, label="me"),
        Job(101, pid=50, pgrp=90, label="hello"),
        Job(102, pid=0, pgrp=90, label="sibling"),
        Job(103, pid=0, pgrp=90, label="render"),
        Job(104, pid=100, pgrp=90, label="composite"),
        Job(105, pid=1, pgrp=90, label="ribgen"),
        Job(106, pid=0, pgrp=90, label="long-label"),
        Job(107, pid=0, pgrp=90, label="render-5"),
        Job(108, pid=0, pgrp=90, label="Render"),
        Job(200, pid=100, pgrp=200, label="hello"),
        Job(201, pid=200, pgrp=200, label="render"),
        Job(1234, pid=0, pgrp=1234, label="far"),
        Job(19294, pid=0, pgrp=19294, label="farther"),
        Job("shot", pid="mother", pgrp="shot", label="a"),
        Job("shot-7", pid="shot", pgrp="shot", label="b"),
        Job("render", pgrp="render", label="c"),
        Job(UUID, pgrp=UUID, label="d"),
    )
}


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    trigger: str
    event: str
    #: The job that the event is about.
    about: JobId
    fires: bool
    #: The job whose callbacks are asked about.
    attached: JobId = 100
    #: Names of events of the same job, type and extra that came just before.
    before: tuple[str, ...] = ()

    def __str__(self) -> str:
        verb = "fires" if self.fires else "does not fire"
        past = f" after {'+'.join(self.before)}" if self.before else ""
        return (
            f"{self.trigger} {verb} for {self.attached} "
            f"at {self.event} of {self.about}{past}"
        )


YES, NO = True, False

#: Ids that are text, and labels that are the same.
TEXTS = [
    Row("done-job-self", "complete-job", "shot", YES, attached="shot"),
    Row("done-job-self", "complete-job", "shot", NO, attached="shot-7"),
    Row("done-job-parent", "complete-job", "shot", YES, attached="shot-7"),
    Row("done-job-parent", "complete-job", "render", NO, attached="shot-7"),
    Row("done-job-a", "complete-job", "shot", YES, attached="shot-7"),
    Row("done-job-shot", "complete-job", "shot", YES),
    Row("done-job-shot", "complete-job", "shot", YES, attached="shot-7"),
    Row("done-job-shot", "complete-job", "shot-7", NO),
    Row("done-job-Shot", "complete-job", "shot", NO),
    Row("done-job-shot-7", "complete-job", "shot-7", YES),
    Row("done-subjob-shot-7-2", "complete-subjob-2", "shot-7", YES),
    Row("done-work-shot-7", "complete-work-7", "shot", YES),
    Row("done-work-shot-7", "complete-job", "shot-7", NO),
    Row(f"done-job-{UUID}", "complete-job", UUID, YES),
    Row("done-job-render", "complete-job", "render", NO),
    Row("done-job-render", "complete-job", "render", NO, attached=201),
    Row("done-job-render", "complete-job", "render", YES, attached=1234),
    Row("done-job-render", "complete-job", "render", YES, attached="render"),
    Row("done-job-render", "complete-job", 103, YES),
    Row("done-job-render", "complete-job", 103, NO, attached=1234),
]

#: Each example of the reference, with events that match it and events that nearly do.
EXAMPLES = [
    Row("complete-job-self", "complete-job", 100, YES),
    Row("complete-job-self", "complete-job", 50, NO),
    Row("complete-job-self", "complete-job", 101, NO),
    Row("complete-job-self", "complete-job", 200, NO),
    Row("complete-job-self", "done-job", 100, NO),
    Row("complete-job-self", "failed-job", 100, NO),
    Row("complete-job-self", "complete-work-1", 100, NO),
    Row("complete-job-self", "complete-subjob-0", 100, NO),
    Row("complete-job-self", "complete-host-node1", 100, NO),
    Row("running-job-19294", "running-job", 19294, YES),
    Row("running-job-19294", "running-job", 19294, YES, attached=200),
    Row("running-job-19294", "running-job", 19294, YES, attached=19294),
    Row("running-job-19294", "running-job", 1234, NO),
    Row("running-job-19294", "running-job", 100, NO),
    Row("running-job-19294", "complete-job", 19294, NO),
    Row("complete-subjob-self-2", "complete-subjob-2", 100, YES),
    Row("complete-subjob-self-2", "complete-subjob-02", 100, YES),
    Row("complete-subjob-self-2", "complete-subjob-1", 100, NO),
    Row("complete-subjob-self-2", "complete-subjob-20", 100, NO),
    Row("complete-subjob-self-2", "complete-work-2", 100, NO),
    Row("complete-subjob-self-2", "complete-subjob-2", 101, NO),
    Row("complete-subjob-self-2", "failed-subjob-2", 100, NO),
    Row("done-job-hello", "done-job", 101, YES),
    Row("done-job-hello", "complete-job", 101, YES),
    Row("done-job-hello", "failed-job", 101, YES),
    Row("done-job-hello", "killed-job", 101, YES),
    Row("done-job-hello", "blocked-job", 101, NO),
    Row("done-job-hello", "done-job", 200, NO),
    Row("done-job-hello", "done-job", 100, NO),
    Row("done-job-hello", "done-job", 102, NO),
    Row("done-job-hello", "done-job", 101, YES, attached=101),
    Row("done-job-hello", "done-job", 200, YES, attached=201),
    Row("done-job-hello", "done-job", 101, NO, attached=200),
    Row("failed-work-self-*", "failed-work-7", 100, YES),
    Row("failed-work-self-*", "failed-work-Segment:1-100", 100, YES),
    Row("failed-work-self-*", "failed-work--5", 100, YES),
    Row("failed-work-self-*", "failed-work-*", 100, YES),
    Row("failed-work-self-*", "failed-job", 100, NO),
    Row("failed-work-self-*", "failed-subjob-0", 100, NO),
    Row("failed-work-self-*", "complete-work-7", 100, NO),
    Row("failed-work-self-*", "failed-work-7", 104, NO),
    Row(r"failed-work-self-\*", "failed-work-7", 100, YES),
    Row(r"failed-work-self-\*", "failed-work-7", 50, NO),
    Row("removed-job-self", "removed-job", 100, YES),
    Row("removed-job-self", "removed-job", 101, NO),
    Row("removed-job-self", "killed-job", 100, NO),
    Row("unblock-job-1234", "unblock-job", 1234, YES),
    Row("unblock-job-1234", "unblock-job", 1234, YES, attached=1234),
    Row("unblock-job-1234", "unblock-job", 100, NO),
    Row("unblock-job-1234", "blocked-job", 1234, NO),
    Row("dummy-time-self-79290600", "dummy-time-79290600", 100, YES),
    Row("dummy-time-self-79290600", "dummy-time-79290601", 100, NO),
    Row("dummy-time-self-79290600", "dummy-time-79290600", 101, NO),
    Row("dummy-time-self-79290600", "dummy-work-79290600", 100, NO),
    Row("complete-work-render-5", "complete-work-5", 103, YES),
    Row("complete-work-render-5", "complete-work-5", 103, YES, attached=102),
    Row("complete-work-render-5", "complete-work-6", 103, NO),
    Row("complete-work-render-5", "complete-work-5", 100, NO),
    Row("complete-work-render-5", "complete-work-5", 201, NO),
    Row("complete-work-render-5", "complete-work-5", 107, NO),
    Row("complete-work-render-5", "complete-work-5", 108, NO),
    Row("complete-work-render-5", "complete-job", 103, NO),
    Row("done-subjob-self-5", "done-subjob-5", 100, YES),
    Row("done-subjob-self-5", "failed-subjob-5", 100, YES),
    Row("done-subjob-self-5", "failed-subjob-6", 100, NO),
    Row("done-subjob-self-5", "running-subjob-5", 100, NO),
    Row("timeout-work-self-*", "timeout-work-12", 100, YES),
    Row("timeout-work-self-*", "timeout-subjob-1", 100, NO),
    Row("timeout-work-self-*", "failed-work-12", 100, NO),
    Row("complete-job-self && complete-job-parent", "complete-job", 100, NO),
    Row("complete-job-self && complete-job-parent", "complete-job", 50, NO),
    Row("running-job-sibling && done-job-self", "running-job", 102, NO),
    Row("running-job-sibling && done-job-self", "killed-job", 100, NO),
    Row(
        "(complete-work-ribgen-3 && complete-work-render-3) || "
        "complete-work-composite-3",
        "complete-work-3",
        104,
        YES,
    ),
    Row(
        "(complete-work-ribgen-3 && complete-work-render-3) || "
        "complete-work-composite-3",
        "complete-work-3",
        103,
        NO,
    ),
    Row(
        "(complete-work-ribgen-3 && complete-work-render-3) || "
        "complete-work-composite-3",
        "complete-work-3",
        105,
        NO,
    ),
]

#: The contexts: self, parent, a label of the process group, a job id.
CONTEXTS = [
    Row("failed-job-parent", "failed-job", 50, YES),
    Row("failed-job-parent", "failed-job", 50, YES, attached=101),
    Row("failed-job-parent", "failed-job", 50, NO, attached=50),
    Row("failed-job-parent", "failed-job", 50, NO, attached=200),
    Row("failed-job-parent", "failed-job", 100, NO),
    Row("failed-job-parent", "failed-job", 100, YES, attached=104),
    Row("failed-job-parent", "failed-job", 100, YES, attached=200),
    Row("failed-job-parent", "failed-job", 100, NO, attached=201),
    Row("failed-job-parent", "failed-job", 51, NO, attached=51),
    Row("failed-job-parent", "failed-job", 105, NO, attached=105),
    Row("failed-job-parent", "complete-job", 50, NO),
    Row("failed-work-parent-*", "failed-work-1", 50, YES),
    Row("failed-work-parent-1", "failed-work-1-10", 50, NO),
    Row("done-subjob-parent-3", "killed-subjob-3", 50, YES),
    Row("complete-job-me", "complete-job", 100, YES),
    Row("complete-job-me", "complete-job", 100, YES, attached=105),
    Row("complete-job-me", "complete-job", 100, NO, attached=200),
    Row("complete-job-render-5", "complete-job", 107, YES),
    Row("complete-job-render-5", "complete-job", 103, NO),
    Row("complete-job-long-label", "complete-job", 106, YES),
    Row("complete-subjob-long-label-3", "complete-subjob-3", 106, YES),
    Row("complete-subjob-long-label-3", "complete-subjob-4", 106, NO),
    Row("complete-subjob-render-5-0", "complete-subjob-0", 107, YES),
    Row("complete-work-long-label-3", "complete-work-3", 106, NO),
    Row("complete-job-RENDER", "complete-job", 103, NO),
    Row("complete-job-Render", "complete-job", 108, YES),
    Row("complete-job-Render", "complete-job", 103, NO),
    Row("complete-job-nobody", "complete-job", 103, NO),
    Row("complete-work-1234-7", "complete-work-7", 1234, YES),
    Row("complete-work-1234-7", "complete-work-8", 1234, NO),
    Row("complete-job-0100", "complete-job", 100, YES),
    Row("complete-job-100", "complete-job", 100, YES, attached=201),
    Row("failed-job-self-*", "failed-job", 100, YES),
    Row("failed-job-self-*", "failed-work-1", 100, NO),
]

#: Extras, names and operators.
PARTS = [
    Row("done-work-self--5", "done-work--5", 100, YES),
    Row("done-work-self--5", "done-work-5", 100, NO),
    Row("done-work-self-1-10", "done-work-1-10", 100, YES),
    Row("done-work-self-1-10", "done-work-1", 100, NO),
    Row("done-work-self-1-10", "done-work-5", 100, NO),
    Row("done-work-self-05", "done-work-5", 100, NO),
    Row("done-work-self-a.b:c", "done-work-a.b:c", 100, YES),
    Row("done-work-self-node*", "done-work-node1", 100, NO),
    Row("done-subjob-self-*", "done-subjob-3", 100, YES),
    Row("done-subjob-self-*", "done-job", 100, NO),
    Row("assigned-host-self-node-7", "assigned-host-node-7", 100, YES),
    Row("assigned-host-self-node-7", "assigned-host-node", 100, NO),
    Row("assigned-host-self-*", "assigned-host-node-7", 100, YES),
    Row("assigned-host-self-*", "assigned-work-node-7", 100, NO),
    Row("assigned-host-parent-*", "assigned-host-node-7", 50, YES),
    Row("assigned-host-render-*", "assigned-host-node-7", 103, YES),
    Row("assigned-host-render-*", "assigned-host-node-7", 100, NO),
    Row("publish-job-self", "publish-job", 100, YES),
    Row("publish-job-self", "Publish-job", 100, NO),
    Row("Complete-job-self", "complete-job", 100, NO),
    Row("submit-job-self", "submit-job", 100, YES),
    Row("submit-job-self", "submit-job", 101, NO),
    Row("submit-job-parent", "submit-job", 50, YES),
    Row("modified-job-self", "modified-job", 100, YES),
    Row("waiting-job-self", "waiting-job", 100, YES),
    Row("blocked-work-self-7", "blocked-work-7", 100, YES),
    Row("failed-job-self || killed-job-self", "killed-job", 100, YES),
    Row("failed-job-self || killed-job-self", "failed-job", 100, YES),
    Row("failed-job-self || killed-job-self", "complete-job", 100, NO),
    Row("failed-job-self or killed-job-self", "killed-job", 100, YES),
    Row("failed-job-self AND killed-job-self", "killed-job", 100, NO),
    Row("failed-job-self && done-job-self", "failed-job", 100, YES),
    Row("complete-job-me && done-job-self", "complete-job", 100, YES),
    Row("failed-job-self || x-job-self && y-job-self", "failed-job", 100, YES),
    Row("failed-job-self || x-job-self && y-job-self", "y-job", 100, NO),
    Row("(failed-job-self || x-job-self) && y-job-self", "failed-job", 100, NO),
    Row("dummy-repeat-self-100-60", "dummy-repeat-100-60", 100, YES),
    Row("dummy-repeat-self-100-60", "dummy-repeat-100-61", 100, NO),
    Row("dummy-repeat-self-100-60", "dummy-repeat-100-60", 102, NO),
]

#: `done`: once per transition, however the source reports it.
DONE = [
    Row("done-job-self", "done-job", 100, NO, before=("complete",)),
    Row("done-job-self", "done-job", 100, NO, before=("failed",)),
    Row("done-job-self", "done-job", 100, NO, before=("killed",)),
    Row("done-job-self", "done-job", 100, YES, before=("running",)),
    Row("done-job-self", "done-job", 100, YES, before=("complete", "running")),
    Row("done-job-self", "done-job", 100, YES, before=("complete", "modified")),
    Row("done-job-self", "done-job", 100, YES, before=("done",)),
    Row("done-job-self", "complete-job", 100, NO, before=("done",)),
    Row("complete-job-self", "complete-job", 100, YES, before=("done",)),
    Row("done-job-self", "complete-job", 100, YES, before=("complete",)),
    Row("done-job-self", "failed-job", 100, YES, before=("complete",)),
    Row("done-job-self", "complete-job", 100, YES, before=("done", "running")),
    Row(
        "complete-job-self || done-job-self", "done-job", 100, NO, before=("complete",)
    ),
    Row("complete-job-self || done-job-self", "complete-job", 100, YES),
    Row(
        "complete-job-self || done-job-self", "complete-job", 100, YES, before=("done",)
    ),
    Row("done-work-self-*", "done-work-7", 100, NO, before=("failed",)),
    Row("done-work-self-*", "failed-work-7", 100, YES, before=("running",)),
    Row("done-job-parent", "done-job", 50, NO, before=("killed",)),
    Row("done-job-parent", "killed-job", 50, YES, before=("running",)),
    Row("done-job-hello", "done-job", 101, NO, before=("complete",)),
    Row("done-job-1234", "done-job", 1234, NO, before=("complete",)),
    Row("done-job-self", "done-job", 100, YES, before=("complete", "submit")),
]

#: Events that do not say which item, instance or host they are about.
UNKNOWN = [
    Row("failed-work-self-*", "failed-work", 100, YES),
    Row("failed-work-self-7", "failed-work", 100, NO),
    Row("failed-work-parent-*", "failed-work", 50, YES),
    Row("failed-work-render-*", "failed-work", 103, YES),
    Row("failed-work-render-5", "failed-work", 103, NO),
    Row("failed-subjob-self-*", "failed-subjob", 100, YES),
    Row("failed-subjob-self-0", "failed-subjob", 100, NO),
    Row("assigned-host-self-*", "assigned-host", 100, YES),
    Row("assigned-host-self-node-7", "assigned-host", 100, NO),
    Row("failed-job-self", "failed-work", 100, NO),
    Row("done-work-self-*", "failed-work", 100, YES),
    Row("done-work-self-*", "done-work", 100, YES, before=("failed",)),
    Row("done-work-self-*", "failed-work", 100, YES, before=("done",)),
    Row("done-subjob-self-*", "done-subjob", 100, YES, before=("killed",)),
    Row("done-host-self-*", "done-host", 100, YES, before=("complete",)),
]

ROWS = [*TEXTS, *EXAMPLES, *CONTEXTS, *PARTS, *DONE, *UNKNOWN]
