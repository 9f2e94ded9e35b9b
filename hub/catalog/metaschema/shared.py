"""The lists that all regimes share: units of measure, indicators, breakdowns."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from hub.catalog.metaschema.fields import DOTTED, LabelField, Labelled, RollupField, exact, option, say, text

_SNAKE = validate.Regexp(r"[a-z][a-z0-9_]*\Z", error="must be small letters, digits and '_'.")


class UnitSchema(Labelled):
    """A unit of measure."""

    code = text("The unit as forms print it.")
    quantity = option("What it measures: money_vnd, area, persons … Units of one quantity can be converted.",
                      validate=_SNAKE)  # fmt: skip
    factor = exact("Exactly how many of the quantity's base one of it is: 10000 for ha of area in m2.")
    json_schema: ClassVar = {"dependentRequired": {"quantity": ["factor"], "factor": ["quantity"]}}

    @validates_schema
    def both_or_neither(self, data: dict[str, Any], **_: Any) -> None:
        if ("factor" in data) != (data.get("quantity") is not None):
            raise ValidationError("quantity and factor are given together.")
        if data.get("factor", 1) <= 0:
            raise ValidationError("must be greater than 0.", "factor")


class UnitsSchema(Schema):
    """units.yaml"""

    units = fields.List(fields.Nested(UnitSchema), required=True, metadata=say("The units of measure."))


class IndicatorSchema(Labelled):
    """A national concept that figures of several regimes may be bound to."""

    code = text("The indicator's code: field.concept.part", validators=DOTTED)
    unit = fields.String(load_default=None, allow_none=True, metadata=say("Its unit of measure (units.yaml)."))
    rollup = RollupField(
        required=True, metadata=say("How it is brought together: <across units>/<over time>, as its columns are.")
    )
    description = LabelField(load_default=None, allow_none=True, metadata=say("What exactly is counted."))


class IndicatorsSchema(Schema):
    """indicators.yaml"""

    indicators = fields.List(fields.Nested(IndicatorSchema), required=True, metadata=say("The indicators."))


class BreakdownItemSchema(Labelled):
    """A part of a breakdown."""

    code = text("The item's code.", validators=_SNAKE)


class BreakdownSchema(Labelled):
    """A way to divide what is counted."""

    code = text("The breakdown's code: sex, age_group …", validators=_SNAKE)
    items = fields.List(
        fields.Nested(BreakdownItemSchema),
        required=True,
        validate=validate.Length(min=1),
        metadata=say("Its parts."),
    )


class BreakdownsSchema(Schema):
    """breakdowns.yaml"""

    breakdowns = fields.List(fields.Nested(BreakdownSchema), required=True, metadata=say("The breakdowns."))
