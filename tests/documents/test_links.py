"""Links lead to files and headings that are there; paths in backticks exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.documents.pages import DOCUMENTS, ROOT, name_of, prose

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_PATH = re.compile(
    r"`((?:qubecb|dashboard|tests|docs|bin|bench|templates|static|examples)/[^`\s]*)`"
)
_PLACEHOLDER = re.compile(r"[A-Z]{4,}|[<…]")

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)


def links(document: Path) -> list[str]:
    """Where a document's links lead within the repository."""
    found = _LINK.findall(prose(document))
    return [link for link in found if not link.startswith(("http:", "https:"))]


def anchors(document: Path) -> set[str]:
    """The headings of a document as links name them."""
    headings = re.findall(r"^#+ (.+)$", prose(document), re.MULTILINE)
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in words}


@each_document
def test_links_lead_to_files_that_are_there(document: Path) -> None:
    paths = (link.partition("#")[0] for link in links(document))
    missing = [path for path in paths if not (document.parent / path).exists()]
    assert missing == []


@each_document
def test_links_lead_to_headings_that_are_there(document: Path) -> None:
    lost = []
    for link in links(document):
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        if anchor and anchor not in anchors(target):
            lost.append(link)
    assert lost == []


@each_document
def test_paths_of_the_repository_exist(document: Path) -> None:
    named = _PATH.findall(prose(document))
    real = [path for path in named if not _PLACEHOLDER.search(path)]
    assert [path for path in real if not any(ROOT.glob(path.rstrip("/")))] == []


def test_documents_that_the_code_names_are_there() -> None:
    named = {
        path
        for folder in ("qubecb", "dashboard", "tests", "bench")
        for file in (ROOT / folder).rglob("*.py")
        for path in re.findall(r"\bdocs/[\w/-]+\.md\b", file.read_text())
    }
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_readme_leads_to_every_page() -> None:
    reached = {ROOT / "README.md"}
    waiting = list(reached)
    while waiting:
        document = waiting.pop()
        for link in links(document):
            target = (document.parent / link.partition("#")[0]).resolve()
            found = target.glob("*.md") if target.is_dir() else [target]
            fresh = {each for each in found if each.suffix == ".md"} - reached
            reached |= fresh
            waiting += fresh
    assert [name_of(each) for each in DOCUMENTS if each not in reached] == []
