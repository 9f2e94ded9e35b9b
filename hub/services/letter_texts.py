"""Letters as people read them: plain text in the reader's language, and the same as simple HTML beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from typing import Any, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from hub.catalog.translations import found_in, text_in
from hub.config import Config
from hub.domain.notice import KINDS, shortened
from hub.store.mail import Letter
from hub.store.notifications import Notification

SUBJECT_LENGTH = 180
LISTED = 50
"""The most notices of one kind that a digest spells out; the rest are counted."""
_BLANK = re.compile(r"\n\s*\n")


def alone(config: Config, language: str, subject: str, body: str, path: str) -> tuple[str, str]:
    """(subject, text) of the letter that carries one notice."""
    text = _render("notice.txt", config, language, body=body, link=_link(config, path))
    return _subject(config, language, subject), text


def digest(config: Config, language: str, notices: Sequence[Notification], day: date) -> tuple[str, str]:
    """(subject, text) of the letter that carries all the notices of a morning, by kind."""
    english = language == "en"
    groups: dict[str, list[dict[str, str]]] = {kind: [] for kind in KINDS}
    for notice in notices:
        line = notice.subject_en if english else notice.subject_vi
        groups.setdefault(notice.kind, []).append({"subject": line, "link": _link(config, notice.path)})
    named = [
        {"name": _kind_name(kind, english), "shown": found[:LISTED], "left": max(0, len(found) - LISTED)}
        for kind, found in groups.items()
        if found
    ]
    subject = text_in(language, "Tóm tắt ngày %(day)s: %(n)s thông báo", day=f"{day:%d/%m/%Y}", n=len(notices))
    text = _render("digest.txt", config, language, groups=named, link=_link(config, "/notifications"))
    return _subject(config, language, subject), text


def _kind_name(kind: str, english: bool) -> str:
    name = KINDS[kind].name if kind in KINDS else None
    return kind if name is None else name.en if english else name.vi


class Enclosed(Protocol):
    """A file that goes along with a letter."""

    @property
    def name(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def content(self) -> bytes: ...


def message(letter: Letter, config: Config, enclosed: Enclosed | None = None) -> EmailMessage:
    """The letter as it goes out. The same letter has the same Message-ID however often it is tried.

    ValueError if an address or the subject holds a line break: nobody writes headers of their own.
    """
    made = EmailMessage(policy=SMTP)
    made["From"] = config.mail_from
    made["To"] = letter.address
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(letter.created_at)
    made["Message-ID"] = f"<{letter.id}@{_domain(config.mail_from)}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(letter.body)
    paragraphs = [part.strip().splitlines() for part in _BLANK.split(letter.body) if part.strip()]
    html = _environment(letter.language).get_template("letter.html")
    made.add_alternative(
        html.render(language=letter.language, subject=letter.subject, paragraphs=paragraphs), subtype="html"
    )
    made["Content-Language"] = letter.language
    if enclosed is not None:
        main, _, kind = enclosed.media_type.partition(";")[0].partition("/")
        made.add_attachment(enclosed.content, maintype=main, subtype=kind, filename=enclosed.name)
    return made


def _domain(address: str) -> str:
    return address.rpartition("@")[2].strip(" >") or "localhost"


def _subject(config: Config, language: str, subject: str) -> str:
    mark = text_in(language, "[Dữ liệu minh họa]") + " " if config.demonstration else ""
    return mark + shortened(subject, SUBJECT_LENGTH)


def _link(config: Config, path: str) -> str:
    return config.base_url.rstrip("/") + path if config.base_url else ""


def _render(name: str, config: Config, language: str, **values: Any) -> str:
    shared: Mapping[str, Any] = {
        "demonstration": config.demonstration, "choices": _link(config, "/profile"), **values
    }  # fmt: skip
    return _environment(language).get_template(name).render(shared).strip() + "\n"


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("templates", "emails"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: found_in(language, text),
        ngettext=lambda one, many, number: found_in(language, one if number == 1 else many),
        newstyle=True,
    )
    return environment
