"""Requests that wait for a thread: each address has its turn, however many one has sent."""

from __future__ import annotations

from collections import deque
from typing import Any, Protocol


class Task(Protocol):
    """What a thread does for somebody."""

    @property
    def whose(self) -> Any:
        """For whom: tasks of the same wait for each other."""


class Turns:
    """A queue as waitress uses its own (under its lock); one task of each in turn."""

    def __init__(self) -> None:
        self._waiting: dict[Any, deque[Task]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, task: Task) -> None:
        """Wait behind those of the same, and behind one task of everybody else."""
        self._waiting.setdefault(task.whose, deque()).append(task)
        self._count += 1

    def popleft(self) -> Task:
        """Give the next task."""
        whose = next(iter(self._waiting))
        own = self._waiting.pop(whose)
        task = own.popleft()
        if own:
            self._waiting[whose] = own
        self._count -= 1
        return task
