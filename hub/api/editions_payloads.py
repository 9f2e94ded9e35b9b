"""What the API says of editions over time and of subscriptions, as marshmallow schemas. Figures are exact text."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from hub.api.payloads import CleanText, MessageBody, PublicationBody, WholeNumber
from hub.services.subscriptions import CHANNELS, FORMATS


class ChangesAsked(Schema):
    """Against which edition, and which of the figures that differ."""

    against = CleanText(
        load_default=None, allow_none=True, validate=validate.Length(min=1, max=40),
        metadata={"description": "the other edition; the one before if absent"},
    )  # fmt: skip
    figure = CleanText(
        load_default=None, allow_none=True, validate=validate.Length(min=1, max=160),
        metadata={"description": "one figure by its name", "example": "THU-01@VN:F1.r02.c01"},
    )  # fmt: skip
    skip = WholeNumber(load_default=0, validate=validate.Range(min=0, max=1_000_000))
    limit = WholeNumber(load_default=200, validate=validate.Range(min=1, max=1_000))


class InForceAsked(Schema):
    """A report, and the day at whose end its editions stood; of one period if it is named."""

    report = CleanText(required=True, validate=validate.Length(min=1, max=60), metadata={"example": "thu"})
    period = CleanText(load_default=None, allow_none=True, validate=validate.Length(min=1, max=20))
    on = fields.Date(required=True, metadata={"description": "a day of Viet Nam", "example": "2026-09-30"})


class StepBody(Schema):
    """What somebody decided on a report."""

    event = fields.String()
    by = fields.String(attribute="account_name")
    at = fields.DateTime()
    reason = fields.String(allow_none=True)


class ReportChangeBody(Schema):
    """One report that counts differently, with what was decided on it in between."""

    kind = fields.String(metadata={"enum": ["amended", "added", "gone"]})
    regime = fields.String()
    filing_id = fields.String()
    unit_id = fields.String()
    period = fields.String()
    old_version = fields.Integer(allow_none=True)
    new_version = fields.Integer(allow_none=True)
    why = fields.Nested(StepBody, allow_none=True)
    steps = fields.List(fields.Nested(StepBody))


class PartBody(Schema):
    """What moved a figure: one report, or so many of a unit together where they may not be opened."""

    unit_id = fields.String()
    filing_id = fields.String(allow_none=True)
    count = fields.Integer()
    old = fields.String(allow_none=True)
    new = fields.String(allow_none=True)
    moved = fields.String(allow_none=True, metadata={"description": "its share of the difference; null: no sum"})


class FigureChangeBody(Schema):
    """One figure that differs. ``exact``: the parts add up to the difference to the last digit."""

    figure = fields.String(metadata={"example": "THU-01@VN:F1.r02.c01"})
    label = fields.Nested(MessageBody)
    unit_id = fields.String()
    old = fields.String(allow_none=True)
    new = fields.String(allow_none=True)
    difference = fields.String()
    rollup = fields.String()
    exact = fields.Boolean()
    made_of = fields.List(fields.String())
    parts = fields.List(fields.Nested(PartBody))


class CoverageChangeBody(Schema):
    """Accepted and obliged of one unit, before and after."""

    regime = fields.String()
    unit_id = fields.String()
    old = fields.List(fields.Integer())
    new = fields.List(fields.Integer())


class ChangesBody(Schema):
    """What changed between two editions, the older first. ``hidden``: changed reports that you may not open."""

    old = fields.Nested(PublicationBody)
    new = fields.Nested(PublicationBody)
    reports = fields.List(fields.Nested(ReportChangeBody))
    hidden = fields.Integer()
    coverage = fields.List(fields.Nested(CoverageChangeBody))
    total = fields.Integer(metadata={"description": "how many figures differ in all"})
    figures = fields.List(fields.Nested(FigureChangeBody))


class ProofBody(Schema):
    """An edition said again: its files by their hashes, its figures computed anew from its manifest."""

    holds = fields.Boolean()
    files = fields.Integer()
    reports = fields.Integer()
    figures = fields.Integer()
    recomputed = fields.Integer()
    problems = fields.List(fields.Nested(MessageBody))
    left_out = fields.List(fields.Nested(MessageBody))


class HoldBody(Schema):
    """A report that waits because too few units are in it; ``floor`` in per cent."""

    report = fields.String()
    period = fields.String()
    accepted = fields.Integer()
    obliged = fields.Integer()
    floor = fields.Integer()
    since = fields.DateTime()
    seen_at = fields.DateTime()


class HoldsBody(Schema):
    holds = fields.List(fields.Nested(HoldBody))


class SubscriptionAsked(Schema):
    """Each new edition of a report, by letter to the account's own address."""

    report = CleanText(required=True, validate=validate.Length(min=1, max=60), metadata={"example": "thu"})
    format = fields.String(required=True, validate=validate.OneOf(list(FORMATS)))
    channel = fields.String(load_default="mail", validate=validate.OneOf(list(CHANNELS)))
    target = CleanText(load_default="", validate=validate.Length(max=200))


class SubscriptionBody(Schema):
    id = fields.String()
    report = fields.String()
    format = fields.String()
    channel = fields.String()
    target = fields.String()
    since = fields.DateTime()


class SubscriptionsBody(Schema):
    subscriptions = fields.List(fields.Nested(SubscriptionBody))
