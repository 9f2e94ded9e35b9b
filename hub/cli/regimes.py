"""``hub regime``: the integrated regimes, their lint and their lock."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from hub.catalog.json_schema import json_schemas
from hub.catalog.lint.whole import LintResult, lint
from hub.catalog.load import packaged
from hub.cli.answers import json_option, say, say_both, say_json, say_next, say_table
from hub.cli.opened import catalog, now
from hub.config import load_config
from hub.domain.period import local_day
from hub.domain.regime import Edition
from hub.errors import NotFound

folder_option = click.option(
    "--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="instead of the packaged data"
)


@click.group("regime")
def regime_group() -> None:
    """Các chế độ báo cáo / The regimes."""


@regime_group.command("list")
@json_option
def regime_list(as_json: bool) -> None:
    """Các chế độ đã tích hợp / The integrated regimes."""
    found = [regime.editions[-1] for _, regime in sorted(catalog().regimes.items())]
    if as_json:
        say_json([_regime_facts(edition) for edition in found])
        return
    say_table(
        ("regime", "edition", "frequencies", "figures", "fidelity", "title"),
        [(e.regime, e.code, ", ".join(e.frequencies), len(e.figures), e.fidelity, e.title.vi) for e in found],
    )
    say_next("hub regime show CODE")


@regime_group.command("show")
@click.argument("code")
@json_option
def regime_show(code: str, as_json: bool) -> None:
    """Một chế độ / One regime with its editions and forms."""
    regime = catalog().regimes.get(code)
    if regime is None:
        raise NotFound(f"Không có chế độ báo cáo {code}.", f"There is no regime {code}.")
    if as_json:
        say_json([_regime_facts(edition) for edition in regime.editions])
        return
    for edition in regime.editions:
        say(f"{edition.key}: {edition.title.vi}", f"  {edition.title.en}", f"  {edition.legal_basis.text}")
        say(f"  {edition.valid_from} – {edition.valid_to or ''}; fidelity {edition.fidelity}; {edition.sha256}")
        say_table(
            ("  form", "kind", "rows", "columns", "title"),
            [(f"  {f.code}", f.kind, len(f.rows), len(f.columns), f.title.vi) for f in edition.forms],
        )
        rules, sections = len(edition.rules), len(edition.outline)
        say_both(f"  {rules} quy tắc, {sections} mục thuyết minh", f"{rules} rules, {sections} sections of narrative")
    say_next(f"hub roll-up {regime.editions[-1].key} PERIOD")


def _regime_facts(edition: Edition) -> dict[str, Any]:
    return {
        "regime": edition.regime,
        "edition": edition.key,
        "title": asdict(edition.title),
        "valid_from": edition.valid_from,
        "valid_to": edition.valid_to,
        "frequencies": edition.frequencies,
        "levels": [reporter.level for reporter in edition.reporters],
        "forms": [form.code for form in edition.forms],
        "figures": len(edition.figures),
        "rules": len(edition.rules),
        "fidelity": edition.fidelity,
        "sha256": edition.sha256,
    }


@regime_group.command("lint")
@click.argument("editions", nargs=-1)
@folder_option
@json_option
def regime_lint(editions: tuple[str, ...], folder: Path | None, as_json: bool) -> None:
    """Kiểm tra dữ liệu chế độ báo cáo / Check regime data, in force or not: problems, then warnings, with their lines.

    EDITIONS (CODE or CODE/FIRST-DAY): say only what is about these. Exit code 1 if there are problems.
    """
    overlays = () if folder else load_config().schemas
    found = lint(folder or packaged(), overlays, today=local_day(now()))
    found = found.about(editions) if editions else found
    for name in editions:
        if not found.problems and not any(name in {key, key.partition("/")[0]} for key in found.keys):
            raise NotFound(f"Không có chế độ, ấn bản {name}.", f"There is no regime or edition {name}.")
    if as_json:
        say_json({"editions": found.keys, "problems": found.problems, "warnings": found.warnings})
    else:
        _tell(found, editions)
    if found.problems:
        raise click.exceptions.Exit(1)


def _tell(found: LintResult, asked: tuple[str, ...]) -> None:
    problems, warnings = len(found.problems), len(found.warnings)
    say(*found.problems, *(f"warning: {text}" for text in found.warnings))
    say_both(
        f"{found.editions} ấn bản: {problems} lỗi, {warnings} cảnh báo.",
        f"{found.editions} editions: {problems} problems, {warnings} warnings.",
    )
    if not problems:
        say_next(f"hub regime preview {asked[0]}" if asked else "hub regime preview CODE")


@regime_group.command("schema")
@click.option("--write", is_flag=True, help="keep them in report_schemas/schema, where editors find them")
@folder_option
def regime_schema(write: bool, folder: Path | None) -> None:
    """JSON Schema của dữ liệu chế độ / JSON Schemas of the regime data, so that editors complete and explain keys."""
    target = (folder or packaged()) / "schema"
    schemas = json_schemas()
    if write:
        target.mkdir(exist_ok=True)
        for name, text in schemas.items():
            (target / name).write_text(text, "utf-8")
        say(*(f"đã ghi / written: {target / name}" for name in schemas))
    else:
        say(*schemas)
    how = "hub/docs/schema.md chỉ cách dùng trong trình soạn thảo / says how an editor uses them"
    say_next(how if write else "hub regime schema --write")
