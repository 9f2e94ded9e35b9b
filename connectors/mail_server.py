"""The mail server that letters go out through (SMTP): one connection for as many letters as are due."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from types import TracebackType
from typing import Literal

SHOWN = 200
"""How much of a server's answer is kept."""


class ServerAway(Exception):
    """No letter can be sent now: no connection, no answer in time, or the server refuses this hub as a whole."""


class LetterRefused(Exception):
    """The server answered, and does not take this letter. ``for_good``: asking again would not help."""

    def __init__(self, reason: str, *, for_good: bool) -> None:
        super().__init__(reason)
        self.for_good = for_good


@dataclass(slots=True)
class MailServer:
    """Used in a ``with``: connected inside it. Every step waits at most ``timeout`` seconds."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"] | str = "none"
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 20.0
    _session: smtplib.SMTP | None = field(default=None, repr=False)

    def __enter__(self) -> MailServer:
        """ServerAway unless the server answers, over TLS where that is asked for, and lets the hub in."""
        try:
            self._session = self._connect()
            if self.user:
                self._session.login(self.user, self.password)
        except (OSError, smtplib.SMTPException) as error:
            self._leave()
            raise ServerAway(said(error)) from error
        return self

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        session = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        if self.security == "starttls":
            try:
                session.starttls(context=context)
            except (OSError, smtplib.SMTPException):
                session.close()
                raise
        return session

    def send(self, message: EmailMessage) -> None:
        """The server has taken the letter. LetterRefused for this letter, ServerAway for all."""
        assert self._session is not None, "outside its with"
        try:
            self._session.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise LetterRefused(_line(code, text), for_good=code >= 500) from error
        except smtplib.SMTPDataError as error:
            raise LetterRefused(said(error), for_good=error.smtp_code >= 500) from error
        except (OSError, smtplib.SMTPException) as error:
            raise ServerAway(said(error)) from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        """A polite end if it can be had at once; a letter that was taken stays taken."""
        session, self._session = self._session, None
        if session is None:
            return
        try:
            if session.sock is not None:
                session.sock.settimeout(min(self.timeout, 2.0))
            session.quit()
        except (OSError, smtplib.SMTPException):
            session.close()


def said(error: Exception) -> str:
    """What went wrong in one line: the server's own answer, or the system's; never a password."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _line(error.smtp_code, error.smtp_error)
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "no answer in time"
    return _printable(getattr(error, "strerror", None) or str(error) or type(error).__name__)


def _line(code: int, text: bytes | str) -> str:
    shown = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return _printable(f"{code} {shown}")


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)[:SHOWN]
