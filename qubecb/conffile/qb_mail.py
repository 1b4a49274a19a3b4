"""The mail parameters of qb.conf. The password is in no repr and no message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from qubecb.conffile.qb_lines import QB_DIRECTORY, QbConfProblem, expanded
from qubecb.digits import whole_number

_PORTS = {"DEFAULT": 25, "SSL": 465, "TLS": 587}


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How the supervisor sends mail. Without `host` it cannot."""

    host: str = ""
    port: int = 25
    #: DEFAULT, SSL or TLS.
    connection: str = "DEFAULT"
    user: str = ""
    password: str = field(default="", repr=False)
    from_: str = "qube"
    #: Appended to a user name that is not an address.
    domain: str = ""
    administrator: str = ""
    job_template: Path = Path(QB_DIRECTORY, "etc/job.mail")
    subjob_template: Path = Path(QB_DIRECTORY, "etc/subjob.mail")
    work_template: Path = Path(QB_DIRECTORY, "etc/work.mail")
    license_template: Path = Path(QB_DIRECTORY, "etc/license.mail")


def mail_settings(
    values: Mapping[str, str],
    places: Mapping[str, int],
    qb_directory: str,
    problems: list[QbConfProblem],
) -> MailSettings:
    """Give the mail parameters; what cannot be read is added to `problems`."""

    def template(kind: str) -> Path:
        given = values.get(f"mail_{kind}_status_format")
        return Path(expanded(given or f"$QBDIR/etc/{kind}.mail", qb_directory))

    connection = _connection(values, places, problems)
    return MailSettings(
        host=values.get("mail_host", ""),
        port=_port(values, places, problems) or _PORTS[connection],
        connection=connection,
        user=values.get("mail_user", ""),
        password=values.get("mail_password", ""),
        from_=values.get("mail_from") or "qube",
        domain=values.get("mail_domain", ""),
        administrator=values.get("mail_administrator", ""),
        job_template=template("job"),
        subjob_template=template("subjob"),
        work_template=template("work"),
        license_template=template("license"),
    )


def _connection(
    values: Mapping[str, str], places: Mapping[str, int], problems: list[QbConfProblem]
) -> str:
    key = "mail_connection_type"
    given = values.get(key, "").upper() or "DEFAULT"
    if given in _PORTS:
        return given
    problems.append(
        QbConfProblem(places.get(key, 0), f"{key} must be DEFAULT, SSL or TLS")
    )
    return "DEFAULT"


def _port(
    values: Mapping[str, str], places: Mapping[str, int], problems: list[QbConfProblem]
) -> int:
    """The port, or 0 for that of the connection's type."""
    port = whole_number(values.get("mail_port", "") or "0", most=65535)
    if port is not None:
        return port
    at = places.get("mail_port", 0)
    problems.append(QbConfProblem(at, "mail_port must be a number up to 65535"))
    return 0
