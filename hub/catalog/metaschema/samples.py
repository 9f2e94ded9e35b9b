"""``samples/invalid.yaml``: sample reports that must be found wrong, and exactly how."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from hub.catalog.metaschema.fields import FILLED, say, text, words
from hub.domain.regime import Severity

_SLUG = validate.Regexp(r"[a-z0-9]+(-[a-z0-9]+)*\Z", error="must be small letters, digits and '-'.")


class ExpectedFindingSchema(Schema):
    """A finding that the hub must make."""

    code = text("The finding's code.")
    at = fields.String(
        load_default="", metadata=say("Where: F1.r01.c01, F2[3].c01, F1, outline.s1; empty: the report.")
    )
    severity = text("Its severity.", validators=words(Severity))
    rule = fields.String(load_default=None, allow_none=True, metadata=say("The rule that failed, for rule findings."))


class InvalidSampleSchema(Schema):
    """A valid sample with something changed."""

    name = text("The sample's name.", validators=_SLUG)
    of = text("The valid sample that it changes.", validators=_SLUG)
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

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return data


class InvalidSamplesSchema(Schema):
    """samples/invalid.yaml"""

    invalid = fields.List(fields.Nested(InvalidSampleSchema), required=True, metadata=say("The wrong samples."))
