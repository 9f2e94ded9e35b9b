"""What goes in and out of the API, as marshmallow schemas: strict on the way in, the source of OpenAPI on the way out.

The report itself is not described here: it is read by ``hub.readers``, the same for every door.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from marshmallow import Schema, fields, validate

from hub.domain.plain_text import is_storable
from hub.domain.workflow import STATE_NAMES

_DIGITS = re.compile(r"[0-9]{1,9}", re.ASCII)
_KEY = re.compile(r"[!-\"$-~]{1,180}", re.ASCII)


class WholeNumber(fields.Integer):
    """A whole number of at most nine ASCII digits: no sign, no fraction, no underscore, no other script's digits."""

    default_error_messages = {"invalid": "Expected a whole number of ASCII digits."}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | str) or not _DIGITS.fullmatch(str(value)):
            raise self.make_error("invalid")
        return int(value)


class CleanText(fields.String):
    """Text in NFC that every database takes: no NUL, no lone surrogate, no control character."""

    default_error_messages = {"unclean": "The text holds characters that cannot be stored."}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not is_storable(text) or any(unicodedata.category(letter) == "Cc" for letter in text):
            raise self.make_error("unclean")
        return unicodedata.normalize("NFC", text)


class IdempotencyKey(CleanText):
    """1 to 180 visible ASCII characters without ``#``."""

    default_error_messages = {"key": "Use 1 to 180 visible ASCII characters without #."}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or _KEY.fullmatch(value) is None:
            raise self.make_error("key")
        return value


class SubmissionOptions(Schema):
    """How a body is taken in."""

    intent = fields.String(load_default="send", validate=validate.OneOf(["draft", "send", "dry_run"]))
    idempotency_key = IdempotencyKey(required=True)


class FilingFilters(Schema):
    """The filters of a list of filings."""

    regime = CleanText(load_default=None, validate=validate.Length(max=60))
    period = CleanText(load_default=None, validate=validate.Length(max=20))
    state = fields.String(load_default=None, validate=validate.OneOf(list(STATE_NAMES)))
    unit = CleanText(load_default=None, validate=validate.Length(max=40))
    owed = fields.String(load_default="0", validate=validate.OneOf(["0", "1"]))
    text = CleanText(load_default="", validate=validate.Length(max=200))
    page = WholeNumber(load_default=1, validate=validate.Range(min=1, max=100_000))
    size = WholeNumber(load_default=50, validate=validate.Range(min=1, max=200))


class ReportAsked(Schema):
    """One report, or ``reports`` with many. Figures are numbers or, where every digit counts, text."""

    regime = fields.String(metadata={"description": "a regime's code"})
    edition = fields.String(metadata={"description": "the edition's first day; the one in force if absent"})
    unit = fields.String()
    period = fields.String()
    scope = fields.String(metadata={"enum": ["own", "rollup"]})
    secrecy = fields.String(metadata={"description": "`none`: no state secret is in it"})
    forms = fields.Dict(keys=fields.String(), metadata={"description": "form → cells, records or nil"})
    outline = fields.Dict(keys=fields.String(), values=fields.String())
    explanations = fields.Dict(keys=fields.String(), values=fields.String())
    reports = fields.List(fields.Dict(keys=fields.String()))


class MessageBody(Schema):
    vi = fields.String()
    en = fields.String()


class FindingBody(Schema):
    """One result of a check."""

    key = fields.String()
    code = fields.String()
    severity = fields.String(metadata={"enum": ["error", "warning", "note"]})
    stage = fields.String()
    address = fields.String(allow_none=True, metadata={"example": "F1.r01.c03"})
    place = fields.Dict(keys=fields.String(), metadata={"description": "sheet and cell, line and path, or pointer"})
    found = fields.String(allow_none=True)
    expected = fields.String(allow_none=True)
    difference = fields.String(allow_none=True)
    beta = fields.Boolean(metadata={"description": "a rule on trial: it stops nothing"})
    message = fields.Nested(MessageBody)


class ReceiptBody(Schema):
    """The stored answer to one report; a repeat of its key gets the same bytes."""

    submission_id = fields.String()
    received_at = fields.DateTime()
    sha256 = fields.String()
    size = fields.Integer()
    verdict = fields.String(metadata={"enum": ["accepted", "refused", "dry_run"]})
    filing_id = fields.String(allow_none=True)
    version = fields.Integer(allow_none=True)
    version_sha256 = fields.String(allow_none=True)
    state = fields.String(allow_none=True)
    on_time = fields.Boolean(allow_none=True)
    findings = fields.List(fields.Nested(FindingBody))
    marked_workbook = fields.String(
        metadata={"description": "for a workbook: where it is given back with its findings marked in it"}
    )


