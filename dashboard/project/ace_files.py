"""The few files of the ACE editor that pages use, out of the 666 that its package brings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

PREFIX = "ace"
#: ace.js, its search box, its own style sheet and the pictures that this names.
NAMES = ("ace.js", "ext-searchbox.js", "css/ace.css")
PICTURES = "css/main-*.*"


class AceFilesFinder(BaseFinder):
    """Offers them as `ace/ace.js`, `ace/css/ace.css`, …"""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.root = settings.ACE_FILES / "ace"
        self.storage = FileSystemStorage(location=self.root)
        # Django's own finders tell the prefix so; whitenoise and collectstatic read it.
        self.storage.prefix = PREFIX  # type: ignore[attr-defined]  # as FileSystemFinder does
        pictures = sorted(self.root.glob(PICTURES))
        self.names = (*NAMES, *(str(path.relative_to(self.root)) for path in pictures))

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Give the file of an address below static/, or nothing."""
        name = path.removeprefix(f"{PREFIX}/")
        if name == path or name not in self.names:
            return []
        found = self.storage.path(name)
        return [found] if find_all else found

    def list(
        self, ignore_patterns: Iterable[str] | None
    ) -> Iterator[tuple[str, FileSystemStorage]]:
        """Give every file, for whitenoise and collectstatic."""
        for name in self.names:
            yield name, self.storage
