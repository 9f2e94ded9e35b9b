"""``regime.yaml``: who reports what to whom, how often, by when, by which law."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from hub.catalog.metaschema.dates import DueSchema, WindowSchema
from hub.catalog.metaschema.fields import CODE, FILLED, NAME, LabelField, Labelled, exact, flag, say, text, whole, words
from hub.domain.form import Label
from hub.domain.regime import (
    YEARS_OF,
    ContentKind,
    Fidelity,
    Frequency,
    LegalBasis,
    Level,
    OutlineSection,
    Reporter,
    ReportType,
    Scope,
    Swing,
)
from hub.domain.reminder_calendar import MOST_DAYS, ReminderCalendar

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
_ADDRESS = validate.Regexp(
    r"[A-Za-z]\w*(\.(\*|[A-Za-z]\w*)){0,2}\Z", error="must be a form, <form>.<row or column> or <form>.<row>.<column>."
)


class ReporterSchema(Schema):
    """A level that owes the report."""

    level = text("Which units owe it. Departments report as their province, with an office.", validators=words(Level))
    scope = fields.String(
        validate=words(Scope),
        metadata=say("own: first-hand figures, summed for the nation (the default); rollup: a superior's summary."),
    )
    receiver = fields.String(
        validate=validate.OneOf(("district", "province", "owner")),
        metadata=say("Whom they send it to: the level above, or the owner of the regime (the default)."),
    )
    office = LabelField(metadata=say("The office within the unit that reports, e.g. a department of the province."))
    units = fields.List(
        fields.String(),
        metadata=say("Codes of the units that owe it, where not all of the level do."),
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Reporter:
        data["units"] = tuple(data.get("units", ()))
        return Reporter(**data)


class OutlineSectionSchema(Labelled):
    """A section of the narrative."""

    code = text("The section's code: s1, s2 …", validators=NAME)
    required = flag("true: the section must be filled. false if absent.")
    max_length = whole("The most letters; 20000 if absent.", 1, 200_000)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> OutlineSection:
        return OutlineSection(title=self.take_label(data), **data)


class LegalBasisSchema(Schema):
    """The legal text that the regime comes from."""

    text = text("Number, date, article and annex, in Vietnamese.")
    url = fields.String(metadata=say("Where it can be read."))
    superseded_by = fields.String(metadata=say("The text that took its place, where there is one."))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> LegalBasis:
        return LegalBasis(**data)


class RemindersSchema(Schema):
    """When those who owe the report are reminded of it, in working days from its last day."""

    before = fields.List(
        fields.Integer(strict=True, validate=validate.Range(0, MOST_DAYS)),
        load_default=lambda: list(ReminderCalendar().before),
        metadata=say("So many working days before the last day; 0: on its morning. Absent: 5, 1 and 0; []: none."),
    )
    after = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, MOST_DAYS)),
        load_default=lambda: list(ReminderCalendar().after),
        metadata=say("So many working days after it, while nothing was sent. Absent: 1 and 3; []: none."),
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ReminderCalendar:
        return ReminderCalendar(tuple(data["before"]), tuple(data["after"]))


class SwingSchema(Schema):
    """When a unit is asked why a figure moved so far from last period's."""

    factor = exact(
        "By more than so many times, up or down. Absent: 3.",
        validate=validate.Range(1, min_inclusive=False),
        load_default=lambda: Swing().factor,
    )
    least = exact(
        "And by at least so many of the column's unit. Absent: 20.",
        validate=validate.Range(0),
        load_default=lambda: Swing().least,
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Swing:
        return Swing(**data)


class IssuerSchema(Schema):
    """Who issued the regime (R03)."""

    kind = text("What kind of body.", validators=validate.OneOf(sorted(ISSUERS)))
    name = text("Its name.")


def _frequencies(description: str) -> fields.List[str]:
    return fields.List(
        fields.String(validate=words(Frequency)), load_default=list, metadata=say(description)
    )  # fmt: skip


class RegimeSchema(Schema):
    """``regime.yaml``. The result stays a mapping: the loader joins it with forms and rules into an Edition."""

    code = text("The regime's code, as its folder.", validators=CODE)
    title = LabelField(load_default=None, allow_none=True, metadata=say("The name of the report (item 1)."))
    valid_from = fields.Date(required=True, metadata=say("The edition's first day, as its folder."))
    valid_to = fields.Date(
        load_default=None,
        allow_none=True,
        metadata=say("The last day; absent: until the day before the next edition."),
    )
    report_type = text("periodic, thematic or ad hoc (R01).", validators=words(ReportType))
    regime_class = fields.String(
        load_default="administrative",
        validate=validate.OneOf(sorted(REGIME_CLASSES)),
        metadata=say("administrative (the default) or statistical (R07)."),
    )
    content_kind = fields.String(
        load_default=None,
        allow_none=True,
        validate=words(ContentKind),
        metadata=say("narrative, data or both (R05)."),
    )
    owner = text("The code of the body that asks for it, as at the time of the text.")
    issuer = fields.Nested(IssuerSchema, load_default=None, allow_none=True, metadata=say("Who issued it (R03)."))
    receiver = LabelField(load_default=None, allow_none=True, metadata=say("Who receives it (item 4)."))
    methods = fields.List(
        fields.String(validate=validate.OneOf(tuple(METHODS))),
        load_default=list,
        metadata=say("Ways of sending and receiving (item 5)."),
    )
    legal_basis = fields.Nested(
        LegalBasisSchema, load_default=None, allow_none=True, metadata=say("The legal text (R02).")
    )
    fidelity = text(
        "How near to the printed form: form (as printed), enumerated (listed in the text), derived or memory (the "
        "form was not seen: it awaits confirmation by its owner).",
        validators=words(Fidelity),
    )
    frequencies = _frequencies("How often it is owed (item 7).")
    parts = fields.Dict(
        fields.String(validate=words(Frequency)),
        fields.List(fields.Integer(strict=True, validate=validate.Range(1, 53)), validate=validate.Length(min=1)),
        load_default=dict,
        metadata=say("Which periods of a year are asked for: {half_yearly: [1]} = the first half only; absent = all."),
    )
    first_years = fields.Dict(
        fields.String(validate=validate.OneOf(tuple(YEARS_OF))),
        fields.Integer(strict=True, validate=validate.Range(2000, 2099)),
        load_default=dict,
        metadata=say("Of a cycle of several years: the year of its first period's code, {three_yearly: 2018}."),
    )
    reporters = fields.List(
        fields.Nested(ReporterSchema), load_default=list, metadata=say("The levels that owe it (item 3).")
    )
    windows = fields.Dict(
        fields.String(validate=words(Frequency)),
        fields.Nested(WindowSchema),
        load_default=dict,
        metadata=say("The days that figures are of, by frequency (item 8); absent: the decree's (R08)."),
    )
    dues = fields.List(
        fields.Nested(DueSchema), load_default=list, metadata=say("Due days (item 6); absent: the decree's (R08).")
    )
    forms = fields.List(fields.String(), load_default=list, metadata=say("The forms' codes, in order (item 10)."))
    outline = fields.List(
        fields.Nested(OutlineSectionSchema), load_default=list, metadata=say("The narrative's sections (item 9).")
    )
    process = fields.String(
        load_default="", metadata=say("How the report passes through the levels (item 11), in Vietnamese.")
    )
    sign_off = fields.List(
        fields.String(validate=validate.OneOf(("check", "sign"))),
        load_default=lambda: ["check"],
        metadata=say("The steps between making and sending."),
    )
    holiday_roll = fields.String(
        load_default="none",
        validate=validate.OneOf(("none", "next_working_day")),
        metadata=say("Whether a due day on a holiday moves to the next working day (R11)."),
    )
    reminders = fields.Nested(
        RemindersSchema,
        load_default=ReminderCalendar,
        metadata=say("When units are reminded (R32); absent: 5 and 1 working days before, on the day, 1 and 3 after."),
    )
    swing = fields.Nested(
        SwingSchema,
        load_default=Swing,
        allow_none=True,
        metadata=say("When a figure far from last period's is asked about; null: never. Absent: 3 times and 20."),
    )
    late_days = whole("How many days after its due day it may still be sent.", load_default=None, allow_none=True)
    publish_floor = whole(
        "Of a hundred obliged units how many must be accepted before its figures are published; absent: as the hub's "
        "settings say.",
        0, 100, load_default=None, allow_none=True,
    )  # fmt: skip
    continues = fields.Dict(
        fields.String(validate=_ADDRESS),
        fields.String(validate=_ADDRESS, allow_none=True),
        load_default=dict,
        metadata=say(
            "Of a later edition: which series goes on under another address, new: old. null: a new series. A form, "
            "<form>.<row or column> or a cell; absent: the same address goes on if its type and unit are the same."
        ),
    )
    unread = fields.Dict(
        fields.String(validate=validate.OneOf(sorted(ITEMS))),
        fields.String(required=True, validate=FILLED),
        load_default=dict,
        metadata=say("Items that the law asks for and that were not seen in the source, each with the reason."),
    )
    notes = fields.String(load_default="", metadata=say("What was read where, and what was chosen."))
