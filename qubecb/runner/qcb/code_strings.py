"""The Qube language: code strings, one a line of a `.qcb` file.

Follows "The Qube callback language code strings". Ours, where it is silent: blank lines and
`#` comments are ignored, lines run in order, the first failure ends the run
(docs/qube-language.md).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from qubecb.errors import FarmError, QubecbError
from qubecb.events import PARTS, Event
from qubecb.jobs.record import JobRecord
from qubecb.runner.farm.port import Farm, JobQuery
from qubecb.runner.farm.recording import RecordingFarm
from qubecb.runner.order import Order
from qubecb.runner.outcome import Action
from qubecb.runner.qcb.mail import Mailer

JOB_VERBS = (
    *("unblock", "block", "fail", "kill", "migrate", "preempt"),
    *("interrupt", "suspend", "resume"),
)
WORK_VERBS = ("block", "kill", "unblock", "retry", "requeue", "complete", "fail")


@dataclass(frozen=True, slots=True)
class CodeString:
    """One code string: what it acts on, and with which verb or mail."""

    text: str
    #: job, work, subjob or mail.
    on: str
    #: The verb of the farm; for a mail its kind, or empty: as the event.
    verb: str
    meaning: str
    #: For an instance: one and no more. For a mail: to the administrator.
    special: bool = False


_SINGLE = CodeString(
    "unblock-subjob-self-single",
    "subjob",
    "unblock",
    "unblock the event's job instance, never more than one",
    special=True,
)
_MAILS = (
    CodeString("mail-status", "mail", "", "mail the owner about the event"),
    CodeString(
        "mail-subjob-status", "mail", "subjob", "mail the owner about the instance"
    ),
    CodeString(
        "mail-license-status",
        "mail",
        "license",
        "mail the administrator about licenses",
        special=True,
    ),
    CodeString(
        "mail-report-status",
        "mail",
        "job",
        "mail the administrator about the job",
        special=True,
    ),
)


def _verbs() -> Iterator[CodeString]:
    """What can be done to the job, to the event's item, and to the event's instance."""
    for verb in JOB_VERBS:
        yield CodeString(f"{verb}-self", "job", verb, f"{verb} this job")
    for verb in WORK_VERBS:
        meaning = f"{verb} the event's agenda item"
        yield CodeString(f"{verb}-work-self", "work", f"{verb}work", meaning)
    for verb in JOB_VERBS:
        meaning = f"{verb} the event's job instance"
        yield CodeString(f"{verb}-subjob-self", "subjob", verb, meaning)


#: Every code string of the language.
CODE_STRINGS: Mapping[str, CodeString] = {
    one.text: one for one in (*_verbs(), _SINGLE, *_MAILS)
}


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line of a `.qcb` file that does something."""

    number: int
    code: CodeString


@dataclass(frozen=True, slots=True)
class CodeProblem:
    """A line of a `.qcb` file that is not a code string."""

    number: int
    text: str
    message: str


@dataclass(frozen=True, slots=True)
class CodeResult:
    """What came of a `.qcb` file."""

    ok: bool
    #: One line for each code string, as a script would print it.
    output: str
    #: Empty, or the sentence that says what failed and where.
    reason: str = ""
    actions: tuple[Action, ...] = ()


def parse_code(text: str) -> tuple[list[CodeLine], list[CodeProblem]]:
    """Read a `.qcb` file: what its lines do, and what is wrong with the others."""
    lines, problems = [], []
    for number, raw in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        written = raw.split("#", 1)[0].strip()
        if not written:
            continue
        code = CODE_STRINGS.get(written)
        if code is None:
            problems.append(CodeProblem(number, written, _unknown(written)))
        else:
            lines.append(CodeLine(number, code))
    return lines, problems


def run_code_strings(
    text: str,
    order: Order,
    farm: Farm,
    mailer: Mailer,
    mailed: Callable[[Action], None] = lambda _: None,
) -> CodeResult:
    """Run a `.qcb` file for one order. `mailed` is told of each mail when it was sent.

    Nothing is run when one of its lines is not a code string. In a simulation a mail is
    written and not sent. Never raises: what fails is the result's reason.
    """
    lines, problems = parse_code(text)
    if problems:
        first = problems[0]
        return CodeResult(False, "", f"{order.file}:{first.number}: {first.message}")
    run = _Run(order, RecordingFarm(farm), mailer, mailed)
    for line in lines:
        try:
            run.do(line.code)
        except QubecbError as error:
            reason = f"{order.file}:{line.number}: {line.code.text}: {error}"
            return run.result(reason)
    return run.result("")


