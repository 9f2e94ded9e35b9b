"""``kpi/<SET>.yaml``: a set of steering indicators."""

from __future__ import annotations

from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from hub.catalog.metaschema.fields import CODE, LabelField, Labelled, exact, listed, say, text, whole, words
from hub.domain.access import Role
from hub.domain.kpi import (
    Alerts,
    BreakdownItem,
    Direction,
    Formula,
    Given,
    Kpi,
    KpiBreakdown,
    KpiGroup,
    KpiSet,
    Thresholds,
)
from hub.domain.org import UnitLevel
from hub.domain.regime import Fidelity, Frequency

_NUMBER = validate.Regexp(
    r"[A-Za-z0-9]+(\.[A-Za-z0-9]+)*\Z", error="must be letters and digits in parts joined by '.'."
)
_MEASURE = validate.Regexp(r"[^/\s]+/[^/\s.]+\.[^/\s.]+\.[^/\s.]+\Z", error="must be like REGIME/F1.r01.c03.")


class FormulaSchema(Schema):
    """What a value is worked out from; an empty formula: values that another system sends."""

    measure = fields.String(validate=_MEASURE, metadata=say("The measure that it is, REGIME/F1.r01.c03."))
    numerator = fields.String(validate=_MEASURE, metadata=say("Of a ratio: what is above the line."))
    denominator = fields.String(validate=_MEASURE, metadata=say("Of a ratio: what is below the line."))
    scale = exact("Of a ratio: what the quotient is multiplied by, 100 for a percentage.")

    @validates_schema
    def _whole(self, data: dict[str, Any], **kwargs: Any) -> None:
        if ("numerator" in data) != ("denominator" in data):
            raise ValidationError("a ratio has a numerator and a denominator.")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Formula:
        return Formula(**data)


class ThresholdsSchema(Schema):
    """From where on a value is green, from where on amber."""

    green = exact("The first value that is green.", required=True)
    amber = exact("The first value that is amber.", required=True)
    source = text(
        "text: the legal text or its transcription gives them; choice: the hub does.", validators=words(Given)
    )
    note = LabelField(load_default=None, metadata=say("Why, or where it stands."))

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Thresholds:
        return Thresholds(**data)


class BreakdownItemSchema(Labelled):
    """A part that an indicator may be divided into."""

    code = text("The part's code.", validators=_NUMBER)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> BreakdownItem:
        return BreakdownItem(label=self.take_label(data), **data)


class KpiBreakdownSchema(Labelled):
    """A way to divide an indicator."""

    code = text("The breakdown's code.", validators=_NUMBER)
    items = fields.List(fields.Nested(BreakdownItemSchema), required=True, validate=validate.Length(min=1),
                        metadata=say("Its parts."))  # fmt: skip

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> KpiBreakdown:
        return KpiBreakdown(label=self.take_label(data), **data | {"items": listed(data["items"])})


class KpiSchema(Labelled):
    """An indicator of the set."""

    code = text("The indicator's number in the set, such as 2.1.", validators=_NUMBER)
    group = text("The group that it belongs to.")
    unit = fields.String(load_default="", metadata=say("Its unit of measure, as in units.yaml."))
    decimals = whole("How many decimals its value has.", 0, 6, load_default=2)
    direction = fields.String(load_default="higher", validate=words(Direction),
                              metadata=say("Whether higher or lower is better."))  # fmt: skip
    formula = fields.Nested(FormulaSchema, load_default=Formula, metadata=say("What it is worked out from."))
    thresholds = fields.Nested(ThresholdsSchema, load_default=None, metadata=say("Its lights; none without."))
    points = exact("Full marks, where the source gives them.", load_default=None, allow_none=True)
    full_at = exact("The value that earns full marks.", load_default=None, allow_none=True)
    breakdowns = fields.List(fields.Nested(KpiBreakdownSchema), load_default=list, metadata=say("Its breakdowns."))
    note = LabelField(load_default=None, metadata=say("What a reader should know of it."))

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Kpi:
        return Kpi(label=self.take_label(data), **data | {"breakdowns": listed(data["breakdowns"])})


class KpiGroupSchema(Labelled):
    """A group of indicators."""

    code = text("The group's number.", validators=_NUMBER)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> KpiGroup:
        return KpiGroup(label=self.take_label(data), **data)


def _roles(description: str) -> fields.List[Any]:
    known = validate.OneOf(get_args(Role))
    return fields.List(fields.String(validate=known), load_default=list, metadata=say(description))


class AlertsSchema(Schema):
    """Who is told when an indicator falls."""

    light = fields.String(load_default="red", validate=validate.OneOf(("amber", "red")),
                          metadata=say("The light at which people are told."))  # fmt: skip
    nation = _roles("Roles on the nation.")
    unit = _roles("Roles on the unit whose indicator it is.")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Alerts:
        return Alerts(data["light"], tuple(data["nation"]), tuple(data["unit"]))


class KpiSetSchema(Schema):
    """A set of steering indicators."""

    code = text("The set's code, as its file.", validators=CODE)
    title = LabelField(required=True, metadata=say("The set's title."))
    owner = text("The agency whose set it is, by its code.")
    legal_basis = text("The text that it stands on.")
    fidelity = text("How close to that text it is.", validators=words(Fidelity))
    valid_from = fields.Date(required=True, metadata=say("The first day of the set."))
    frequencies = fields.List(fields.String(validate=words(Frequency)), required=True, validate=validate.Length(min=1),
                              metadata=say("The periods that it is judged for."))  # fmt: skip
    levels = fields.List(fields.String(validate=words(UnitLevel)), required=True, validate=validate.Length(min=1),
                         metadata=say("Whose values are ranked."))  # fmt: skip
    groups = fields.List(fields.Nested(KpiGroupSchema), required=True, validate=validate.Length(min=1),
                         metadata=say("The groups, in order."))  # fmt: skip
    kpis = fields.List(fields.Nested(KpiSchema), required=True, validate=validate.Length(min=1),
                       metadata=say("The indicators, in order."))  # fmt: skip
    alerts = fields.Nested(AlertsSchema, load_default=None, metadata=say("Who is told when an indicator falls."))
    note = LabelField(load_default=None, metadata=say("What a reader should know of the set."))

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> KpiSet:
        many = {name: listed(data[name]) for name in ("frequencies", "levels", "groups", "kpis")}
        return KpiSet(**data | many)
