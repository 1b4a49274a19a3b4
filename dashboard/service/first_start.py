"""What the first start creates in a data directory, and what each start prints."""

from __future__ import annotations

import secrets
import shlex
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command

from dashboard.store.configuration.editing import catalog, observe_all
from dashboard.store.configuration.site import (
    OWN_DIRECTORY,
    is_configured,
    is_known,
    qb_conf,
)
from dashboard.store.database.transactions import writing
from qubecb.conffile.catalog import Directory
from qubecb.errors import ConfigurationError
from qubecb.lint import check_directory

ADMINISTRATOR = "admin"
#: What others create below the data directory, and cannot go on without.
_FOLDERS = ("log", "scratch", "spool")

Say = Callable[[str], None]


def prepare() -> str | None:
    """Create what is missing: tables, the first administrator, a callback directory.

    Gives the administrator's password if one was generated.
    """
    call_command("migrate", verbosity=0, interactive=False)
    own = settings.DATA / OWN_DIRECTORY
    if not is_configured() and not is_known(own):
        _copy_example(own)
    observe_all()
    return _make_administrator()


def introduce(address: str, password: str | None, say: Say) -> None:
    """Print where everything is and how to send an event."""
    say(f"qubecb is at {address}")
    if password is not None:
        say(f"  {told_password(password)}")
        say(f"  (shown once; to change it: {_manage()} changepassword {ADMINISTRATOR})")
    for directory in catalog().directories:
        say(f"  callbacks: {directory.path}: {_summary(directory)}")
    say(f"  data: {settings.DATA}, logs in {settings.DATA / 'log'}")
    say("")
    say("Send an event:")
    say(f"  TOKEN=$({_manage()} token create farm --right intake)")
    say(f'  curl {address}api/events -H "Authorization: Bearer $TOKEN" \\')
    say('    -H "Content-Type: application/json" \\')
    say(
        '    -d \'{"name": "submit", "type": "job", "job": {"id": 5042, "name": "demo"}}\''
    )
    say("")
    say("Ctrl-C ends it.")


def told_password(password: str) -> str:
    """How the first administrator signs in; printed once."""
    return f"sign in as {ADMINISTRATOR} with the password {password}"


def check_writable(data: Path) -> None:
    """Raise ConfigurationError when the data directory, or a folder of ours in it, cannot be written."""
    _try(data, "the data directory", parents=True)
    for name in _FOLDERS:
        _try(data / name, "the folder")


def _try(folder: Path, what: str, *, parents: bool = False) -> None:
    probe = folder / f".probe-{secrets.token_hex(4)}"
    try:
        folder.mkdir(mode=0o700, parents=parents, exist_ok=True)
        probe.touch()
        probe.unlink()
    except FileExistsError:
        raise ConfigurationError(
            f"{folder} is a file, and {what} has to be there: move it away"
        ) from None
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise ConfigurationError(f"{what} {folder} cannot be written: {why}") from None


def _copy_example(target: Path) -> None:
    """Copy the example directory, whole or not at all."""
    example = settings.BASE_DIR / "examples" / "callback"
    if target.exists():
        return
    draft = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
    shutil.copytree(example, draft)
    draft.chmod(0o755)
    for path in draft.iterdir():
        path.chmod(0o644)
    draft.rename(target)


def _make_administrator() -> str | None:
    if User.objects.exists():
        return None
    given = settings.ENVIRONMENT.get("QUBECB_ADMIN_PASSWORD")
    password = given or secrets.token_urlsafe(12)
    with writing():
        User.objects.create_superuser(ADMINISTRATOR, password=password)
    return None if given else password


def _summary(directory: Directory) -> str:
    if directory.error is not None:
        return directory.error
    found = Counter(
        finding.severity for finding in check_directory(directory, qb_conf())
    )
    told = [
        f"{found[severity]} {severity}{'s' if found[severity] != 1 else ''}"
        for severity in ("error", "warning")
    ]
    count = len(directory.mappings)
    return f"{count} mapping{'s' if count != 1 else ''}, {', '.join(told)}"


def _manage() -> str:
    """How to call manage.py on this data directory, from wherever."""
    manage = f"{sys.executable} {settings.BASE_DIR / 'manage.py'}"
    return f"QUBECB_DATA={shlex.quote(str(settings.DATA))} {manage}"
