"""Windows and due days in ``regime.yaml``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from hub.catalog.metaschema.fields import flag, say, text, whole, words
from hub.domain.regime import DayRule, Frequency, Level, WindowRule


class DayRuleSchema(Schema):
    """A day, counted from the period."""

    anchor = text(
        "The day to count from.", validators=validate.OneOf(("period_start", "period_end", "window_end"))
    )  # fmt: skip
    months = whole("Moves the month first: 1 = the month after.", -24, 24)
    day = whole("Then replaces the day of the month; 31 = the last.", 1, 31)
    days = whole("Calendar days added last.")
    working_days = whole("Working days added last.")
    before = flag('true: strictly before that day ("trước ngày …").')
    ground = fields.String(metadata=say("The legal text that departs from the decree's default (R08)."))


class DueSchema(DayRuleSchema):
    """One due day for every pair of its levels and frequencies."""

    levels = fields.List(
        fields.String(validate=words(Level)),
        required=True,
        validate=validate.Length(min=1),
        metadata=say("The levels that this due day is for."),
    )
    frequencies = fields.List(
        fields.String(validate=words(Frequency)),
        required=True,
        validate=validate.Length(min=1),
        metadata=say("The periods that this due day is for."),
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> dict[tuple[str, str], DayRule]:
        levels, frequencies = data.pop("levels"), data.pop("frequencies")
        rule = DayRule(**data)
        return {(level, frequency): rule for level in levels for frequency in frequencies}


class WindowSchema(Schema):
    """The days that a period's figures are of, both ends included."""

    start = fields.Nested(DayRuleSchema, required=True, metadata=say("The first day."))
    end = fields.Nested(DayRuleSchema, required=True, metadata=say("The last day."))
    ground = fields.String(load_default="", metadata=say("The legal ground of both ends (R08)."))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> WindowRule:
        start, end = DayRule(**data["start"]), DayRule(**data["end"])
        ground = data["ground"]
        return WindowRule(replace(start, ground=start.ground or ground), replace(end, ground=end.ground or ground))