@dataclass(slots=True)
class _Run:
    """One run of a `.qcb` file on its way."""

    order: Order
    farm: RecordingFarm
    mailer: Mailer
    mailed: Callable[[Action], None]
    said: list[str] = field(default_factory=list)

    def result(self, reason: str) -> CodeResult:
        output = "".join(f"{line}\n" for line in self.said)
        return CodeResult(not reason, output, reason, tuple(self.farm.actions))

    def do(self, code: CodeString) -> None:
        if code.on == "mail":
            self._mail(code)
            return
        if self.order.job.id == 0:
            raise FarmError("a callback of the whole site has no job to act on")
        if code.on == "job":
            self._act(code, code.verb, [str(self.order.job.id)])
        elif code.on == "work":
            self._work(code)
        else:
            self._act(code, code.verb, self._instances(code))

    def _act(self, code: CodeString, verb: str, targets: list[str]) -> None:
        applied = self.farm.act(verb, targets, {}) if targets else ()
        done = " ".join(map(str, applied)) or "nothing was in a state that allows it"
        self.said.append(f"{code.text}: {done}")

    def _work(self, code: CodeString) -> None:
        """Act on this job's item of the event's name, also when the event is another's.

        Unblocking an item unblocks a blocked job too, or the item would still wait.
        """
        job, event = self.order.job.id, self.order.event
        if event.type != "work":
            raise FarmError(f"the event {event.spec} is not about an agenda item")
        _must_know(event)
        self._act(code, code.verb, [f"{job}:{event.extra}"])
        if code.verb == "unblockwork" and self._info().get("status") == "blocked":
            self._act(code, "unblock", [str(job)])

    def _instances(self, code: CodeString) -> list[str]:
        """Which instances of this job are meant.

        The one of the event's number; for an event about an item, the one that has the
        item; for an event about the job, all of them.
        """
        event, info = self.order.event, self._info()
        if event.type in ("subjob", "work"):
            _must_know(event)
        if event.type == "subjob":
            numbers = [event.extra]
        elif event.type == "work":
            numbers = [
                str(item["subid"])
                for item in info["agenda"]
                if item["name"] == event.extra and item["subid"] not in (-1, None)
            ]
        else:
            numbers = [str(instance["id"]) for instance in info["subjobs"]]
        if code.special and len(numbers) != 1:
            raise FarmError(f"the event {event.spec} is not about one instance")
        return [f"{self.order.job.id}.{number}" for number in numbers]

    def _info(self) -> Mapping[str, Any]:
        """This job as the farm knows it, or as the event told when it is gone."""
        found = self.farm.jobinfo(JobQuery(id=(self.order.job.id,)))
        return found[0] if found else JobRecord.of(self.order.job).info()

    def _mail(self, code: CodeString) -> None:
        kind = code.verb or _kind_of(self.order.event.type)
        whole_site = self.order.job.id == 0
        info = JobRecord.of(self.order.job).info() if whole_site else self._info()
        mail = self.mailer.compose(
            kind, self.order, info, office=code.special or whole_site
        )
        self.said += [f"{code.text}: left out: {fault}" for fault in mail.faults]
        self.said += [f"{code.text}: {mail.remark}"] if mail.remark else []
        if not self.order.simulate:
            self.mailer.send(mail)
        sent = "would have been sent" if self.order.simulate else "sent"
        self.said.append(
            f"{code.text}: {sent} to {', '.join(mail.recipients)}: {mail.subject}"
        )
        applied = () if self.order.simulate else mail.recipients
        action = Action(code.text, mail.recipients, applied)
        self.farm.note(action)
        self.mailed(action)


def _must_know(event: Event) -> None:
    if event.unknown:
        raise FarmError(
            f"the event {event.spec} does not say which {PARTS[event.type]} it is about"
        )


def _kind_of(event_type: str) -> str:
    return event_type if event_type in ("subjob", "work") else "job"


def _unknown(written: str) -> str:
    near = difflib.get_close_matches(written, CODE_STRINGS, 1)
    shown = written if len(written) <= 60 else written[:60] + "…"
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"{shown!r} is not a code string{hint}"
