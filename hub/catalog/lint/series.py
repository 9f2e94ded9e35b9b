"""``continues``: the addresses on both sides exist and are of one kind."""

from __future__ import annotations

from collections.abc import Iterator

from hub.catalog.draft import Draft
from hub.domain.form import ALL_RECORDS, RECORD_COUNT
from hub.domain.regime import Edition


def series_problems(draft: Draft, before: Edition | None) -> Iterator[str]:
    """Addresses of ``continues`` that are not there; ``before`` is the edition that this one takes the place of."""
    if draft.edition.continues and before is None:
        yield draft.regime.problem(["continues"], "there is no edition before this one")
        return
    for new, old in draft.edition.continues.items():
        here = ["continues", new]
        kind = kind_at(draft.edition, new)
        if kind is None:
            yield draft.regime.problem(here, f"there is no {new} in {draft.edition.key}")
        elif old is not None and before is not None:
            was = kind_at(before, old)
            if was is None:
                yield draft.regime.problem(here, f"there is no {old} in {before.key}")
            elif was != kind:
                yield draft.regime.problem(here, f"{new} is a {kind} and {old} is a {was}")


def kind_at(edition: Edition, address: str) -> str | None:
    """``form``, ``row``, ``column`` or ``figure``; None if the edition has no such thing."""
    code, *parts = address.split(".")
    form = edition.form_by_code.get(code)
    if form is None:
        return None
    rows = {row.code for row in form.rows} | ({ALL_RECORDS} if form.kind == "list" else set())
    columns = {column.code for column in form.columns} | ({RECORD_COUNT} if form.kind == "list" else set())
    match parts:
        case []:
            return "form"
        case [one]:
            return "row" if one in rows else "column" if one in columns else None
        case [row, column] if row in rows and column in columns:
            return "figure"
        case _:
            return None
