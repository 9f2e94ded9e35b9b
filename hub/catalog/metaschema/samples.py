"""``samples/``: reports of an edition that are right, and reports that must be found wrong, and exactly how."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from hub.catalog.metaschema.fields import FILLED, say, text, words
from hub.domain.regime import Scope, Severity

_SLUG = validate.Regexp(r"[a-z0-9]+([-_][a-z0-9]+)*\Z", error="must be small letters and digits, joined by '-' or '_'.")


class ValidSampleSchema(Schema):
    """A right report, as the JSON door takes it, and which samples came before it."""

    regime = fields.String(metadata=say("The regime's code."))
    unit = text("The code of the unit that reports.")
    period = text("The code of the period.")
    scope = fields.String(validate=words(Scope), metadata=say("own (the default) or rollup."))
    forms = fields.Dict(
        fields.String(),
        fields.Dict(fields.String(), fields.Raw(allow_none=True)),
        required=True,
        metadata=say('By form code: {"cells": {"r01.c01": "12"}}, {"records": [{"c01": "…"}]} or {"nil": true}.'),
    )
    outline = fields.Dict(fields.String(), fields.String(), metadata=say("The narrative by section code."))
    explanations = fields.Dict(fields.String(), fields.String(), metadata=say("Explanations by finding key."))
    before = fields.Dict(
        fields.String(validate=validate.OneOf(("prev", "last_year"))),
        fields.String(validate=_SLUG),
        load_default=dict,
        metadata=say("The samples that stand for the period before and the same period last year."),
    )


class ExpectedFindingSchema(Schema):
    """A finding that the hub must make."""

    code = text("The finding's code.")
    at = fields.String(
        load_default="", metadata=say("Where: F1.r01.c01, F2[3].c01, F1, outline.s1; empty: the report.")
    )
    severity = text("Its severity.", validators=words(Severity))
    rule = fields.String(load_default=None, allow_none=True, metadata=say("The rule that failed, for rule findings."))


class InvalidSampleSchema(Schema):
    """A right sample with something changed."""

    name = text("The sample's name.", validators=_SLUG)
    of = text("The right sample that it changes.", validators=_SLUG)
    set = fields.Dict(
        fields.String(validate=FILLED),
        fields.Raw(allow_none=True),
        load_default=dict,
        metadata=say('Address: the value, as in JSON; null removes it. F1.r01.c01: "13", "F2[2].c03": abc.'),
    )
    nil = fields.List(fields.String(), load_default=list, metadata=say("Forms declared to have nothing to report."))
    findings = fields.List(
        fields.Nested(ExpectedFindingSchema),
        required=True,
        validate=validate.Length(min=1),
        metadata=say("Exactly the findings that the hub must make: no more and no fewer."),
    )


class InvalidSamplesSchema(Schema):
    """samples/invalid.yaml"""

    invalid = fields.List(fields.Nested(InvalidSampleSchema), required=True, metadata=say("The wrong samples."))
