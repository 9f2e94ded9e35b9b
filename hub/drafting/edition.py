"""Drafted forms → the mappings that regime.yaml, forms/*.yaml and rules.yaml hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import yaml

from hub.catalog.load import packaged
from hub.drafting.doubts import Doubts
from hub.drafting.english import english
from hub.drafting.model import ColumnDraft, FormDraft, RowDraft, RuleDraft
from hub.drafting.timing import dues, levels_said, reporters
from hub.drafting.title_block import TitleBlock

if TYPE_CHECKING:
    from hub.drafting.draft import Hints

BY_DECREE = ("monthly", "quarterly", "half_yearly", "nine_month", "yearly")
"""Frequencies for which the decree gives a window; for any other the edition states its own or says it is unread."""
LAST_RESORT = date(2025, 7, 1)
"""The first day taken where neither the form nor its basis names any: since then the levels are those of today."""


@dataclass(frozen=True)
class Parts:
    """All that the edition is put together from."""

    forms: list[FormDraft]
    titles: list[TitleBlock]
    leading: TitleBlock
    outline: list[tuple[str, str]]
    hints: Hints
    doubts: Doubts

    def known_units(self) -> Mapping[str, object]:
        if self.hints.known_units is not None:
            return self.hints.known_units
        return {str(u["code"]): u for u in yaml.safe_load((packaged() / "units.yaml").read_text("utf-8"))["units"]}

    def said(self, name: str) -> tuple[str, str]:
        """(the first text of that name in any title block, its place)."""
        for title in (self.leading, *self.titles):
            if text := getattr(title, name):
                return text, title.place
        return "", ""


def label_of(text: str, doubts: list[str]) -> dict[str, str]:
    """``{vi, en}``; the Vietnamese of what the glossary cannot say is added to ``doubts``."""
    made, sure = english(text)
    if not sure:
        doubts.append(text)
    return {"vi": text, "en": made}


# --- regime.yaml -----------------------------------------------------------------------------------------------------


def regime_data(parts: Parts) -> dict[str, Any]:
    """regime.yaml; what the form does not say stands under ``unread`` with the reason."""
    unsure: list[str] = []
    hints, doubts = parts.hints, parts.doubts
    basis = hints.basis or parts.said("basis")[0] or "Chưa rõ văn bản ban hành biểu"
    first = _first_day(parts, basis)
    frequencies = _frequencies(parts)
    levels = _levels(parts)
    title = _regime_title(parts)
    regime: dict[str, Any] = {
        "code": hints.code or _made_code(parts),
        "title": label_of(title, unsure),
        "valid_from": first.isoformat(),
        "report_type": _report_type(frequencies),
        "content_kind": "both" if parts.forms and parts.outline else "data" if parts.forms else "narrative",
        "owner": hints.owner or "G00",
        "issuer": _issuer(basis),
        "receiver": label_of(parts.said("receiver")[0], unsure),
        "legal_basis": {"text": basis},
        "fidelity": "form",
        "frequencies": frequencies,
        "reporters": reporters(levels),
        "dues": _dues(parts, frequencies, levels, basis),
        "outline": [{"code": f"s{n}", **label_of(text, unsure)} for n, (text, _) in enumerate(parts.outline, 1)],
        "unread": {},
        "notes": _notes(parts),
        "forms": [form.code for form in parts.forms],
    }
    _mark_unread(regime, parts)
    doubts.add("methods", "")
    _say_english(unsure, "", doubts)
    return {key: value for key, value in regime.items() if value not in ([], {}, "")}


def _regime_title(parts: Parts) -> str:
    sure = next((t.whole or t.title for t in parts.titles if t.title_sure and (t.whole or t.title)), "")
    title = sure or parts.leading.title or next((form.title for form in parts.forms if form.title), "")
    return title or "Biểu báo cáo"


def _report_type(frequencies: list[str]) -> str:
    return frequencies[0] if frequencies in (["thematic"], ["ad_hoc"]) else "periodic"


def _issuer(basis: str) -> dict[str, str]:
    """Who issued the text, by its kind and number."""
    text = basis.lower()
    kind, name = "minister", "Bộ trưởng"
    if "nghị định" in text:
        kind, name = "government", "Chính phủ"
    elif "qđ-ttg" in text or "thủ tướng" in text:
        kind, name = "prime_minister", "Thủ tướng Chính phủ"
    elif "ubnd" in text or "ủy ban nhân dân" in text or "hđnd" in text:
        kind, name = "provincial_committee", "Ủy ban nhân dân cấp tỉnh"
    elif match := re.search(
        r"của ((?:bộ trưởng |thủ trưởng )?(?:bộ|thanh tra chính phủ|ngân hàng)[^,;()]*)", basis, re.IGNORECASE
    ):
        name = match[1].strip()
    elif match := re.search(r"/TT(?:LT)?-(\w+)", basis):
        name = match[1]
    return {"kind": kind, "name": name}


_FULL_DATE = re.compile(r"ngày\s+(\d{1,2})\s*(?:/|-|\.|tháng)\s*(\d{1,2})\s*(?:/|-|\.|năm)\s*(\d{4})", re.IGNORECASE)


def _first_day(parts: Parts, basis: str) -> date:
    if parts.hints.valid_from is not None:
        return parts.hints.valid_from
    texts = (basis, parts.said("basis")[0])
    years = [int(match[1]) for text in texts if (match := re.search(r"/((?:19|20)\d\d)/", text))]
    first = next((day for text in texts if (day := _full_date(text))), date(years[0], 1, 1) if years else LAST_RESORT)
    parts.doubts.add("valid_from", "", day=first.isoformat())
    return first


def _full_date(text: str) -> date | None:
    match = _FULL_DATE.search(text)
    try:
        return date(int(match[3]), int(match[2]), int(match[1])) if match else None
    except ValueError:
        return None


def _made_code(parts: Parts) -> str:
    number = parts.said("number")[0]
    words = number or "-".join(_regime_title(parts).split()[:4])
    code = f"{parts.hints.owner or 'G00'}-{_ascii(words)}".strip("-")[:40].strip("-")
    parts.doubts.add("code", "", code=code)
    return code


def _ascii(text: str) -> str:
    bare = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    plain = "".join(letter for letter in bare if not unicodedata.combining(letter)).upper()
    return re.sub(r"[^A-Z0-9]+", "-", plain).strip("-")


def _frequencies(parts: Parts) -> list[str]:
    if parts.hints.frequencies:
        return list(parts.hints.frequencies)
    found = list(dict.fromkeys(name for title in (parts.leading, *parts.titles) for name in title.frequencies))
    if not found:
        parts.doubts.add("frequency", "")
    else:
        words, place = parts.said("period")
        parts.doubts.add("frequency_read", place, frequencies=", ".join(found), words=words)
    return found


def _levels(parts: Parts) -> list[str]:
    if parts.hints.levels:
        return list(parts.hints.levels)
    words, place = parts.said("reporter")
    found = levels_said(words)
    if found:
        parts.doubts.add("levels_read", place, levels=", ".join(found), words=words)
    else:
        parts.doubts.add("levels", place)
    return found


def _dues(parts: Parts, frequencies: list[str], levels: list[str], basis: str) -> list[dict[str, Any]]:
    words, place = parts.said("deadline")
    if not words:
        return []
    made = dues(words, frequencies, levels, f"{basis}: {words}")
    if made:
        said = "; ".join(f"{due['frequencies'][0]}: ngày {due['day']}, {due.get('months', 0):+d} tháng" for due in made)
        parts.doubts.add("deadline_read", place, due=said, words=words)
    else:
        parts.doubts.add("deadline", place, words=words)
    return made


def _mark_unread(regime: dict[str, Any], parts: Parts) -> None:
    unread = regime["unread"]
    not_printed = "Biểu mẫu không in nội dung này; cần đọc văn bản."
    if not regime["receiver"]["vi"]:
        regime["receiver"] = {}
        unread["receiver"] = not_printed
    for item, key in (("reporters", "reporters"), ("frequency", "frequencies"), ("outline", "outline")):
        if not regime[key] and (item != "outline" or regime["report_type"] == "periodic"):
            unread[item] = not_printed
    unread["methods"] = not_printed
    if any(reporter["receiver"] != "owner" for reporter in regime["reporters"]):
        unread["process"] = not_printed
    known = {(level, name) for due in regime["dues"] for level in due["levels"] for name in due["frequencies"]}
    wanted = {(r["level"], name) for r in regime["reporters"] for name in regime["frequencies"]}
    if wanted - known:
        unread["deadline"] = parts.said("deadline")[0] or not_printed
    for name in regime["frequencies"]:
        if name not in BY_DECREE:
            unread["window"] = not_printed
            parts.doubts.add("window", "", frequency=name)


def _notes(parts: Parts) -> str:
    names = [f"{form.code}: {form.number}" for form in parts.forms if form.number]
    annex = parts.said("annex")[0]
    said = [f"Số biểu in: {'; '.join(names)}."] if names else []
    said += [f"Phụ lục {annex}."] if annex else []
    return " ".join(["Bản nháp đọc từ biểu mẫu; cần người soát lại.", *said])


# --- forms/*.yaml ----------------------------------------------------------------------------------------------------


def form_data(form: FormDraft, known: Mapping[str, object], doubts: Doubts) -> dict[str, Any]:
    """One form's file."""
    unsure: list[str] = []
    title = form.title or "Biểu"
    if form.number and form.number not in title:
        title = f"{title} ({form.number})"
    data: dict[str, Any] = {
        "code": form.code,
        "title": label_of(title, unsure),
        "kind": form.kind,
        "row_axis": label_of(form.row_axis, unsure),
        "rows": [_row(row, known, unsure) for row in form.data_rows] if form.kind == "grid" else [],
        "columns": [_column(column, known, unsure) for column in form.columns],
        "blocked": form.blocked,
    }
    _say_english(unsure, form.place, doubts)
    return {key: value for key, value in data.items() if value != []}


