"""What does a check cost while somebody types into a long callbacks.conf?

A file of so many mappings is edited in one line, again and again, as the page does it with
every pause in typing; scripts for all of them are there. Prints the processor time of an answer,
for ten mappings and for the whole number, and the ratio of these:

    python bench/editing.py [--mappings 2000] [--checks 20]
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

TRIGGERS = (
    "failed-job-self",
    "done-work-self-*",
    "done-job-label{n} || failed-subjob-self-3",
    "complete-job-self && done-job-parent",
)


def lines(count: int) -> list[str]:
    """A configuration of so many mappings, comments and limits among them."""
    found = []
    for n in range(count):
        if n % 20 == 0:
            found += [f"# group {n // 20}", "# qubecb: timeout=300"]
        found.append(f"script{n}.py = {TRIGGERS[n % len(TRIGGERS)].format(n=n)}")
    return found


def milliseconds(mappings: int, checks: int) -> float:
    """The median of the processor time of a check, after a first one."""
    from django.contrib.auth.models import User
    from django.test import Client

    folder = Path(os.environ["QUBECB_CALLBACK_PATH"])
    text = lines(mappings)
    (folder / "callbacks.conf").write_text("\n".join(text) + "\n")
    for n in range(mappings):
        (folder / f"script{n}.py").touch()
    browser = Client()
    user, _ = User.objects.get_or_create(username="bench", is_superuser=True)
    browser.force_login(user, "django.contrib.auth.backends.ModelBackend")
    base = browser.get("/configuration/callback/").context["draft"].base_sha256
    spent = []
    for check in range(checks + 1):
        text[len(text) // 2] = f"script{mappings // 2}.py = failed-work-self-{check}"
        sent = {"base": base, "do": "look", "text": "\n".join(text) + "\n"}
        began = time.process_time()
        answer = browser.post(
            "/configuration/callback/edit/", sent, headers={"HX-Request": "true"}
        )
        spent.append(time.process_time() - began)
        if answer.status_code != 200:
            raise SystemExit(f"a check was answered {answer.status_code}")
    return statistics.median(spent[1:]) * 1000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mappings", type=int, default=2000)
    parser.add_argument("--checks", type=int, default=20)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        folder = Path(data) / "callback"
        folder.mkdir()
        os.environ |= {
            "QUBECB_DATA": data,
            "QUBECB_CALLBACK_PATH": str(folder),
            "DJANGO_SETTINGS_MODULE": "dashboard.project.settings",
        }
        import django
        from django.core.management import call_command
        from django.test.utils import setup_test_environment

        django.setup()
        setup_test_environment()
        call_command("migrate", verbosity=0)
        few = milliseconds(10, wanted.checks)
        many = milliseconds(wanted.mappings, wanted.checks)
    print(f"{'mappings':>10} {'ms a check':>12}")
    print(f"{10:>10} {few:>12.1f}\n{wanted.mappings:>10,} {many:>12.1f}")
    print(f"ratio {many / few:.1f}")


if __name__ == "__main__":
    main()
