"""Fields that the files have in common. Every field says what it is for: editors show it while somebody writes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields, validate

from hub.domain.form import Breakdown, Label, OverTime, Rollup, RollupKind

CODE = validate.Regexp(r"[A-Za-z0-9][A-Za-z0-9_-]*\Z", error="is not a code of letters, digits, '_' and '-'.")
NAME = validate.Regexp(r"[A-Za-z][A-Za-z0-9_]*\Z", error="must begin with a letter, then letters, digits and '_'.")
FILLED = validate.Regexp(r"\s*\S", error="must not be empty.")
DOTTED = validate.Regexp(r"[a-z0-9_]+(\.[a-z0-9_]+)*\Z", error="must be small letters, digits and '_', with dots.")


def say(description: str) -> dict[str, str]:
    """The metadata of a field: what an editor shows for its key."""
    return {"description": description}


def words(literal: Any) -> validate.OneOf:
    """One of the words of a ``Literal``."""
    return validate.OneOf(get_args(literal))


def text(description: str, *, validators: Any = FILLED, **options: Any) -> fields.String:
    """A text that must be given and is not empty."""
    return fields.String(required=True, validate=validators, metadata=say(description), **options)


def option(description: str, **options: Any) -> fields.String:
    """A text that may be absent or null."""
    return fields.String(allow_none=True, metadata=say(description), **options)


def flag(description: str) -> fields.Boolean:
    """``true`` or ``false``, nothing else."""
    return fields.Boolean(truthy={True}, falsy={False}, metadata=say(description))


def whole(description: str, least: int | None = None, most: int | None = None, **options: Any) -> fields.Integer:
    """A whole number within limits."""
    limits = None if least is None and most is None else validate.Range(least, most)
    return fields.Integer(strict=True, validate=limits, metadata=say(description), **options)


def exact(description: str, **options: Any) -> fields.Decimal:
    """An exact decimal number, which YAML gives as text."""
    return fields.Decimal(allow_nan=False, metadata=say(description), **options)


class LabelField(fields.Field[Label]):
    """``{vi: …, en: …}``, both filled."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Label:
        if not isinstance(value, dict) or set(value) != {"vi", "en"}:
            raise ValidationError("must be {vi: …, en: …}.")
        if not all(isinstance(item, str) and item.strip() for item in value.values()):
            raise ValidationError("vi and en must be text.")
        return Label(value["vi"].strip(), value["en"].strip())


class Labelled(Schema):
    """An entry that carries its label as ``vi`` and ``en`` beside its other keys."""

    vi = text("The Vietnamese text, as the legal source prints it.")
    en = text("The English text.")

    @staticmethod
    def take_label(data: dict[str, Any]) -> Label:
        return Label(data.pop("vi").strip(), data.pop("en").strip())


class RollupSchema(Schema):
    """How a column is brought together, written out."""

    kind = text("Across units: sum; ratio (sum over sum); weighted mean; last (a stock: summed); max; none.",
                validators=words(RollupKind))  # fmt: skip
    over_time = fields.String(
        load_default="none",
        validate=words(OverTime),
        metadata=say("Over the parts of a longer period: sum, first, last, max, recompute by the column's rule, none."),
    )
    numerator = fields.String(metadata=say("Of a ratio: the column above the line."))
    denominator = fields.String(metadata=say("Of a ratio: the column below the line."))
    scale = exact("Of a ratio: what the quotient is multiplied by, 100 for a percentage.")
    weight = fields.String(metadata=say("Of a weighted mean: the column that weighs."))


class RollupField(fields.Field[Rollup]):
    """``sum/last`` (across units / over time), ``none``, or a mapping with numerator, denominator, scale or weight."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Rollup:
        if isinstance(value, str):
            kind, _, over_time = value.partition("/")
            value = {"kind": kind, "over_time": over_time or "none"}
        if not isinstance(value, dict):
            raise ValidationError("must be text like 'sum/last' or a mapping.")
        return Rollup(**RollupSchema().load(value))


class BreakdownField(fields.Field[Breakdown]):
    """``{sex: female}``: breakdown → item, as sorted pairs."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Breakdown:
        if not isinstance(value, dict) or not value:
            raise ValidationError("must be a mapping like {sex: female}.")
        if not all(isinstance(item, str) for pair in value.items() for item in pair):
            raise ValidationError("breakdowns and items are named by their codes.")
        return tuple(sorted(value.items()))


def listed(entries: Iterable[Any] | None) -> tuple[Any, ...]:
    """A list that may be absent, as a tuple."""
    return tuple(entries or ())
