"""``rules.yaml``: what must hold between figures."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from hub.catalog.metaschema.fields import CODE, LabelField, exact, flag, option, say, text, words
from hub.domain.regime import Rule, Severity


class RuleSchema(Schema):
    """A rule: an expression that must hold, and what to say when it does not."""

    id = text("The rule's id: <regime>-R01 … Never changes its meaning.", validators=CODE)
    form = fields.String(
        load_default=None,
        allow_none=True,
        metadata=say("The form that bare names such as c01 or r02 belong to; absent where every name says its form."),
    )
    expr = text(
        "The expression that must hold: c01 = c02 + c03, F1.r01.c01 >= sum(F2.c03), prev(c01), ytd(c01), "
        "same_period_last_year(c01), convert(c01, 'đồng'), other('CODE', F1.r01.c01) …"
    )
    severity = text(
        "error: stops sending; warning: needs an explanation; note: is only shown.", validators=words(Severity)
    )
    source = text(
        "text: printed in the form; inferred: follows from its headings; hub: added by the hub.",
        validators=validate.OneOf(("text", "inferred", "hub")),
    )
    message = LabelField(
        required=True,
        metadata=say(
            "What people read when it fails. {found}, {expected}, {difference}, {row} and addresses such as {c03} or "
            "{F1.r01.c03} stand for the figures."
        ),
    )
    when = option("An expression: the rule is only asked where it holds.")
    tolerance = exact("How far the two sides may differ; 0 if absent.", validate=validate.Range(min=0))
    computes = option("The row or column whose total this rule defines.")
    beta = flag("true: the rule is on trial and only warns.")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Rule:
        return Rule(**data)


class RulesSchema(Schema):
    """The rules of an edition."""

    rules = fields.List(fields.Nested(RuleSchema), required=True, metadata=say("The rules, in the order to show them."))