class ReceiptsBody(Schema):
    receipts = fields.List(fields.Nested(ReceiptBody))


class SubmissionBody(Schema):
    """One arrival, without its bytes."""

    id = fields.String()
    filing_id = fields.String(allow_none=True)
    door = fields.String()
    intent = fields.String()
    received_at = fields.DateTime()
    filename = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    sha256 = fields.String()
    verdict = fields.String()
    version = fields.Integer(allow_none=True)


class ArrivalBody(SubmissionBody):
    """One arrival, without its bytes."""

    whole = fields.Boolean(
        metadata={
            "description": "False where the file also holds reports that you may not see: it cannot be had as it came"
        }
    )


class FilingBody(Schema):
    """What one unit owes for one edition and period, and where it stands."""

    id = fields.String()
    edition = fields.String()
    regime = fields.String()
    unit = fields.String(attribute="unit_id")
    period = fields.String()
    scope = fields.String()
    receiver = fields.String(attribute="receiver_id")
    window_start = fields.Date()
    window_end = fields.Date()
    due_at = fields.DateTime()
    state = fields.String()
    revision = fields.Integer()
    version = fields.Integer(allow_none=True)
    sent_version = fields.Integer(allow_none=True)
    accepted_version = fields.Integer(allow_none=True)
    first_sent_at = fields.DateTime(allow_none=True)
    last_sent_at = fields.DateTime(allow_none=True)
    resend_due = fields.DateTime(allow_none=True)
    excluded = fields.Boolean()


class FilingsBody(Schema):
    filings = fields.List(fields.Nested(FilingBody), attribute="rows")
    total = fields.Integer()
    page = fields.Integer()
    size = fields.Integer()


class FilingDetailBody(Schema):
    """A filing with its latest figures in the canonical document's form, and what is wrong with them."""

    filing = fields.Nested(FilingBody)
    punctuality = fields.String()
    moves = fields.List(fields.String())
    document = fields.Dict(keys=fields.String(), allow_none=True)
    findings = fields.List(fields.Nested(FindingBody))
    explanations = fields.Dict(keys=fields.String(), values=fields.String())
    submissions = fields.List(fields.Nested(SubmissionBody))


class PublicationBody(Schema):
    """One issued, immutable edition of a national report."""

    id = fields.String()
    report = fields.String()
    period = fields.String()
    number = fields.Integer()
    issued_at = fields.DateTime()
    note = fields.String(allow_none=True)
    manifest_sha256 = fields.String()


class PublicationsBody(Schema):
    publications = fields.List(fields.Nested(PublicationBody))


class PublicationsAsked(Schema):
    """Which issued editions."""

    report = CleanText(
        load_default=None, validate=validate.Length(min=1, max=60),
        metadata={"description": "one national report's alone", "example": "thu"},
    )  # fmt: skip
    period = CleanText(
        load_default=None, validate=validate.Length(min=1, max=20),
        metadata={"description": "of one period", "example": "2026-M09"},
    )  # fmt: skip
    limit = WholeNumber(
        load_default=200, validate=validate.Range(min=1, max=1_000), metadata={"description": "rows of a page"}
    )
    cursor = CleanText(
        load_default=None, validate=validate.Length(min=1, max=2_000),
        metadata={"description": "where the page begins: the one that `next` of the page before names"},
    )  # fmt: skip


class PublicationPageBody(PublicationsBody):
    """Issued editions, newest first."""

    next = fields.String(allow_none=True, metadata={"description": "the address of the next page; null on the last"})


class FileBody(Schema):
    name = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    sha256 = fields.String()


class PublicationDetailBody(Schema):
    publication = fields.Nested(PublicationBody)
    manifest = fields.Dict(keys=fields.String())
    files = fields.List(fields.Nested(FileBody))
    to_be_made = fields.List(
        fields.String(),
        metadata={"description": "names of files that are made when they are first asked for, then kept for good"},
    )


class ProblemBody(Schema):
    """RFC 9457; ``detail`` is Vietnamese, ``code`` is stable."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    detail_en = fields.String()
    code = fields.String()


class IndexBody(Schema):
    description = fields.String(required=True, metadata={"description": "The address of this document"})
    documentation = fields.String(required=True, metadata={"description": "The address of a page for people"})


class HealthBody(Schema):
    status = fields.String(metadata={"enum": ["ok"]})
