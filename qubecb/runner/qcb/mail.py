"""Mail through SMTP, as qb.conf says.

Follows "Configuration Parameter Reference" (`mail_host`, `mail_connection_type`, …). The name
of a job and the addresses in it come from people who submit jobs: they never make a header.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Any

from qubecb.conffile.qb_mail import MailSettings
from qubecb.errors import MailError
from qubecb.lookalikes import visible
from qubecb.runner.farm.recording import storable
from qubecb.runner.order import Order
from qubecb.runner.qcb.addresses import Recipients, of_list, of_name
from qubecb.runner.qcb.templates import BUILT_IN, expand, split_subject, values

LONGEST_SUBJECT = 200
LONGEST_BODY = 1024 * 1024
LONGEST_TEMPLATE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, ready to be sent."""

    recipients: tuple[str, ...]
    subject: str
    body: str
    #: A clause for each address that could not be used.
    faults: tuple[str, ...] = ()
    #: What else people should know of it, as a clause, or nothing.
    remark: str = ""


class Mailer:
    """Writes mails from templates and hands them to the site's mail server."""

    def __init__(
        self,
        settings: MailSettings,
        *,
        enabled: bool = True,
        timeout: float = 10.0,
        whole: float = 40.0,
    ) -> None:
        """Take the settings of qb.conf and whether its language flags hold `mail`.

        `timeout` bounds each step, `whole` the whole conversation; seconds.
        """
        self._settings = settings
        self._enabled = enabled
        self._timeout = timeout
        self._whole = whole

    def compose(
        self, kind: str, order: Order, info: Mapping[str, Any], *, office: bool = False
    ) -> Mail:
        """Write a mail of a kind (job, subjob, work, license) about a run's job.

        To the job's `mailaddress`, else its owner at `mail_domain`; `office` sends it to
        `mail_administrator` instead. Raises MailError when nobody is to be found.
        """
        if not self._enabled:
            raise MailError(
                "mail is not sent: supervisor_language_flags in qb.conf does not include mail"
            )
        to = self._office() if office else self._recipients(info)
        texts = values(order, info)
        built_in, _ = split_subject(BUILT_IN[kind])
        template, remark = self._template(kind)
        subject, body = split_subject(template)
        return Mail(
            to.found,
            _subject(expand(subject or built_in, texts)[: 10 * LONGEST_SUBJECT]),
            visible(storable(expand(body, texts)[:LONGEST_BODY])),
            to.faults,
            remark,
        )

    def send(self, mail: Mail) -> None:
        """Hand a mail to the server; raises MailError, a sentence, when it is not taken."""
        message = self._message(mail)
        try:
            with self._connected() as smtp:
                refused = smtp.send_message(message, to_addrs=list(mail.recipients))
        except (smtplib.SMTPException, OSError) as error:
            raise MailError(self._sentence(error)) from error
        if refused:
            raise MailError(f"{self._server} refused {', '.join(sorted(refused))}")

    @property
    def _server(self) -> str:
        return f"the mail server {self._settings.host}:{self._settings.port}"

    def _office(self) -> Recipients:
        office = of_list(self._settings.administrator, self._settings.domain)
        if not office.found:
            raise MailError(
                "there is no mail_administrator in qb.conf that this can be sent to"
                + "".join(f"; {fault}" for fault in office.faults)
            )
        return office

    def _recipients(self, info: Mapping[str, Any]) -> Recipients:
        """The job's own addresses, else its owner's; what could not be used is told."""
        domain = self._settings.domain
        own, user = info.get("mailaddress") or "", str(info.get("user") or "")
        given = (
            of_list(own, domain)
            if isinstance(own, str)
            else Recipients(faults=("it is not text",))
        )
        faults = [f"mailaddress: {fault}" for fault in given.faults]
        if given.found:
            return Recipients(given.found, tuple(faults))
        owner = of_name(user, domain) if user else Recipients(faults=("it is empty",))
        faults += [f"user: {fault}" for fault in owner.faults]
        if owner.found:
            return Recipients(owner.found, tuple(faults))
        raise MailError(
            f"job {info.get('id')} has no usable mailaddress, and its owner none at "
            f"mail_domain ({'; '.join(faults)})"
        )

    def _template(self, kind: str) -> tuple[str, str]:
        """The site's template, or ours where there is none; and why, if it cannot be read."""
        path: Path = getattr(self._settings, f"{kind}_template")
        try:
            with path.open("rb") as file:
                return file.read(LONGEST_TEMPLATE).decode("utf-8", "replace"), ""
        except FileNotFoundError:
            return BUILT_IN[kind], ""
        except OSError as error:
            why = f"the template {path} cannot be read ({error.strerror})"
            return BUILT_IN[kind], f"{why}, so the built-in one is used"

    def _message(self, mail: Mail) -> EmailMessage:
        named = of_list(self._settings.from_, self._settings.domain).found
        sender = named or (f"qube@{socket.gethostname()}",)
        message = EmailMessage()
        message["Subject"] = mail.subject
        message["From"] = sender[0]
        message["To"] = ", ".join(mail.recipients)
        message["Date"] = formatdate(localtime=True)
        message["Message-ID"] = make_msgid(domain=sender[0].rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.body)
        return message

    @contextlib.contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        settings = self._settings
        if not settings.host:
            raise MailError("mail cannot be sent: qb.conf names no mail_host")
        smtp = self._client()
        guard = threading.Timer(self._whole, _hang_up, [smtp])
        guard.daemon = True
        guard.start()
        try:
            smtp.connect(settings.host, settings.port)
            if settings.connection == "TLS":
                smtp.starttls(context=ssl.create_default_context())
            if settings.user:
                smtp.login(settings.user, settings.password)
            yield smtp
            smtp.quit()
        finally:
            guard.cancel()
            smtp.close()

    def _client(self) -> smtplib.SMTP:
        own = socket.gethostname()
        if self._settings.connection == "SSL":
            context = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                local_hostname=own, timeout=self._timeout, context=context
            )
        else:
            smtp = smtplib.SMTP(local_hostname=own, timeout=self._timeout)
        # Without a host in the constructor smtplib checks certificates against "".
        smtp._host = self._settings.host  # type: ignore[attr-defined]  # its own secret
        return smtp

    def _sentence(self, error: Exception) -> str:
        """What went wrong, for the person who runs the mail server; never the password."""
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return f"{self._server} refused the user {self._settings.user}"
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            return f"{self._server} refused {', '.join(sorted(error.recipients))}"
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"the certificate of {self._server} is not trusted: {error.verify_message}"
        if isinstance(error, TimeoutError) or isinstance(
            error.__context__, TimeoutError
        ):
            return f"{self._server} did not answer within {self._timeout:g} s"
        if isinstance(error, ConnectionRefusedError):
            return f"{self._server} refused the connection"
        if isinstance(error, smtplib.SMTPResponseException):
            said = error.smtp_error
            text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
            return f"{self._server} said {error.smtp_code} {_one_line(text)[:200]}"
        return f"{self._server} cannot be used: {_one_line(str(error))[:200]}"


def _hang_up(smtp: smtplib.SMTP) -> None:
    """End a conversation that goes on too long, however slowly the server talks."""
    if smtp.sock is not None:
        with contextlib.suppress(OSError):
            smtp.sock.shutdown(socket.SHUT_RDWR)


def _subject(text: str) -> str:
    """A subject that is what it looks like.

    `email` decodes encoded words (RFC 2047) in a header that it is given, and older Pythons
    write the line breaks that come out as they are: CVE-2024-6923. So there is none.
    """
    return _one_line(text).replace("=?", "= ?")[:LONGEST_SUBJECT]


def _one_line(text: str) -> str:
    """A header's text: control characters and line breaks become blanks."""
    return " ".join(
        "".join(one if one.isprintable() else " " for one in storable(text)).split()
    )
