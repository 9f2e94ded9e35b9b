"""Short ways to look at a draft."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from official_forms import word, workbook

from hub.drafting.draft import DraftedEdition, Hints, draft_form

HINTS = Hints(owner="G12", basis="Thông tư 05/2024/TT-BTC, Biểu 01", levels=("province",))


def excel(
    paths: Sequence[Sequence[str]], numbers: Sequence[object] | None, body: Sequence[Sequence[object]], **more: Any
) -> DraftedEdition:
    return draft_form(workbook(paths, numbers, body, **more), "form.xlsx", HINTS)


def docx(
    paths: Sequence[Sequence[str]], numbers: Sequence[object] | None, body: Sequence[Sequence[object]], **more: Any
) -> DraftedEdition:
    return draft_form(word(paths, numbers, body, **more), "form.docx", HINTS)


def columns(drafted: DraftedEdition, form: int = 0) -> dict[str, dict[str, Any]]:
    return {column["code"]: column for column in drafted.forms[form]["columns"]}


def labels(drafted: DraftedEdition, form: int = 0) -> list[str]:
    return [" > ".join([*(g["vi"] for g in c.get("group", [])), c["vi"]]) for c in drafted.forms[form]["columns"]]


def rows(drafted: DraftedEdition, form: int = 0) -> list[str]:
    return [row["vi"] for row in drafted.forms[form].get("rows", [])]


def printed(drafted: DraftedEdition) -> list[str]:
    return [rule["expr"] for rule in drafted.rules if rule["source"] == "text"]


def inferred(drafted: DraftedEdition) -> list[str]:
    return [rule["expr"] for rule in drafted.rules if rule["source"] == "inferred"]


def kinds(drafted: DraftedEdition) -> set[str]:
    return {item.kind for item in drafted.uncertain}
