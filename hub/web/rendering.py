"""How values look on a page: Vietnamese numbers and dates, names of states and units, what templates are given."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask, g, request, url_for
from jinja2 import PackageLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup, escape

from hub.domain.access import Actor, called
from hub.domain.envelope import NOT_APPLICABLE
from hub.domain.filing import FilingRow
from hub.domain.findings import Place
from hub.domain.form import Label
from hub.domain.interchange import NOT_APPLICABLE_TEXT
from hub.domain.period import VIETNAM, Period, due_day_of, local_day, punctuality
from hub.domain.tables import shown_number
from hub.domain.workflow import STATE_NAMES
from hub.errors import HubError
from hub.web import charts, language
from hub.web.current import core, now
from hub.web.kept_words import kept_words
from hub.web.language import Said, plain, say
from hub.web.look import theme
from hub.web.security import CSRF_FIELD, csrf_token

PUNCTUALITY_NAMES: dict[str, tuple[str, str]] = {
    "on_time": ("đúng hạn", "on time"),
    "late": ("gửi muộn", "late"),
    "not_sent": ("quá hạn, chưa gửi", "overdue"),
    "pending": ("chưa đến hạn", "not yet due"),
}
EVENT_NAMES: dict[str, tuple[str, str]] = {
    "open": ("mở kỳ báo cáo", "opened"),
    "edit": ("lưu số liệu", "saved"),
    "check": ("xác nhận đã kiểm tra", "checked"),
    "sign": ("ký số", "signed"),
    "send": ("gửi báo cáo", "sent"),
    "withdraw": ("rút lại", "withdrawn"),
    "accept": ("tiếp nhận", "accepted"),
    "send_back": ("trả lại", "sent back"),
    "aggregate": ("tổng hợp", "rolled up"),
    "finalise": ("chốt số liệu", "finalised"),
    "amend": ("mở để sửa đổi", "reopened"),
    "exclude": ("loại khỏi tổng hợp", "excluded"),
    "include": ("đưa lại vào tổng hợp", "included again"),
    "ask_extension": ("xin gia hạn", "asked for more time"),
    "extend": ("gia hạn", "gave more time"),
    "refuse_extension": ("không gia hạn", "refused more time"),
    "enter_for": ("bắt đầu nhập thay đơn vị", "began to enter for the unit"),
}
ROLE_NAMES: dict[str, tuple[str, str]] = {
    "reporter": ("người nhập", "reporter"),
    "checker": ("người kiểm tra", "checker"),
    "signer": ("người ký", "signer"),
    "approver": ("người duyệt gửi", "approver"),
    "officer": ("cán bộ tiếp nhận", "receiving officer"),
    "central": ("trung tâm điều hành", "central staff"),
    "administrator": ("quản trị hệ thống", "administrator"),
}
FREQUENCY_NAMES: dict[str, tuple[str, str]] = {
    "weekly": ("tuần", "weekly"),
    "monthly": ("tháng", "monthly"),
    "quarterly": ("quý", "quarterly"),
    "half_yearly": ("6 tháng", "half-yearly"),
    "nine_month": ("9 tháng", "nine months"),
    "ten_month": ("10 tháng", "ten months"),
    "yearly": ("năm", "yearly"),
    "school_term": ("học kỳ", "school term"),
    "school_year": ("năm học", "school year"),
    "three_yearly": ("3 năm", "three-yearly"),
    "five_yearly": ("5 năm", "five-yearly"),
    "thematic": ("chuyên đề", "thematic"),
    "ad_hoc": ("đột xuất", "ad hoc"),
}
FIDELITY_NAMES: dict[str, tuple[str, str]] = {
    "form": ("Biểu mẫu theo đúng văn bản ban hành.", "The form is the one printed in the legal text."),
    "enumerated": (
        "Văn bản liệt kê chỉ tiêu; bố cục bảng do hệ thống sắp xếp.",
        "The legal text lists the indicators; the hub laid out the table.",
    ),
    "derived": (
        "Biểu suy ra từ nội dung văn bản; cần cơ quan ban hành xác nhận.",
        "The form is derived from the legal text and awaits the issuer's confirmation.",
    ),
    "memory": ("Biểu chưa đối chiếu với văn bản gốc.", "The form has not been compared with the original text."),
}
ROLLUP_NAMES: dict[str, tuple[str, str]] = {
    "sum": ("cộng các phần", "sum of the parts"),
    "ratio": ("tỷ lệ của các tổng", "ratio of sums"),
    "weighted": ("bình quân gia quyền", "weighted mean"),
    "last": ("cộng số cuối kỳ", "sum of end-of-period figures"),
    "max": ("lớn nhất", "greatest"),
    "none": ("không tổng hợp", "not rolled up"),
}
OVER_TIME_NAMES: dict[str, tuple[str, str]] = {
    "sum": ("qua các kỳ: cộng", "over time: sum"),
    "first": ("qua các kỳ: số đầu", "over time: first"),
    "last": ("qua các kỳ: số cuối", "over time: last"),
    "max": ("qua các kỳ: lớn nhất", "over time: greatest"),
    "recompute": ("qua các kỳ: tính lại", "over time: computed anew"),
    "none": ("qua các kỳ: không gộp", "over time: not combined"),
}
DOOR_NAMES: dict[str, tuple[str, str]] = {
    "form": ("biểu trên web", "web form"),
    "xlsx": ("Excel", "Excel"),
    "xlsx_many": ("Excel nhiều đơn vị", "Excel of many units"),
    "xml": ("XML", "XML"),
    "json": ("JSON", "JSON"),
    "csv": ("CSV", "CSV"),
    "docx": ("Word", "Word"),
}
EXCLUDED = ("loại khỏi tổng hợp", "excluded from the roll-up")


def number_vi(value: Decimal | int, decimals: int | None = None) -> str:
    """``1.234,50`` for 1234.5 with two decimals: dots group thousands, the comma is the decimal mark."""
    text = shown_number(value, decimals)
    sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, fraction = text.partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    return f"{sign}{grouped},{fraction}" if fraction else f"{sign}{grouped}"


def value_vi(value: Any, decimals: int | None = None) -> str:
    """Any stored value as a person types it into the form; empty for what is absent."""
    if value is None:
        return ""
    if value is NOT_APPLICABLE:
        return NOT_APPLICABLE_TEXT
    if isinstance(value, Decimal | int):
        return number_vi(value, decimals)
    if isinstance(value, date):
        return day_vi(value)
    return str(value)


def day_vi(day: date | None) -> str:
    """``24/12/2026``; empty for None."""
    return f"{day:%d/%m/%Y}" if day is not None else ""


def moment_vi(instant: datetime | None) -> str:
    """``14:05 24/12/2026`` in Viet Nam; empty for None."""
    return f"{instant.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if instant is not None else ""


def named(code: str, names: dict[str, tuple[str, str]] | dict[str, Label]) -> Markup:
    """The name of a code from one of the tables above; the code itself if it has none."""
    return say(names.get(code, (code, code)))


def tag(kind: str, words: Said) -> Markup:
    """A short coloured label that says in words what it means; ``kind`` picks the colour (``tag-…`` in hub.css)."""
    return Markup('<span class="tag tag-{}">{}</span>').format(kind, say(words))


def state_tag(row: FilingRow) -> Markup:
    """The state as a coloured tag that says it in words."""
    if row.excluded:
        return tag("excluded", EXCLUDED)
    return tag(row.state, STATE_NAMES[row.state])


def punctuality_tag(code: str) -> Markup:
    return tag(code, PUNCTUALITY_NAMES[code])


def punctuality_of(row: FilingRow) -> str:
    """``on_time``, ``late``, ``not_sent`` or ``pending``, as of this request (R31)."""
    return punctuality(row.due_at, row.first_sent_at, now())


def unit_name(unit_id: str) -> str:
    """The name of a unit in the reader's language (a proper name); its id if the register does not know it."""
    unit = core().orgs.units.get(unit_id)
    return plain(unit.name) if unit is not None else unit_id


