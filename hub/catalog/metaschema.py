"""The structure of the files under ``report_schemas``: strict marshmallow schemas whose result is domain objects.

Only structure is checked here (keys, types, allowed words); meaning is the work of :mod:`hub.catalog.lint`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields, post_load, validate

from hub.domain.form import CellType, Choice, Column, Form, FormKind, Label, OverTime, Rollup, RollupKind, Row
from hub.domain.regime import (
    ContentKind,
    DayRule,
    Fidelity,
    Frequency,
    LegalBasis,
    Level,
    OutlineSection,
    Reporter,
    ReportType,
    Rule,
    Scope,
    Severity,
    WindowRule,
)

METHODS: Mapping[str, Label] = {
    "report_system": Label("Hệ thống thông tin báo cáo", "Reporting information system"),
    "software": Label("Phần mềm báo cáo của cơ quan nhận", "The receiver's reporting software"),
    "edocument": Label("Hệ thống quản lý văn bản điện tử", "Electronic document system"),
    "paper": Label("Văn bản giấy", "Paper"),
    "email": Label("Thư điện tử", "E-mail"),
    "direct": Label("Gửi trực tiếp", "By hand"),
    "post": Label("Dịch vụ bưu chính", "Post"),
    "fax": Label("Fax", "Fax"),
}
"""Ways of sending and receiving (item 5 of a regime's mandatory content)."""

ISSUERS: frozenset[str] = frozenset(
    {"government", "prime_minister", "minister", "provincial_committee", "government_agency"}
)
REGIME_CLASSES: frozenset[str] = frozenset({"administrative", "statistical"})
ITEMS: frozenset[str] = frozenset(
    {
        "title",
        "content_kind",
        "reporters",
        "receiver",
        "methods",
        "deadline",
        "frequency",
        "window",
        "outline",
        "process",
    }
)
"""What a regime must say; ``unread`` may name any of these with the reason why it is not filled."""


def _words(literal: Any) -> validate.OneOf:
    return validate.OneOf(get_args(literal))


def _text(**options: Any) -> fields.String:
    return fields.String(required=True, validate=validate.Regexp(r"\s*\S", error="must not be empty."), **options)


_code = validate.Regexp(r"[A-Za-z0-9][A-Za-z0-9_-]*\Z", error="is not a code of letters, digits, '_' and '-'.")
_name = validate.Regexp(r"[A-Za-z][A-Za-z0-9_]*\Z", error="must begin with a letter, then letters, digits and '_'.")


class LabelField(fields.Field[Label]):
    """``{vi: …, en: …}``, both filled."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Label:
        if not isinstance(value, dict) or set(value) != {"vi", "en"}:
            raise ValidationError("must be {vi: …, en: …}.")
        if not all(isinstance(text, str) and text.strip() for text in value.values()):
            raise ValidationError("vi and en must be text.")
        return Label(value["vi"].strip(), value["en"].strip())


class _Labelled(Schema):
    """An entry that carries its label as ``vi`` and ``en`` beside its other keys."""

    vi = _text()
    en = _text()

    @staticmethod
    def take_label(data: dict[str, Any]) -> Label:
        return Label(data.pop("vi").strip(), data.pop("en").strip())


class RollupSchema(Schema):
    kind = fields.String(required=True, validate=_words(RollupKind))
    over_time = fields.String(load_default="none", validate=_words(OverTime))
    numerator = fields.String()
    denominator = fields.String()
    scale = fields.Decimal(allow_nan=False)
    weight = fields.String()


class RollupField(fields.Field[Rollup]):
    """``sum/last`` (across units / over time), ``none``, or a mapping with numerator, denominator, scale or weight."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Rollup:
        if isinstance(value, str):
            kind, _, over_time = value.partition("/")
            value = {"kind": kind, "over_time": over_time or "none"}
        if not isinstance(value, dict):
            raise ValidationError("must be text like 'sum/last' or a mapping.")
        return Rollup(**RollupSchema().load(value))


class ChoiceSchema(_Labelled):
    code = _text()

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Choice:
        return Choice(data["code"], self.take_label(data))


class ColumnSchema(_Labelled):
    code = fields.String(required=True, validate=_name)
    type = fields.String(required=True, validate=_words(CellType))
    decimals = fields.Integer(strict=True, validate=validate.Range(0, 6))
    unit = fields.String(allow_none=True)
    required = fields.Boolean(truthy={True}, falsy={False})
    of = fields.String(allow_none=True)
    rollup = RollupField()
    inferred = fields.Boolean(truthy={True}, falsy={False})
    choices = fields.List(fields.Nested(ChoiceSchema))
    indicator = fields.String(allow_none=True)
    minimum = fields.Decimal(allow_nan=False, allow_none=True)
    maximum = fields.Decimal(allow_nan=False, allow_none=True)
    max_length = fields.Integer(strict=True, validate=validate.Range(1, 20_000))
    group = fields.List(LabelField())

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Column:
        label = self.take_label(data)
        data["choices"] = tuple(data.get("choices", ()))
        data["group"] = tuple(data.get("group", ()))
        return Column(label=label, **data)


class RowSchema(_Labelled):
    code = fields.String(required=True, validate=_name)
    of = fields.String(allow_none=True)
    inferred = fields.Boolean(truthy={True}, falsy={False})
    unit = fields.String(allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Row:
        return Row(label=self.take_label(data), **data)


class FormSchema(Schema):
    code = fields.String(required=True, validate=_name)
    title = LabelField(required=True)
    kind = fields.String(required=True, validate=_words(FormKind))
    row_axis = LabelField()
    columns = fields.List(fields.Nested(ColumnSchema), required=True, validate=validate.Length(min=1))
    rows = fields.List(fields.Nested(RowSchema))
    blocked = fields.List(fields.String(validate=validate.Regexp(r"\w+\.\w+\Z", error="must be <row>.<column>.")))
    frequencies = fields.List(fields.String(validate=_words(Frequency)))
    max_records = fields.Integer(strict=True, validate=validate.Range(1, 200_000))
    required = fields.Boolean(truthy={True}, falsy={False})

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Form:
        for name in ("columns", "rows", "frequencies"):
            data[name] = tuple(data.get(name, ()))
        blocked = (cell.split(".") for cell in data.get("blocked", ()))
        data["blocked"] = frozenset((row, column) for row, column in blocked)
        return Form(**data)


class RuleSchema(Schema):
    id = fields.String(required=True, validate=_code)
    form = fields.String(load_default=None, allow_none=True)
    expr = _text()
    severity = fields.String(required=True, validate=_words(Severity))
    source = fields.String(required=True, validate=validate.OneOf(("text", "inferred", "hub")))
    message = LabelField(required=True)
    when = fields.String(allow_none=True)
    tolerance = fields.Decimal(allow_nan=False, validate=validate.Range(min=0))
    computes = fields.String(allow_none=True)
    beta = fields.Boolean(truthy={True}, falsy={False})

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Rule:
        return Rule(**data)


class RulesSchema(Schema):
    rules = fields.List(fields.Nested(RuleSchema), required=True)


class DayRuleSchema(Schema):
    anchor = fields.String(required=True, validate=validate.OneOf(("period_start", "period_end", "window_end")))
    months = fields.Integer(strict=True, validate=validate.Range(-24, 24))
    day = fields.Integer(strict=True, validate=validate.Range(1, 31))
    days = fields.Integer(strict=True)
    working_days = fields.Integer(strict=True)
    before = fields.Boolean(truthy={True}, falsy={False})
    ground = fields.String()


class DueSchema(DayRuleSchema):
    """One due day for every pair of its levels and frequencies."""

    levels = fields.List(fields.String(validate=_words(Level)), required=True, validate=validate.Length(min=1))
    frequencies = fields.List(fields.String(validate=_words(Frequency)), required=True, validate=validate.Length(min=1))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> dict[tuple[str, str], DayRule]:
        levels, frequencies = data.pop("levels"), data.pop("frequencies")
        rule = DayRule(**data)
        return {(level, frequency): rule for level in levels for frequency in frequencies}


class WindowSchema(Schema):
    start = fields.Nested(DayRuleSchema, required=True)
    end = fields.Nested(DayRuleSchema, required=True)
    ground = fields.String(load_default="")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> WindowRule:
        start, end = DayRule(**data["start"]), DayRule(**data["end"])
        ground = data["ground"]
        return WindowRule(replace(start, ground=start.ground or ground), replace(end, ground=end.ground or ground))


class ReporterSchema(Schema):
    level = fields.String(required=True, validate=_words(Level))
    scope = fields.String(validate=_words(Scope))
    receiver = fields.String(validate=validate.OneOf(("district", "province", "owner")))
    office = LabelField()
    units = fields.List(fields.String())

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Reporter:
        data["units"] = tuple(data.get("units", ()))
        return Reporter(**data)


class OutlineSectionSchema(_Labelled):
    code = fields.String(required=True, validate=_name)
    required = fields.Boolean(truthy={True}, falsy={False})
    max_length = fields.Integer(strict=True, validate=validate.Range(1, 200_000))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> OutlineSection:
        return OutlineSection(title=self.take_label(data), **data)


class LegalBasisSchema(Schema):
    text = _text()
    url = fields.String()
    superseded_by = fields.String()

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> LegalBasis:
        return LegalBasis(**data)


class IssuerSchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(sorted(ISSUERS)))
    name = _text()


class RegimeSchema(Schema):
    """``regime.yaml``. The result stays a mapping: the loader joins it with forms and rules into an Edition."""

    code = fields.String(required=True, validate=_code)
    title = LabelField(load_default=None, allow_none=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(load_default=None, allow_none=True)
    report_type = fields.String(required=True, validate=_words(ReportType))
    regime_class = fields.String(load_default="administrative", validate=validate.OneOf(sorted(REGIME_CLASSES)))
    content_kind = fields.String(load_default=None, allow_none=True, validate=_words(ContentKind))
    owner = _text()
    issuer = fields.Nested(IssuerSchema, load_default=None, allow_none=True)
    receiver = LabelField(load_default=None, allow_none=True)
    methods = fields.List(fields.String(validate=validate.OneOf(tuple(METHODS))), load_default=list)
    legal_basis = fields.Nested(LegalBasisSchema, load_default=None, allow_none=True)
    fidelity = fields.String(required=True, validate=_words(Fidelity))
    frequencies = fields.List(fields.String(validate=_words(Frequency)), load_default=list)
    parts = fields.Dict(
        fields.String(validate=_words(Frequency)),
        fields.List(fields.Integer(strict=True, validate=validate.Range(1, 12)), validate=validate.Length(min=1)),
        load_default=dict,
    )
    reporters = fields.List(fields.Nested(ReporterSchema), load_default=list)
    windows = fields.Dict(
        fields.String(validate=_words(Frequency)), fields.Nested(WindowSchema), load_default=dict
    )  # fmt: skip
    dues = fields.List(fields.Nested(DueSchema), load_default=list)
    forms = fields.List(fields.String(), load_default=list)
    outline = fields.List(fields.Nested(OutlineSectionSchema), load_default=list)
    process = fields.String(load_default="")
    sign_off = fields.List(fields.String(validate=validate.OneOf(("check", "sign"))), load_default=lambda: ["check"])
    holiday_roll = fields.String(load_default="none", validate=validate.OneOf(("none", "next_working_day")))
    late_days = fields.Integer(strict=True, load_default=None, allow_none=True)
    unread = fields.Dict(fields.String(validate=validate.OneOf(sorted(ITEMS))), _text(), load_default=dict)
    notes = fields.String(load_default="")


class UnitSchema(_Labelled):
    code = _text()


class UnitsSchema(Schema):
    units = fields.List(fields.Nested(UnitSchema), required=True)


class IndicatorSchema(_Labelled):
    code = fields.String(required=True, validate=validate.Regexp(r"[a-z0-9_]+(\.[a-z0-9_]+)*\Z"))
    unit = fields.String(load_default=None, allow_none=True)
    rollup = RollupField(required=True)


class IndicatorsSchema(Schema):
    indicators = fields.List(fields.Nested(IndicatorSchema), required=True)


class ItemSchema(_Labelled):
    regime = fields.String(required=True)
    address = fields.String(required=True)
    indicator = fields.String(load_default=None, allow_none=True)


class SectionSchema(Schema):
    title = LabelField(load_default=None, allow_none=True)
    form = fields.String(load_default=None, allow_none=True)
    by = fields.String(required=True, validate=validate.OneOf(("nation", "units")))
    level = fields.String(load_default=None, allow_none=True, validate=_words(Level))
    columns = fields.List(fields.String(), load_default=list)
    rows = fields.List(fields.String(), load_default=list)
    items = fields.List(fields.Nested(ItemSchema), load_default=list)


class ReportSchema(Schema):
    code = fields.String(required=True, validate=_code)
    title = LabelField(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(("regime", "overview")))
    regime = fields.String(load_default=None, allow_none=True)
    sections = fields.List(fields.Nested(SectionSchema), required=True, validate=validate.Length(min=1))
