"""``hub regime draft``: an official form becomes a draft edition, with a list of all that is unsure."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import get_args

import click

from hub.catalog.load import load_catalog
from hub.cli.answers import json_option, say, say_both, say_json, say_next, say_table
from hub.config import load_config
from hub.domain.regime import Frequency, Level
from hub.drafting.draft import DraftedEdition, Hints, draft_form
from hub.drafting.files import write_draft
from hub.errors import BadRequest, SchemaError


@click.command("draft")
@click.argument("form", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--owner", required=True, help="mã cơ quan chủ trì / code of the body that owns the regime, e.g. G07")
@click.option(
    "--basis", required=True, help="văn bản ban hành / the legal text, e.g. “Thông tư 02/2021/TT-TTCP, Biểu 01”"
)
@click.option("--code", default="", help="mã chế độ / the regime's code")
@click.option("--valid-from", type=click.DateTime(["%Y-%m-%d"]), help="ngày đầu hiệu lực / first day in force")
@click.option(
    "--frequency", "frequencies", multiple=True, type=click.Choice(get_args(Frequency)), help="kỳ báo cáo / how often"
)
@click.option("--levels", default="", help="cấp báo cáo / who reports, e.g. commune,province")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("drafts"), show_default=True)
@json_option
def regime_draft(
    form: Path,
    owner: str,
    basis: str,
    code: str,
    valid_from: datetime | None,
    frequencies: tuple[str, ...],
    levels: str,
    out: Path,
    as_json: bool,
) -> None:
    """Dựng nháp từ biểu mẫu Excel, Word / Draft an edition from an official Excel or Word form."""
    hints = Hints(owner, basis, code, valid_from.date() if valid_from else None, frequencies, _levels(levels))
    drafted = draft_form(form.read_bytes(), form.name, hints)
    written = write_draft(drafted, out)
    problems = lint_problems(out, drafted.key)
    if as_json:
        say_json(_facts(drafted, problems))
        return
    _say(drafted, problems)
    say(*(f"đã ghi / written: {path}" for path in written))
    say_next(f"trả lời các điểm chưa chắc chắn trong / settle the doubts in: {out / 'regimes' / drafted.key}")
    say_next(f"{_where(out)}hub regime lint {drafted.key}")


def _where(out: Path) -> str:
    """What has to stand before the commands that follow, unless the folder is one of the hub's own already."""
    known = {folder.resolve() for folder in load_config().schemas}
    return "" if out.resolve() in known else f"HUB_SCHEMAS={out} "


def _levels(text: str) -> tuple[str, ...]:
    levels = tuple(part.strip() for part in text.split(",") if part.strip())
    for level in levels:
        if level not in get_args(Level):
            known = ", ".join(get_args(Level))
            raise BadRequest(
                f"Không có cấp “{level}”; các cấp: {known}.", f"There is no level “{level}”; levels: {known}."
            )
    return levels


def lint_problems(folder: Path, key: str) -> list[str]:
    """What lint says of the draft, laid over the hub's own data."""
    try:
        catalog = load_catalog(overlays=(folder,))
        return list(catalog.drafts.problems(key)) if key in catalog.drafts else []
    except SchemaError as error:
        return error.problems


def _say(drafted: DraftedEdition, problems: list[str]) -> None:
    say(f"{drafted.key}: {drafted.regime['title']['vi']}")
    say_table(
        ("form", "kind", "rows", "columns", "title"),
        [(f["code"], f["kind"], len(f.get("rows", ())), len(f["columns"]), f["title"]["vi"]) for f in drafted.forms],
    )
    printed = sum(rule["source"] == "text" for rule in drafted.rules)
    inferred = len(drafted.rules) - printed
    sections = len(drafted.outline)
    say_both(
        f"{printed} quy tắc in trong biểu, {inferred} suy ra, {sections} mục thuyết minh",
        f"{printed} printed rules, {inferred} inferred, {sections} sections of narrative",
    )
    say("", f"Chưa chắc chắn / Unsure: {len(drafted.uncertain)}")
    for number, item in enumerate(drafted.uncertain, 1):
        place = f"[{item.place}] " if item.place else ""
        say(f"{number:3}. {place}{item.taken.vi} {item.why.vi}", f"     {item.taken.en} {item.why.en}")
    say("", f"Lint: {len(problems)} lỗi / problems", *(f"  {problem}" for problem in problems))


def _facts(drafted: DraftedEdition, problems: list[str]) -> dict[str, object]:
    uncertain = [
        {
            "kind": u.kind,
            "place": u.place,
            "taken": u.taken.vi,
            "taken_en": u.taken.en,
            "why": u.why.vi,
            "why_en": u.why.en,
            "otherwise": u.other.vi,
            "otherwise_en": u.other.en,
        }
        for u in drafted.uncertain
    ]
    return {
        "edition": drafted.key,
        "regime": drafted.regime,
        "forms": drafted.forms,
        "rules": drafted.rules,
        "units": drafted.units,
        "uncertain": uncertain,
        "lint": problems,
    }