def person(name: str) -> str:
    """Who did something, in the reader's language: of a connection or the hub itself what people call it."""
    return plain(called(name))


def regime_title(regime: str) -> Label:
    """The title of the regime's newest edition; its code if it is not in the catalogue."""
    found = core().catalog.regimes.get(regime)
    return found.editions[-1].title if found is not None else Label(regime, regime)


def period_label(code: str) -> Label:
    """``Quý I năm 2027`` for ``2027-Q1``; the code itself where it is no period."""
    try:
        return Period.parse(code).label
    except HubError:
        return Label(code, code)


def working_days_left(due_at: datetime, now: datetime) -> int | None:
    """Working days after today up to the due day, 0 on that day or later; None where the calendar does not reach."""
    calendar, day, last = core().calendar, local_day(now), due_day_of(due_at)
    left = 0
    try:
        while day < last and left < 400:
            day = calendar.add(day, 1)
            left += day <= last
    except HubError:
        return None
    return left


def has_role(*roles: str) -> bool:
    """Whether the signed-in person holds any of the roles anywhere; only menus depend on it, never a permission."""
    actor: Actor | None = g.get("actor")
    return actor is not None and not actor.roles().isdisjoint(roles)


def csrf_input() -> Markup:
    """The hidden field that every form carries."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, csrf_token())


def form_key() -> Markup:
    """A hidden field with a key made when the page was drawn: the same form sent twice is known by it."""
    return Markup('<input type="hidden" name="form_key" value="{}">').format(secrets.token_urlsafe(12))


def page_url(page: int) -> str:
    """The address of this list at another page, with its filters kept."""
    values = request.args.to_dict() | (request.view_args or {}) | {"page": str(page)}
    return url_for(request.endpoint or "", **values)


def this_page() -> str:
    """Where a choice of language or look returns to."""
    return request.full_path if request.query_string else request.path


def words(texts: Mapping[str, Said]) -> Markup:
    """The words a page's scripts speak, as a block of JSON that ``window.Hub.words`` reads; once a page or more."""
    spoken = {name: plain(text) for name, text in texts.items()}
    return Markup('<script type="application/json" class="words">{}</script>').format(htmlsafe_json_dumps(spoken))


