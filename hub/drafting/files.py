"""A drafted edition → files, in the layout of ``report_schemas`` so that the folder can be laid over the hub's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from hub.domain.form import Label
from hub.drafting.doubts import as_markdown
from hub.drafting.draft import DraftedEdition


class _Dumper(yaml.SafeDumper):
    """Short mappings on one line, as people write editions."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def write_draft(drafted: DraftedEdition, folder: Path) -> list[Path]:
    """Writes ``regimes/<code>/<first day>/…``, ``units.yaml`` for new units, and ``uncertain.md``; gives what it wrote.

    Files of the same draft are replaced; no other file is touched.
    """
    home = folder / "regimes" / drafted.regime["code"] / drafted.regime["valid_from"]
    written = [_write(home / "regime.yaml", _regime_text(drafted.regime))]
    for form in drafted.forms:
        written.append(_write(home / "forms" / f"{form['code']}.yaml", _form_text(form)))
    if drafted.rules:
        written.append(
            _write(home / "rules.yaml", "rules:\n" + "".join(f"- {_flow(rule)}\n" for rule in drafted.rules))
        )
    title = Label("Những điều bản nháp chưa chắc chắn", "What the draft is unsure of")
    written.append(_write(home / "uncertain.md", as_markdown(drafted.uncertain, title)))
    if drafted.units:
        written.append(_write(folder / "units.yaml", _units_text(drafted, folder / "units.yaml")))
    return written


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _flow(value: Any) -> str:
    text = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=True, width=10**9)
    return text.strip().removesuffix("\n...").strip()


def _regime_text(regime: dict[str, Any]) -> str:
    lines = []
    for key, value in regime.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines += [f"{key}:", *(f"- {_flow(item)}" for item in value)]
        elif key in ("unread", "legal_basis"):
            lines += [f"{key}:", *(f"  {name}: {_flow(text)}" for name, text in value.items())]
        else:
            lines.append(f"{key}: {_flow(value) if key != 'valid_from' else value}")
    return "\n".join(lines) + "\n"


def _form_text(form: dict[str, Any]) -> str:
    lines = []
    for key, value in form.items():
        if key in ("rows", "columns"):
            lines += [f"{key}:", *(f"- {_flow(item)}" for item in value)]
        else:
            lines.append(f"{key}: {_flow(value)}")
    return "\n".join(lines) + "\n"


def _units_text(drafted: DraftedEdition, path: Path) -> str:
    """The new units, beside those that an earlier draft in the same folder added."""
    known: dict[str, Any] = {}
    if path.is_file():
        for unit in (yaml.safe_load(path.read_text("utf-8")) or {}).get("units", []):
            known[unit["code"]] = unit
    known |= {unit["code"]: unit for unit in drafted.units}
    return "units:\n" + "".join(f"- {_flow(unit)}\n" for unit in known.values())
