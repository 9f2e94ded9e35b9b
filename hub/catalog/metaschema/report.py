"""``national/<report>/report.yaml``: what a national report shows."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from hub.catalog.metaschema.fields import CODE, LabelField, Labelled, say, text, words
from hub.domain.regime import Level


class ItemSchema(Labelled):
    """A figure of an overview."""

    regime = fields.String(required=True, metadata=say("The regime that the figure is of."))
    address = fields.String(
        required=True, metadata=say("F1.r01.c03; F2.*.c03 for a list column's total, F2.*.# for its records.")
    )
    indicator = fields.String(load_default=None, allow_none=True, metadata=say("The indicator it is bound to."))


class SectionSchema(Schema):
    """A table of the report."""

    title = LabelField(load_default=None, allow_none=True, metadata=say("The section's heading."))
    form = fields.String(load_default=None, allow_none=True, metadata=say("The form shown (regime reports)."))
    by = text("nation: one table for the nation; units: a line for each unit.",
              validators=validate.OneOf(("nation", "units")))  # fmt: skip
    level = fields.String(
        load_default=None,
        allow_none=True,
        validate=words(Level),
        metadata=say("Of a section by units: which units."),
    )
    columns = fields.List(fields.String(), load_default=list, metadata=say("Only these columns; all if absent."))
    rows = fields.List(fields.String(), load_default=list, metadata=say("Only these rows; all if absent."))
    items = fields.List(fields.Nested(ItemSchema), load_default=list, metadata=say("The figures of an overview."))


class ReportSchema(Schema):
    """A national report."""

    code = text("The report's code, as its folder.", validators=CODE)
    title = LabelField(required=True, metadata=say("The report's title."))
    kind = text("regime: the forms of one regime; overview: figures of many.",
                validators=validate.OneOf(("regime", "overview")))  # fmt: skip
    regime = fields.String(load_default=None, allow_none=True, metadata=say("The regime of a report of one."))
    sections = fields.List(
        fields.Nested(SectionSchema), required=True, validate=validate.Length(min=1), metadata=say("The sections.")
    )
