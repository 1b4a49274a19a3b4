"""What is stored. Other modules import the tables from here."""

from __future__ import annotations

from dashboard.models.access import AuditEntry, Preference, Token
from dashboard.models.backtests import BacktestRecord
from dashboard.models.configuration import (
    AbsenceRecord,
    Binding,
    DirectoryName,
    InForceRecord,
    Revision,
)
from dashboard.models.events import EventRecord
from dashboard.models.history import ConditionsRecord, KeptSince
from dashboard.models.job_ids import TextId
from dashboard.models.jobs import JobItem, JobRecord, ProgressRecord, TimerRecord
from dashboard.models.kinds import EventKind
from dashboard.models.pauses import PauseRecord
from dashboard.models.runs import Run, RunOutput, ScriptVersion
from dashboard.models.service import Heartbeat, ProcessSpan, SpoolProblem
from dashboard.models.statistics import RollUp
from dashboard.models.whys import WhyRecord

__all__ = [
    "AbsenceRecord",
    "AuditEntry",
    "BacktestRecord",
    "Binding",
    "ConditionsRecord",
    "DirectoryName",
    "EventKind",
    "EventRecord",
    "Heartbeat",
    "InForceRecord",
    "JobItem",
    "JobRecord",
    "KeptSince",
    "PauseRecord",
    "Preference",
    "ProcessSpan",
    "ProgressRecord",
    "Revision",
    "RollUp",
    "Run",
    "RunOutput",
    "ScriptVersion",
    "SpoolProblem",
    "TextId",
    "TimerRecord",
    "Token",
    "WhyRecord",
]
