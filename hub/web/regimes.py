"""The regimes as those who add them see them: all editions, one edition, its form as a reporter sees it, its files."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from hub.domain.edition_diff import changes, series_change
from hub.domain.form import Label
from hub.domain.period import local_day
from hub.domain.regime import Edition
from hub.services import regime_shelf, workshop
from hub.services.edition_change import filings_touched
from hub.services.preview import sample_filing, sample_workbook
from hub.services.seeing import may_read_regime
from hub.web.change_words import LEVELS, SEVERITIES, UNREAD, in_words, place_in_words
from hub.web.current import actor, core, now
from hub.web.language import gettext, plain
from hub.web.listing import clean, whole_number
from hub.web.preview import preview_parts
from hub.web.security import secure_download
from hub.writers.xsd import write_xsd

blueprint = Blueprint("regimes", __name__, url_prefix="/regimes")

PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATES: dict[str, Label] = {
    "in_force": Label("đang có hiệu lực", "in force"),
    "coming": Label("sắp có hiệu lực", "coming into force"),
    "ended": Label("đã hết hiệu lực", "ended"),
    "draft": Label("bản thảo", "draft"),
}
LINT: dict[str, Label] = {
    "clean": Label("không có lỗi", "clean"),
    "warnings": Label("có cảnh báo", "warnings"),
    "problems": Label("có lỗi", "problems"),
}
SOURCES: dict[str, Label] = {
    "text": Label("in trong biểu", "printed in the form"),
    "inferred": Label("suy ra", "inferred"),
    "hub": Label("hệ thống đặt", "set by the hub"),
}
WHATS: dict[str, Label] = {
    "text": Label("nội dung chung", "text"),
    "reporters": Label("đối tượng", "reporters"),
    "dates": Label("thời hạn", "dates"),
    "form": Label("biểu", "form"),
    "row": Label("dòng", "row"),
    "column": Label("cột", "column"),
    "cell": Label("ô", "cell"),
    "rule": Label("quy tắc", "rule"),
    "outline": Label("đề cương", "outline"),
}
HOWS: dict[str, Label] = {
    "added": Label("thêm", "added"),
    "removed": Label("bỏ", "removed"),
    "changed": Label("đổi", "changed"),
}


@blueprint.app_context_processor
def _for_menu() -> dict[str, object]:
    return {"may_manage_regimes": lambda: workshop.may_manage(actor())}


def owner_name(edition: Edition) -> str:
    """The owner as its text names it, and who stands for it today where that is another body."""
    then = core().orgs.find(edition.owner, edition.valid_from) or core().orgs.find(edition.owner, local_day(now()))
    if then is None:
        return edition.owner
    name, today = plain(then.name), [plain(unit.name) for unit in core().orgs.today(then.id, local_day(now()))]
    if today in ([], [name]):
        return name
    return gettext("%(name)s (nay là %(today)s)", name=name, today=", ".join(today))


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {
        "EDITION_STATES": STATES, "LINT": LINT, "LEVELS": LEVELS, "SEVERITIES": SEVERITIES, "SOURCES": SOURCES,
        "WHATS": WHATS, "HOWS": HOWS, "owner_name": owner_name, "in_words": in_words,
        "place_in_words": place_in_words, "UNREAD": UNREAD,
    }  # fmt: skip


@blueprint.get("")
def listing() -> str:
    names = ("text", "state", "owner", "fidelity", "lint")
    chosen = {name: clean(request.args.get(name)) for name in names}
    everything = regime_shelf.listing(core(), actor(), now())
    rows = regime_shelf.listing(core(), actor(), now(), **chosen) if any(chosen.values()) else everything
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(1, whole_number(request.args.get("page"), 1)), pages)
    return render_template(
        "pages/regimes.html",
        rows=rows[PAGE * (page - 1) : PAGE * page],
        total=len(rows),
        page=page,
        pages=pages,
        chosen=chosen,
        owners=sorted({(plain(row.owner_name), row.owner) for row in everything if row.owner}),
        counts={state: sum(row.state == state for row in everything) for state in STATES},
        unsound=sum(row.problems > 0 for row in everything),
        workshop=workshop.workshop_of(core()),
    )


@blueprint.get("/<regime>/<edition>")
def show(regime: str, edition: str) -> str:
    sheet = regime_shelf.sheet(core(), actor(), f"{regime}/{edition}", now())
    return render_template(
        "pages/regime.html",
        sheet=sheet,
        edition=sheet.edition,
        done=DONE.get(request.args.get("done", "")),
        may_backtest=sheet.state != "draft" and may_read_regime(core(), actor(), regime, now()),
    )


DONE: dict[str, tuple[str, str]] = {
    "kept": ("Đã lưu bản thảo vào thư mục làm việc. Hãy xem lại từng điều chưa chắc chắn.", "The draft is kept."),
    "published": (
        "Đã ban hành. Kỳ báo cáo tới hạn mở sẽ được mở ở lượt chạy kế tiếp của tác vụ “Mở báo cáo đến kỳ”.",
        "In force. Filings that are due are opened at the next run of the job “Open reports that fall due”.",
    ),
    "samples": (
        "Đã tạo báo cáo mẫu. Hãy đọc lại từng mẫu trước khi ban hành.",
        "Samples were made. Read them before publishing.",
    ),
}


@blueprint.get("/<regime>/<edition>/preview")
def preview(regime: str, edition: str) -> str:
    """The form as a reporter sees it, for one of the edition's frequencies."""
    found = regime_shelf.edition_at(core(), actor(), f"{regime}/{edition}")
    sample = sample_filing(found, core().orgs, local_day(now()), clean(request.args.get("frequency")))
    return render_template("pages/regime_preview.html", **preview_parts(found, sample))


@blueprint.get("/<regime>/<edition>/workbook.xlsx")
def workbook(regime: str, edition: str) -> Response:
    found = regime_shelf.edition_at(core(), actor(), f"{regime}/{edition}")
    sample = sample_filing(found, core().orgs, local_day(now()), clean(request.args.get("frequency")))
    name, content = sample_workbook(found, sample)
    return secure_download(Response(content, content_type=XLSX), name)


@blueprint.get("/<regime>/<edition>/schema.xsd")
def schema(regime: str, edition: str) -> Response:
    found = regime_shelf.edition_at(core(), actor(), f"{regime}/{edition}")
    return secure_download(Response(write_xsd(found), content_type="application/xml"), f"{regime}_{edition}.xsd")


@blueprint.get("/<regime>/<edition>/folder.zip")
def folder(regime: str, edition: str) -> Response:
    content = regime_shelf.zipped(core(), actor(), f"{regime}/{edition}")
    return secure_download(Response(content, content_type="application/zip"), f"{regime}_{edition}.zip")


@blueprint.get("/diff")
def diff() -> str:
    """What one edition changes of another; both are named in the address, so that it can be sent to somebody."""
    names = {name: clean(request.args.get(name)) for name in ("old", "new")}
    keys = regime_shelf.keys_of(core(), actor())
    if not all(names.values()):
        return render_template("pages/regime_diff.html", keys=keys, names=names, found=None)
    old, new = (regime_shelf.edition_at(core(), actor(), name) for name in names.values())
    found = changes(old, new)
    touched = None
    if old.key in core().catalog.editions and may_read_regime(core(), actor(), old.regime, now()):
        touched = filings_touched(core(), actor(), old, new, now())
    return render_template(
        "pages/regime_diff.html", keys=keys, names=names, found=found, series=series_change(old, new),
        old=old, new=new, touched=touched,
    )  # fmt: skip