def _row(row: RowDraft, known: Mapping[str, object], unsure: list[str]) -> dict[str, Any]:
    data: dict[str, Any] = {"code": row.code, **label_of(row.label, unsure)}
    if row.of:
        data["of"] = row.of
    if row.measure is not None:
        data["unit"] = row.measure.code(known)
    return data


def _column(column: ColumnDraft, known: Mapping[str, object], unsure: list[str]) -> dict[str, Any]:
    data: dict[str, Any] = {"code": column.code, **label_of(column.label, unsure), "type": column.type}
    if column.group:
        data["group"] = [label_of(text, unsure) for text in column.group]
    if column.numeric:
        if column.decimals and column.type != "integer":
            data["decimals"] = column.decimals
        if column.measure is not None:
            data["unit"] = column.measure.code(known)
        if column.of:
            data["of"] = column.of
        if column.rollup != "none":
            data["rollup"] = column.rollup
    if column.choices:
        data["choices"] = list(_choices(column.choices, unsure))
    if not column.required:
        data["required"] = False
    if column.inferred:
        data["inferred"] = True
    return data


def _choices(texts: tuple[str, ...], unsure: list[str]) -> Iterator[dict[str, str]]:
    used: set[str] = set()
    for text in texts:
        code = base = _ascii(text).lower()[:30].strip("-") or "x"
        while code in used:
            code = f"{base}-{len(used) + 1}"
        used.add(code)
        yield {"code": code, **label_of(text, unsure)}


