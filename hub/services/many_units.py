"""The workbook of many units: given out for a campaign with the units one enters for; the refused rows given back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import IO, Any

from hub.domain.access import Actor
from hub.domain.filing import FilingQuery, FilingRow
from hub.domain.findings import Finding
from hub.domain.form import Form
from hub.domain.many_layout import MOST_COLUMNS, data_codes
from hub.domain.period import Period
from hub.domain.visibility import allowed
from hub.errors import NotFound, Refused
from hub.readers.book import open_book
from hub.readers.limits import Limits
from hub.readers.xlsx_many import Table, keys_of, tables_of
from hub.services import filings
from hub.services.core import Core
from hub.services.refused_documents import reasons
from hub.services.seeing import visibility_of
from hub.store import filings as stored
from hub.writers.many_workbook import write_rows, write_template

_LOOKED_AT = 500
"""Reports that are owed next, among which campaigns of several units are looked for."""


def template(
    core: Core, actor: Actor, edition_key: str, period: str, now: datetime, scope: str = "own"
) -> tuple[str, bytes]:
    """(file name, workbook) with a row for each unit whose report of that campaign the actor may enter and still may.

    NotFound if there is none; Refused for a grid that is too large for one row.
    """
    try:
        edition = core.catalog.edition(edition_key)
        frequency = Period.parse(period).frequency
    except (KeyError, ValueError):
        raise NotFound from None
    sight = visibility_of(core, actor, now)
    with core.database.read() as connection:
        campaign = stored.campaign(connection, edition.key, period)
    seen = [row for row in campaign if sight.may_see_filing(row)]
    rows = [row for row in seen if row.scope == scope and _may_enter(core, actor, row)]
    if not rows:
        raise NotFound
    if any(_too_wide(form) for form in edition.forms_for(frequency)):
        raise Refused(
            "Biểu này quá rộng để ghi mỗi đơn vị một dòng. Hãy tải bảng tính của từng đơn vị và nén thành tệp ZIP.",
            "This form is too wide for one row a unit. Use each unit's own workbook and a ZIP of them.",
        )
    units = [(row.unit_id, core.orgs.units[row.unit_id].name.vi) for row in rows]
    name = f"{edition.regime}_{period}_nhieu-don-vi.xlsx"
    return name, write_template(edition, period, scope, units)


def campaigns(core: Core, actor: Actor, now: datetime) -> list[tuple[str, str]]:
    """(edition, period) of the next campaigns in which the actor owes reports of more than one unit."""
    page = filings.search(core, actor, FilingQuery(owed=True, scope="own", size=_LOOKED_AT), now)
    counted = Counter((row.edition, row.period) for row in page.rows if _may_enter(core, actor, row))
    return [campaign for campaign, count in counted.items() if count > 1]


def write_refused(
    content: bytes, refused: Iterable[tuple[int, tuple[Finding, ...]]], out: IO[bytes], most: int
) -> None:
    """The rows of the refused reports, each with its reasons, under the same lines of codes."""
    book = open_book(content, Limits(max_bytes=most))
    tables = tables_of(book)
    keys = keys_of(tables)
    wanted = {keys[number - 1]: findings for number, findings in refused if number <= len(keys)}
    sheets = ((name, _width(table), table.sheet.rows[: table.code_row + 1], _rows_of(table, wanted))
              for name, table in tables.items())  # fmt: skip
    write_rows(book.properties, sheets, out)


def _width(table: Table) -> int:
    """Reasons begin behind the last column that has a code: those of an earlier round are written over."""
    return max(table.columns.values()) + 1


def _rows_of(
    table: Table, wanted: Mapping[tuple[str, str], tuple[Finding, ...]]
) -> Iterator[tuple[list[Any], list[str]]]:
    for key, rows in table.rows.items():
        if key not in wanted:
            continue
        for index, row in enumerate(rows):
            here = [each for each in wanted[key] if each.place.sheet in {table.sheet.name, None}] if index == 0 else []
            told = [
                "; ".join(dict.fromkeys(part for part in parts if part)) for parts in zip(*reasons(here), strict=True)
            ]
            yield list(table.sheet.rows[row][: _width(table)]), told


def _may_enter(core: Core, actor: Actor, row: FilingRow) -> bool:
    return not row.excluded and allowed(actor, "edit", row.unit_path, row.receiver_id, core.orgs)


def _too_wide(form: Form) -> bool:
    return len(data_codes(form)) > MOST_COLUMNS
