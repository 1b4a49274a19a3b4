"""Finds a setting in a `# qubecb:` comment that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.conffile.document import shown
from qubecb.lint.findings import Place, Remark
from qubecb.lint.rule import Ground, Rule


def check(ground: Ground) -> Iterator[Remark]:
    """Report settings that cannot be read."""
    for directory in ground.directories:
        texts: dict[int, str] = {}  # one text for all that is wrong with its line
        for mapping in directory.mappings:
            for problem in mapping.source.option_problems:
                if problem.line not in texts:
                    line = directory.document.line(problem.line)
                    texts[problem.line] = line.text if line is not None else ""
                place = Place(
                    str(directory.config_path),
                    problem.line,
                    problem.start + 1,
                    problem.end + 1,
                    texts[problem.line],
                )
                yield Remark(place, shown(problem.message), problem.hint)


RULE = Rule("QCB401", "unreadable-setting", "error", check)
