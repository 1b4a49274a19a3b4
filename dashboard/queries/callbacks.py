"""Callbacks as their pages show them: what is mapped, what it means, how it does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.db import connection
from django.db.models import Count

from dashboard.models import PauseRecord, RollUp, Run
from dashboard.models.runs import LARGE
from dashboard.queries.open_runs import OpenCount, open_runs
from dashboard.queries.tallies import History, Key, hours
from qubecb.conffile.catalog import Directory, DirectoryMapping
from qubecb.conffile.document import shown
from qubecb.conffile.meaning import EffectiveMapping
from qubecb.conffile.names import language_of, name_fault
from qubecb.lint import Finding
from qubecb.runner.outcome import RunState

_SEVERITIES = ("error", "warning", "info")
#: Databases take so many values in one statement, at least.
_VALUES = 400


@dataclass(slots=True)
class CallbackRow:
    """One callback of a directory: a mapping, or a script that no mapping names."""

    directory: str
    file: str
    mapping: DirectoryMapping | None = None
    findings: list[Finding] = field(default_factory=list)
    #: What still counts although the line is broken now.
    kept: EffectiveMapping | None = None
    pause: PauseRecord | None = None
    history: History = field(default_factory=lambda: History(()))
    last: Run | None = None
    queued: int = 0
    open: OpenCount = field(default_factory=OpenCount)

    @property
    def language(self) -> str | None:
        """python, perl or qube, by the extension."""
        return language_of(self.file)

    @property
    def named(self) -> bool:
        """Whether the file may be named so, and therefore has a page."""
        return name_fault(self.file) is None

    @property
    def name(self) -> str:
        """The file's name, fit for a page."""
        return shown(self.file)

    @property
    def trigger(self) -> str:
        """The trigger as written, fit for a page."""
        return shown(self.mapping.trigger_text) if self.mapping else ""

    @property
    def missing(self) -> bool:
        """Whether a mapping names it and it does not exist."""
        return self.mapping is not None and self.named and not self.mapping.exists

    @property
    def worst(self) -> str:
        """The severity of its worst finding, or nothing."""
        return next((severity for severity, _ in self.finding_counts), "")

    @property
    def finding_counts(self) -> list[tuple[str, int]]:
        """How many findings of each severity, the worst first."""
        severities = [finding.severity for finding in self.findings]
        return [
            (each, severities.count(each)) for each in _SEVERITIES if each in severities
        ]

    @property
    def queued_words(self) -> str:
        """`3 queued`."""
        return f"{self.queued:,} queued"

    @property
    def open_words(self) -> str:
        """`3 open`."""
        return f"{self.open.total:,} open"

    @property
    def needs_a_look(self) -> bool:
        """Whether it has an open run, a pause, an error or a warning."""
        bad = self.open.total > 0 or self.worst in ("error", "warning")
        return bad or self.pause is not None


def rows_of(
    directory: Directory,
    findings: Sequence[Finding],
    pauses: Sequence[PauseRecord],
    meaning: Sequence[EffectiveMapping] = (),
) -> list[CallbackRow]:
    """Give the mappings of a directory in the order of the file, then unmapped scripts.

    Takes what the checker found, the pauses in force, and what the dispatcher uses now.
    Runs are not read yet: see `with_open`, `with_histories` and `with_last_runs`.
    """
    path = str(directory.path)
    rows = mapped_rows(directory, findings, pauses, meaning)
    unmapped = [CallbackRow(path, file) for file in directory.unmapped]
    _tell(unmapped, directory, findings, pauses)
    return rows + unmapped


def mapped_rows(
    directory: Directory,
    findings: Sequence[Finding],
    pauses: Sequence[PauseRecord],
    meaning: Sequence[EffectiveMapping] = (),
    most: int | None = None,
) -> list[CallbackRow]:
    """The same of the mappings alone, or of so many of them."""
    path = str(directory.path)
    kept = {mapping.file: mapping for mapping in meaning if mapping.kept}
    rows = [
        CallbackRow(path, mapping.file, mapping, kept=kept.get(mapping.file))
        for mapping in directory.mappings[:most]
    ]
    _tell(rows, directory, findings, pauses)
    return rows


def _tell(
    rows: Sequence[CallbackRow],
    directory: Directory,
    findings: Sequence[Finding],
    pauses: Sequence[PauseRecord],
) -> None:
    """Give rows their findings and pauses."""
    path = str(directory.path)
    about = _by_place(findings)
    config, stopped = str(directory.config_path), _stopped(pauses)
    for row in rows:
        row.findings = _findings_of(row, about, config)
        row.pause = _pause_of(stopped, path, row.file)


def with_open(directory: str, rows: Sequence[CallbackRow]) -> None:
    """Read the open runs of the rows."""
    found = open_runs()
    for row in rows:
        row.open = found.of(directory, row.file)


