"""Reads the national reports: ``national/<report>/report.yaml`` → ReportDefinition, checked against the regimes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from importlib.resources.abc import Traversable
from typing import Any

from hub.catalog.document import Document, check_structure, folders, read_document
from hub.catalog.metaschema import ReportSchema
from hub.catalog.roots import Root
from hub.domain.form import Address, Label
from hub.domain.regime import Edition, Regime
from hub.domain.report_definition import Item, ReportDefinition, Section


def load_reports(
    roots: Iterable[Root],
    regimes: Mapping[str, Regime],
    unread: frozenset[str],
    drafted: frozenset[str] | None,
    problems: list[str],
) -> dict[str, ReportDefinition]:
    """Every national report by code. What names a missing form, column or figure is added to ``problems``.

    What concerns a regime of ``unread`` (its own data do not hold) is left unjudged. With ``drafted`` (the regimes
    that have drafts only) a report of a regime that is not in force is left out, and so are the items of an overview
    that name one; None judges them all.
    """
    known = None if drafted is None else regimes.keys() | unread
    reports: dict[str, ReportDefinition] = {}
    for path, folder in _report_folders(roots, problems):
        if not (folder / "report.yaml").is_file():
            problems.append(f"{path}: has no report.yaml")
            continue
        document = read_document(folder / "report.yaml", f"{path}/report.yaml")
        if known is not None and not _concerns(document, folder.name, known, drafted or frozenset()):
            continue
        data = check_structure(document, ReportSchema(), problems)
        if data is None:
            continue
        if known is not None:
            data = _of_regimes(data, known)
        if not data["sections"]:
            continue
        found = list(_problems(document, data, folder.name, regimes, unread))
        problems += found
        if not found:
            reports[data["code"]] = _definition(data)
    return reports


def _report_folders(roots: Iterable[Root], problems: list[str]) -> Iterator[tuple[str, Traversable]]:
    """Each report's path in problems and its folder; one that stands in two roots is a problem."""
    seen: dict[str, str] = {}
    for root in roots:
        for folder in folders(root.folder / "national"):
            path = f"{root.prefix}national/{folder.name}"
            if folder.name in seen:
                problems.append(f"{path}: this report is also in {seen[folder.name]}")
                continue
            seen[folder.name] = path
            yield path, folder


def _concerns(document: Document, folder: str, known: Set[str], drafted: frozenset[str]) -> bool:
    """False for a report of a regime not in force, even where the report's structure does not hold."""
    if isinstance(document.data, dict):
        regime = document.data.get("regime")
        return not isinstance(regime, str) or regime in known
    return folder not in drafted


def _of_regimes(data: dict[str, Any], known: Set[str]) -> dict[str, Any]:
    """An overview without the items of other regimes, and without the sections that are empty then."""
    sections = []
    for section in data["sections"]:
        items = [item for item in section["items"] if item["regime"] in known]
        if items or not section["items"]:
            sections.append(section | {"items": items})
    return data | {"sections": sections}


def _definition(data: Mapping[str, Any]) -> ReportDefinition:
    sections = tuple(_section(section) for section in data["sections"])
    return ReportDefinition(data["code"], data["title"], data["kind"], data["regime"], sections)


def _section(data: Mapping[str, Any]) -> Section:
    items = tuple(
        Item(item["regime"], _address(item["address"]), Label(item["vi"], item["en"]), item["indicator"])
        for item in data["items"]
    )
    columns, rows = tuple(data["columns"]), tuple(data["rows"])
    return Section(data["by"], data["form"], data["title"], data["level"], columns, rows, items)


def _address(text: str) -> Address:
    """``F1.r01.c03`` as an Address; a text of another shape gives one that no edition has."""
    form, row, column = [*text.split("."), "", "", ""][:3] if text.count(".") == 2 else ("", "", "")
    return Address(form, row, column)


def _problems(
    document: Document, data: Mapping[str, Any], folder: str, regimes: Mapping[str, Regime], unread: frozenset[str]
) -> Iterator[str]:
    if data["code"] != folder:
        yield document.problem(["code"], f"is {data['code']!r} but the folder is {folder!r}")
    if (data["kind"] == "regime") != (data["regime"] is not None):
        yield document.problem(["kind"], "a report of a regime names it, and an overview names none")
    if data["regime"] in unread:
        return
    if data["regime"] is not None and data["regime"] not in regimes:
        yield document.problem(["regime"], f"there is no regime {data['regime']!r}")
        return
    for position, section in enumerate(data["sections"]):
        here = ("sections", position)
        if data["kind"] == "regime":
            yield from _form_problems(document, here, section, regimes.get(data["regime"] or ""))
        else:
            yield from _item_problems(document, here, section, regimes, unread)


def _form_problems(
    document: Document, here: tuple[str, int], section: Mapping[str, Any], regime: Regime | None
) -> Iterator[str]:
    """A section of a regime's report shows a form of the regime's latest edition."""
    if section["items"]:
        yield document.problem([*here, "items"], "only an overview has items")
    if regime is None:
        return
    edition = regime.editions[-1]
    form = edition.form_by_code.get(section["form"] or "")
    if form is None:
        yield document.problem([*here, "form"], f"there is no form {section['form']!r} in {edition.key}")
        return
    codes = {column.code for column in form.columns if column.numeric}
    unknown = [code for code in section["columns"] if code not in codes]
    yield from (document.problem([*here, "columns"], f"there is no numeric column {code!r}") for code in unknown)
    unknown = [code for code in section["rows"] if code not in {row.code for row in form.rows}]
    yield from (document.problem([*here, "rows"], f"there is no row {code!r}") for code in unknown)
    if section["level"] is not None and section["level"] not in {reporter.level for reporter in edition.reporters}:
        yield document.problem([*here, "level"], f"the level {section['level']} does not report")


def _item_problems(
    document: Document,
    here: tuple[str, int],
    section: Mapping[str, Any],
    regimes: Mapping[str, Regime],
    unread: frozenset[str],
) -> Iterator[str]:
    """A section of an overview lists figures, each of the latest edition of its regime."""
    if section["form"] is not None or not section["items"]:
        yield document.problem(here, "a section of an overview has items and no form")
    for position, item in enumerate(section["items"]):
        where = (*here, "items", position)
        if item["regime"] in unread:
            continue
        if item["regime"] not in regimes:
            yield document.problem(where, f"there is no regime {item['regime']!r}")
            continue
        yield from _figure_problems(document, where, item, regimes[item["regime"]].editions[-1])


def _figure_problems(
    document: Document, where: tuple[str | int, ...], item: Mapping[str, Any], edition: Edition
) -> Iterator[str]:
    address = _address(item["address"])
    if address not in edition.slot:
        yield document.problem(where, f"there is no figure {item['address']!r} in {edition.key}")
    elif item["indicator"] is not None:
        columns = {column.code: column for column in edition.form(address.form).columns}
        bound = columns[address.column].indicator if address.column in columns else None
        if bound != item["indicator"]:
            yield document.problem(where, f"{item['address']} is bound to {bound!r}, not {item['indicator']!r}")
