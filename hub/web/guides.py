"""The guide of each regime: who reports what, when, how, by which law; with workbooks to look at."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from hub.services import guides
from hub.services.guides import rule_words
from hub.web.change_words import LEVELS, SEVERITIES
from hub.web.current import actor, core, now
from hub.web.listing import clean
from hub.web.regimes import XLSX, owner_name
from hub.web.security import secure_download

blueprint = Blueprint("guides", __name__, url_prefix="/regimes")

TYPES: dict[str, tuple[str, str]] = {
    "integer": ("số nguyên", "whole number"),
    "decimal": ("số thập phân", "number with decimals"),
    "money": ("số tiền", "amount of money"),
    "percent": ("tỷ lệ phần trăm", "percentage"),
    "text": ("chữ", "text"),
    "choice": ("chọn trong danh sách", "choice from a list"),
    "date": ("ngày", "date"),
}
RECEIVERS: dict[str, tuple[str, str]] = {
    "province": ("Ủy ban nhân dân cấp tỉnh", "the provincial People’s Committee"),
    "district": ("Ủy ban nhân dân cấp huyện", "the district People’s Committee"),
    "owner": ("cơ quan chủ trì chế độ", "the regime’s owner"),
}
STEPS: dict[str, tuple[str, str]] = {"check": ("kiểm tra", "check"), "sign": ("ký số", "sign")}


@blueprint.get("/<regime>/guide")
def show(regime: str) -> str:
    """The guide of the edition in force, or of the one named in the address."""
    found = guides.guide(core(), actor(), regime, clean(request.args.get("edition")), now())
    return render_template(
        "pages/guide.html", guide=found, edition=found.edition, LEVELS=LEVELS, SEVERITIES=SEVERITIES, TYPES=TYPES,
        RECEIVERS=RECEIVERS, STEPS=STEPS, owner_name=owner_name, rule_words=rule_words,
    )  # fmt: skip


@blueprint.get("/<regime>/guide/workbook.xlsx")
def workbook(regime: str) -> Response:
    return _file(guides.blank_workbook(core(), regime, clean(request.args.get("edition")), now()))


@blueprint.get("/<regime>/guide/sample.xlsx")
def sample(regime: str) -> Response:
    return _file(guides.filled_workbook(core(), regime, clean(request.args.get("edition")), now()))


def _file(named: tuple[str, bytes]) -> Response:
    return secure_download(Response(named[1], content_type=XLSX), named[0])