def with_histories(directory: str, rows: Sequence[CallbackRow]) -> None:
    """Read what the rows show of the last 24 hours."""
    files = [row.file for row in rows if row.named]
    histories: dict[Key, History] = {}
    for at in range(0, len(files), _VALUES):
        some = files[at : at + _VALUES]
        found = RollUp.objects.filter(directory=directory, file__in=some)
        histories |= hours().read(found, "file")
    for row in rows:
        row.history = histories.get((row.file,)) or row.history


def with_last_runs(directory: str, rows: Sequence[CallbackRow]) -> None:
    """Read the last run and the queued runs of each row."""
    last = last_runs(directory, {row.file for row in rows if row.named})
    waiting = queued(directory)
    for row in rows:
        row.last = last.get(row.file)
        row.queued = waiting.get(row.file, 0)


_Places = dict[tuple[str, int | None], list[tuple[int, Finding]]]


def _by_place(findings: Iterable[Finding]) -> _Places:
    """Findings with their numbers, by file and by file and line."""
    found: _Places = {}
    for numbered in enumerate(findings):
        finding = numbered[1]
        found.setdefault((finding.file, None), []).append(numbered)
        if finding.line is not None:
            found.setdefault((finding.file, finding.line), []).append(numbered)
    return found


def _findings_of(row: CallbackRow, about: _Places, config: str) -> list[Finding]:
    """The findings about a row's script, its line, and the comment lines above it."""
    found = dict(about.get((f"{row.directory}/{row.file}", None), ()))
    if row.mapping is not None:
        for line in (row.mapping.line, *row.mapping.source.option_lines):
            found.update(about.get((config, line), ()))
    return [found[number] for number in sorted(found)]


def general_findings(
    directory: Directory, rows: Sequence[CallbackRow], findings: Sequence[Finding]
) -> list[Finding]:
    """The findings of a directory that are about none of its callbacks: broken lines, …"""
    path = str(directory.path)
    told = {id(finding) for row in rows for finding in row.findings}
    return [
        finding
        for finding in findings
        if id(finding) not in told
        and (finding.file == path or finding.file.startswith(f"{path}/"))
    ]


def printable(finding: Finding) -> Finding:
    """The finding with every text fit for a page, also where the file holds odd bytes."""
    return replace(
        finding, message=shown(finding.message), hint=shown(finding.hint), source=""
    )


def pause_of(
    pauses: Iterable[PauseRecord], directory: str, file: str
) -> PauseRecord | None:
    """The pause that stops a callback: its own first, then the directory's, then of all."""
    return _pause_of(_stopped(pauses), directory, file)


_Stopped = dict[tuple[str, str], PauseRecord]


def _stopped(pauses: Iterable[PauseRecord]) -> _Stopped:
    return {(pause.directory, pause.file): pause for pause in pauses}


def _pause_of(stopped: _Stopped, directory: str, file: str) -> PauseRecord | None:
    wanted = ((directory, file), (directory, ""), ("", ""))
    return next((stopped[each] for each in wanted if each in stopped), None)


def last_runs(directory: str, files: Iterable[str]) -> dict[str, Run]:
    """The newest run of each file, tests included; each is one look into an index."""
    names, keys = sorted(files), []
    for at in range(0, len(names), _VALUES):
        keys += _newest_keys(directory, names[at : at + _VALUES])
    found = Run.objects.defer(*LARGE).in_bulk(keys)
    return {run.file: run for run in found.values()}


def _newest_keys(directory: str, files: list[str]) -> list[int]:
    wanted = ", ".join(["(%s)"] * len(files))
    statement = f"""
        WITH wanted(file) AS (VALUES {wanted})
        SELECT (
            SELECT run.id FROM dashboard_run AS run
            WHERE run.file = wanted.file AND run.directory = %s
            ORDER BY run.id DESC LIMIT 1
        ) FROM wanted
    """  # noqa: S608 (placeholders only)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*files, directory])
        return [key for (key,) in cursor.fetchall() if key is not None]


def queued(directory: str = "", file: str = "") -> dict[str, int]:
    """How many runs wait, by file: of one file, of a directory, or of all of them."""
    waiting = Run.objects.filter(state=RunState.QUEUED)
    if directory:
        waiting = waiting.filter(directory=directory)
    if file:
        waiting = waiting.filter(file=file)
    return dict(waiting.order_by().values_list("file").annotate(Count("id")))


def history_of(directory: str, file: str) -> History:
    """The last 24 hours of one callback."""
    rows = RollUp.objects.filter(directory=directory, file=file)
    return hours().read(rows).get(()) or hours().history()


def is_known(directory: str, file: str) -> bool:
    """Whether a callback has history although its line and script are gone."""
    return Run.objects.filter(file=file, directory=directory).exists()
