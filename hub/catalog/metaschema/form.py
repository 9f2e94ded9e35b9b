"""``forms/<FORM>.yaml``: rows, columns and cells."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from hub.catalog.metaschema.fields import (
    NAME,
    BreakdownField,
    LabelField,
    Labelled,
    RollupField,
    exact,
    flag,
    listed,
    option,
    say,
    text,
    whole,
    words,
)
from hub.domain.form import CellType, Choice, Column, Form, FormKind, Row
from hub.domain.regime import Frequency

_INDICATOR = "The national indicator (indicators.yaml) that the figures are bound to."
_BREAKDOWN = "What part of the indicator the figures count: {sex: female}, breakdowns and items of breakdowns.yaml."
_OF_ONE = "The {0} of this form that this one is a part of; leave out for none."
_INFERRED = "true: the source does not print this; it follows from the text."


class ChoiceSchema(Labelled):
    """One of the answers of a choice column."""

    code = text("The answer's code, which files and figures carry.")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Choice:
        return Choice(data["code"], self.take_label(data))


class ColumnSchema(Labelled):
    """A column of a form."""

    code = text("The column's code within the form: c01, c02 … Never changes its meaning.", validators=NAME)
    type = text("What a cell holds.", validators=words(CellType))
    decimals = whole("Digits after the comma; 0 if absent. More digits than this are refused.", 0, 6)
    unit = option("The unit of measure (units.yaml), as printed in the form.")
    required = flag("false: the cell may be left empty. true if absent.")
    of = option(_OF_ONE.format("column"))
    rollup = RollupField(metadata=say("How figures are brought together: <across units>/<over time>, or a mapping."))
    inferred = flag(_INFERRED)
    choices = fields.List(fields.Nested(ChoiceSchema), metadata=say("The answers of a choice column."))
    indicator = option(_INDICATOR)
    minimum = exact("The least figure allowed; 0 if absent, null for none.", allow_none=True)
    maximum = exact("The greatest figure allowed; none if absent.", allow_none=True)
    max_length = whole("The most letters of a text; 2000 if absent.", 1, 20_000)
    group = fields.List(LabelField(), metadata=say("The headings above this column, the outermost first."))
    breakdown = BreakdownField(metadata=say(_BREAKDOWN))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Column:
        label = self.take_label(data)
        data["choices"], data["group"] = listed(data.get("choices")), listed(data.get("group"))
        return Column(label=label, **data)


class RowSchema(Labelled):
    """A row of a grid."""

    code = text("The row's code within the form: r01, r02 … Never changes its meaning.", validators=NAME)
    of = option(_OF_ONE.format("row"))
    inferred = flag(_INFERRED)
    unit = option("The unit of measure of the row's figures, where the form prints units by row.")
    indicator = option(_INDICATOR + " A row's comes before a column's.")
    breakdown = BreakdownField(metadata=say(_BREAKDOWN))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Row:
        return Row(label=self.take_label(data), **data)


class FormSchema(Schema):
    """One data form."""

    code = text("The form's code within the edition: F1, F2 … As the file's name.", validators=NAME)
    title = LabelField(required=True, metadata=say("The printed title."))
    kind = text("grid: fixed rows; list: as many records as there are.", validators=words(FormKind))
    row_axis = LabelField(metadata=say("What a row or a record is."))
    columns = fields.List(
        fields.Nested(ColumnSchema),
        required=True,
        validate=validate.Length(min=1),
        metadata=say("The columns, from left to right."),
    )
    rows = fields.List(fields.Nested(RowSchema), metadata=say("The rows of a grid, from top to bottom."))
    blocked = fields.List(
        fields.String(validate=validate.Regexp(r"\w+\.\w+\Z", error="must be <row>.<column>.")),
        metadata=say("Greyed cells, as <row>.<column>: nothing is asked for there."),
    )
    frequencies = fields.List(
        fields.String(validate=words(Frequency)),
        metadata=say("The periods that ask for this form; every period if absent."),
    )
    max_records = whole("The most records of a list; 20000 if absent.", 1, 200_000)
    required = flag("false: the form may be left out. true if absent.")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Form:
        for name in ("columns", "rows", "frequencies"):
            data[name] = listed(data.get(name))
        blocked = (cell.split(".") for cell in data.get("blocked", ()))
        data["blocked"] = frozenset((row, column) for row, column in blocked)
        return Form(**data)
