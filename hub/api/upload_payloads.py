"""What the API is asked and says of files of many reports, as marshmallow schemas."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from hub.api.payloads import CleanText, IdempotencyKey, ReceiptBody, WholeNumber


class UploadOptions(Schema):
    """How a file is taken in."""

    intent = fields.String(load_default="draft", validate=validate.OneOf(["draft", "send", "dry_run"]))
    secrecy = fields.String(load_default="", validate=validate.OneOf(["none"]))
    filename = CleanText(load_default="", validate=validate.Length(max=200))
    idempotency_key = IdempotencyKey(required=True)


class UploadBody(Schema):
    """How far a file has been taken in. ``read_share``: per cent of it that has been read."""

    id = fields.String()
    filename = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    sha256 = fields.String()
    intent = fields.String(metadata={"enum": ["draft", "send", "dry_run"]})
    state = fields.String(metadata={"enum": ["waiting", "reading", "done", "failed"]})
    read_share = fields.Integer()
    reports = fields.Integer()
    taken = fields.Integer()
    refused = fields.Integer()
    problem = fields.String(allow_none=True, metadata={"description": "why it stopped, in both languages"})
    created_at = fields.DateTime()
    finished_at = fields.DateTime(allow_none=True)


class UploadsBody(Schema):
    uploads = fields.List(fields.Nested(UploadBody))


class UploadReportsAsked(Schema):
    """Which of a file's reports."""

    verdict = fields.String(load_default="refused", validate=validate.OneOf(["taken", "refused"]))
    limit = WholeNumber(load_default=200, validate=validate.Range(min=1, max=1_000))


class UploadReportBody(Schema):
    """What became of one report of a file."""

    number = fields.Integer()
    member = fields.String(metadata={"description": "the file of an archive, or the unit and period that it names"})
    verdict = fields.String(metadata={"enum": ["taken", "refused"]})
    receipt = fields.Nested(ReceiptBody)


class UploadReportsBody(Schema):
    reports = fields.List(fields.Nested(UploadReportBody))