def _say_english(unsure: list[str], place: str, doubts: Doubts) -> None:
    if unsure:
        doubts.add("english", place, labels="; ".join(dict.fromkeys(unsure)))


def _entries(form: FormDraft) -> list[ColumnDraft | RowDraft]:
    return [*form.columns, *form.data_rows]


def units_data(forms: list[FormDraft], known: Mapping[str, object], doubts: Doubts) -> Iterator[dict[str, Any]]:
    """Units of measure of the draft that the catalogue does not have."""
    entries = [entry for form in forms for entry in _entries(form)]
    measures = [entry.measure for entry in entries if entry.measure is not None]
    new = {m.codes[0]: m for m in measures if m.code(known) not in known}
    if new:
        doubts.add("unit_new", "", units=", ".join(new))
    for code, measure in new.items():
        yield {"code": code, "vi": measure.vi, "en": measure.en}


# --- rules.yaml ------------------------------------------------------------------------------------------------------


def rules_data(code: str, forms: list[FormDraft]) -> list[dict[str, Any]]:
    """All rules with their ids, form after form."""
    found: list[dict[str, Any]] = []
    for form in forms:
        for rule in form.rules:
            found.append(_rule(f"{code}-R{len(found) + 1:02d}", form, rule))
    return found


def _rule(rule_id: str, form: FormDraft, rule: RuleDraft) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": rule_id,
        "form": form.code,
        "expr": rule.expr,
        "severity": rule.severity,
        "source": rule.source,
    }
    if rule.computes:
        data["computes"] = rule.computes
    if rule.tolerance:
        data["tolerance"] = rule.tolerance
    data["message"] = _message(form, rule)
    return data


def _message(form: FormDraft, rule: RuleDraft) -> dict[str, str]:
    left, sign, right = re.split(r" (=|<=|>=|<|>) ", rule.expr, maxsplit=1)
    named = next((entry for entry in _entries(form) if entry.code == left), None)
    label = named.full if isinstance(named, ColumnDraft) else named.label if named is not None else left
    vi = {
        "=": "phải bằng",
        "<=": "không được lớn hơn",
        ">=": "không được nhỏ hơn",
        "<": "phải nhỏ hơn",
        ">": "phải lớn hơn",
    }
    en = {
        "=": "must equal",
        "<=": "must not exceed",
        ">=": "must not be below",
        "<": "must be below",
        ">": "must exceed",
    }
    return {"vi": f"“{label}” ({left}) {vi[sign]} {right}", "en": f"“{english(label)[0]}” ({left}) {en[sign]} {right}"}