def place(where: Place) -> str:
    """Where in a file, in the reader's language: ``F1!D7``, or ``dòng 12, …``."""
    if where.sheet is None and where.line is not None:
        path = where.path or where.field
        return f"{plain(('dòng', 'line'))} {where.line}" + (f", {path}" if path else "")
    return where.describe()


def lines(text: str) -> Markup:
    """Text with its line breaks kept, and nothing else believed."""
    return Markup("<br>").join(escape(line) for line in text.splitlines())


FILTERS: dict[str, Callable[..., Any]] = {
    "number": number_vi, "value": value_vi, "day": day_vi, "moment": moment_vi, "lines": lines,
    "state": state_tag, "period": period_label, "due_day": due_day_of, "named": named, "tag": tag,
    "person": person,
}  # fmt: skip
"""What templates use that needs no running hub."""


def install(app: Flask) -> None:
    """Gives the application its templates, filters and names."""
    app.jinja_loader = PackageLoader("templates", ".")
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= FILTERS | {"unit": unit_name, "punctuality": punctuality_tag, "regime": regime_title}
    app.jinja_env.globals |= {
        "csrf_input": csrf_input, "has_role": has_role, "page_url": page_url, "words": words, "form_key": form_key,
        "kept_words": kept_words,
        "this_page": this_page, "theme": theme, "place": place,
        "working_days_left": working_days_left, "STATES": STATE_NAMES, "ROLES": ROLE_NAMES, "EVENTS": EVENT_NAMES,
        "FREQUENCIES": FREQUENCY_NAMES, "FIDELITY": FIDELITY_NAMES, "DOORS": DOOR_NAMES,
        "PUNCTUALITIES": PUNCTUALITY_NAMES, "ROLLUPS": ROLLUP_NAMES, "punctuality_of": punctuality_of,
    }  # fmt: skip
    language.install(app.jinja_env)
    charts.install(app)
    app.context_processor(_shared)


def read_templates(app: Flask) -> None:
    """Every page is ready before the first reader asks for one; reading them all takes most of a second."""
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)


def _shared() -> dict[str, Any]:
    return {"demonstration": core().config.demonstration, "me": g.get("actor")}
