"""What the API is asked and says of national figures, their measures, periods and units. Figures are exact text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from marshmallow import Schema, fields, validate

from hub.api.payloads import CleanText, MessageBody, WholeNumber
from hub.domain.period import CALLED, CYCLIC, Period, end_of_day
from hub.errors import BadRequest

LEVELS = ("nation", "ministry", "other", "province", "commune")
FREQUENCIES = (*sorted(CYCLIC), *sorted(CALLED))
_CURSOR = {"description": "where the page begins: the one that `next` of the page before names"}
_PERIOD = {"description": "a period's code", "pattern": r"^\d{4}-[0-9A-Z-]{1,12}$"}
_DAYS = (date(1900, 1, 1), date(2199, 12, 31))


class PeriodText(fields.String):
    """A period by its code; what it loads is the period."""

    default_error_messages = {"period": "Expected a period such as 2026-M09."}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            return Period.parse(super()._deserialize(value, attr, data, **kwargs))
        except BadRequest:
            raise self.make_error("period") from None


class MomentText(fields.String):
    """An instant with its zone, or a day, which means its end in Viet Nam; what it loads is the instant in UTC."""

    default_error_messages = {"moment": "Expected a day or an instant with its zone."}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            day = date.fromisoformat(text) if len(text) == len("2026-03-31") else None
            at = end_of_day(day) if day is not None else datetime.fromisoformat(text.replace(" ", "+"))
        except (ValueError, OverflowError):
            raise self.make_error("moment") from None
        if at.tzinfo is None or not _DAYS[0] <= at.date() <= _DAYS[1]:
            raise self.make_error("moment")
        return at.astimezone(UTC)


def _text(most: int, description: str = "", **more: Any) -> CleanText:
    metadata = {"description": description} if description else {}
    return CleanText(load_default=None, validate=validate.Length(min=1, max=most), metadata=metadata | more)


def _limit(default: int, most: int) -> WholeNumber:
    return WholeNumber(
        load_default=default, validate=validate.Range(min=1, max=most), metadata={"description": "rows of a page"}
    )


class MeasuresAsked(Schema):
    """Which measures."""

    regime = _text(60, "one regime's alone", example="THU-01")
    limit = _limit(500, 2_000)
    cursor = _text(2_000, **_CURSOR)


class MeasureBody(Schema):
    """One series that can be asked for. ``key`` names it everywhere."""

    key = fields.String()
    regime = fields.String()
    address = fields.String()
    label = fields.Nested(MessageBody)
    unit = fields.String(metadata={"description": "of measure"})
    decimals = fields.Integer()
    rollup = fields.String(metadata={"description": "how units are brought together"})
    over_time = fields.String(metadata={"description": "how periods are"})
    indicator = fields.String(allow_none=True)


class _Paged(Schema):
    next = fields.String(allow_none=True, metadata={"description": "the address of the next page; null on the last"})


class MeasuresBody(_Paged):
    measures = fields.List(fields.Nested(MeasureBody))


class PeriodsAsked(Schema):
    """Of which regime."""

    regime = CleanText(required=True, validate=validate.Length(min=1, max=60), metadata={"example": "THU-01"})


class PeriodBody(Schema):
    code = fields.String(metadata={"example": "2026-M09"})
    label = fields.Nested(MessageBody)
    frequency = fields.String(metadata={"enum": list(FREQUENCIES)})
    start = fields.Date()
    end = fields.Date()


class PeriodsBody(Schema):
    """The periods that have figures, newest first."""

    periods = fields.List(fields.Nested(PeriodBody))


class UnitsAsked(Schema):
    """The units of a day; without one, of today."""

    on = fields.Date(
        load_default=None, validate=validate.Range(min=_DAYS[0], max=_DAYS[1]),
        metadata={"description": "a day of Viet Nam; today if absent", "example": "2026-09-30"},
    )  # fmt: skip
    level = fields.String(load_default=None, validate=validate.OneOf(LEVELS), metadata={"example": "province"})
    within = _text(40, "the id of a province, for its communes")
    limit = _limit(500, 5_000)
    cursor = _text(2_000, **_CURSOR)


class UnitBody(Schema):
    """One body in one form of it. ``code``: of the statistics office; ``parent``: the unit right above."""

    id = fields.String()
    code = fields.String()
    name = fields.Nested(MessageBody)
    level = fields.String(metadata={"enum": list(LEVELS)})
    type = fields.String()
    parent = fields.String(allow_none=True)
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)


class UnitsBody(_Paged):
    units = fields.List(fields.Nested(UnitBody))


class FiguresAsked(Schema):
    """Which figures: measures by name, or all of a regime; units, a level, periods, on which units, as known when."""

    measure = fields.List(
        CleanText(validate=validate.Length(min=1, max=160)), load_default=list, validate=validate.Length(max=200),
        metadata={"description": "names of measures; may be repeated", "example": ["THU-01/F1.r02.c02"]},
    )  # fmt: skip
    regime = _text(60, "all measures of a regime")
    unit = fields.List(
        CleanText(validate=validate.Length(min=1, max=40)), load_default=list, validate=validate.Length(max=200),
        metadata={"description": "ids of units; may be repeated; the nation and all right below it if absent"},
    )  # fmt: skip
    level = fields.String(
        load_default=None, validate=validate.OneOf([each for each in LEVELS if each != "other"]),
        metadata={"description": "one level alone; `commune` needs `within`"},
    )  # fmt: skip
    within = _text(40, "the id of a province, for its communes")
    first = PeriodText(load_default=None, metadata=_PERIOD | {"example": "2026-M01"})
    last = PeriodText(load_default=None, metadata=_PERIOD | {"example": "2026-M12"})
    frequency = fields.String(load_default=None, validate=validate.OneOf(FREQUENCIES))
    basis = fields.String(
        load_default="then", validate=validate.OneOf(["then", "today"]),
        metadata={"description": "on the units of the time or on today's"},
    )  # fmt: skip
    known_at = MomentText(
        load_default=None,
        metadata={
            "description": "as was known then: a day of Viet Nam (its end) or an instant; the same for all pages",
            "pattern": r"^\d{4}-\d{2}-\d{2}([T ].{1,40})?$",
        },
    )
    limit = _limit(1_000, 10_000)
    cursor = _text(2_000, **_CURSOR)
    format = fields.String(
        load_default=None, validate=validate.OneOf(["json", "csv"]), metadata={"description": "goes before Accept"}
    )


class FigureBody(Schema):
    """One figure with all that says how far it may be trusted."""

    measure = fields.String()
    unit = fields.String()
    period = fields.String()
    value = fields.String(allow_none=True, metadata={"description": "exact; null where there is none"})
    standing = fields.String(metadata={"enum": ["final", "provisional", "missing", "not_applicable"]})
    exactness = fields.String(metadata={"enum": ["as_reported", "rebased", "inexact"]})
    edition = fields.String()
    accepted = fields.Integer()
    obliged = fields.Integer()
    waiting = fields.Integer()
    excluded = fields.Integer()
    contributors = fields.Integer()
    missing_weight = fields.String(
        allow_none=True, metadata={"description": "0 to 1: what the missing units held in the period before"}
    )
    revised = fields.Boolean(metadata={"description": "differs from the latest published edition that shows it"})
    at = fields.DateTime(allow_none=True)
    from_units = fields.List(fields.String())


class FiguresBody(_Paged):
    basis = fields.String(metadata={"enum": ["then", "today"]})
    known_at = fields.DateTime(allow_none=True)
    figures = fields.List(fields.Nested(FigureBody))
