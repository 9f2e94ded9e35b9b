"""P10: plain fractions over the stored documents find every figure: rolled up, over time, on today's units, as known.

The hub of these tests has lived through a reform: on 1 September 2026 the provinces P1 and P2 became N1, which took the
code of P1, and from August on its regime is asked differently.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest

from hub.catalog.catalog import Catalog
from hub.domain.access import SYSTEM, Actor, Grant
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingQuery
from hub.domain.form import Column, Form, Label, Rollup, Row
from hub.domain.org import OrgRegister, OrgUnit, Succession
from hub.domain.period import Period
from hub.domain.regime import Regime, Reporter
from hub.domain.report_definition import ReportDefinition, Section
from hub.domain.units import Conversion
from hub.services import (
    aggregation,
    as_known,
    figures,
    filings,
    intake,
    opening,
    publication,
    publication_proof,
    review,
)
from hub.services.figures import Ask
from hub.store import aggregates, versions

OLD, NEW = "THU-01/2025-07-01", "THU-01/2026-08-01"
CENTRAL = Actor("central", "Trung tâm", "VN", (Grant("central", "VN"),))
END = datetime(2026, 12, 15, 3, 0, tzinfo=UTC)
REFORM = date(2026, 9, 1)
MONTHS = ("2026-M07", "2026-M08", "2026-M09")
BEFORE = {"X11": "P1", "X12": "P1", "X21": "P2", "X22": "P2", "X31": "P3", "G01": "G01", "G12": "G12"}
AFTER = {"X11": "N1", "X12": "N1", "Y21": "N1", "Y22": "N1", "X31": "P3", "G01": "G01", "G12": "G12"}
SPRING = ("2026-M04", "2026-M05", "2026-M06")
ABOVE = dict.fromkeys((*SPRING, "2026-M07", "2026-M08"), BEFORE) | {"2026-M09": AFTER}
TODAY = {"P1": "N1", "P2": "N1", "X21": "Y21", "X22": "Y22"}

# --- the hub


def unit(
    name: str, level: str, parent: str | None, code: str = "", first: date = date(2008, 8, 1), last=None
) -> OrgUnit:
    return OrgUnit(name, code or name, name, Label(name, name), level, level, first, last, parent, True)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def reformed() -> OrgRegister:
    eve = REFORM - timedelta(days=1)
    units = [unit("VN", "nation", None), unit("G12", "ministry", "VN"), unit("G01", "ministry", "VN")]
    units += [
        unit("P1", "province", "VN", last=eve),
        unit("P2", "province", "VN", last=eve),
        unit("P3", "province", "VN"),
    ]
    units += [unit("N1", "province", "VN", "P1", REFORM)]
    units += [unit(name, "commune", "P1") for name in ("X11", "X12")] + [unit("X31", "commune", "P3")]
    units += [unit(name, "commune", "P2", last=eve) for name in ("X21", "X22")]
    units += [unit(name, "commune", "P1", first=REFORM) for name in ("Y21", "Y22")]
    moves = [Succession(old, "N1", REFORM, "merge") for old in ("P1", "P2")]
    moves += [Succession(f"X{number}", f"Y{number}", REFORM, "rename") for number in ("21", "22")]
    return OrgRegister(units, moves)


def column(code: str, kind: str, over: str, decimals: int = 0, unit: str | None = None, **more: object) -> Column:
    rollup = Rollup(kind, over, **more)  # type: ignore[arg-type]
    return Column(code, Label(code, code), "decimal", decimals, unit, required=False, rollup=rollup)


COMMON = (
    column("c01", "sum", "sum"),
    column("c02", "sum", "sum"),
    column("c03", "ratio", "recompute", 1, numerator="c01", denominator="c02", scale=Decimal(100)),
    column("c04", "max", "max"),
    column("c05", "none", "none"),
    column("c06", "weighted", "none", 1, weight="c02"),
)
STOCK, MONEY = ("last", "last"), ("sum", "first")
LIST = Form(
    "F2", Label("Danh sách", "List"), "list",
    (Column("c01", Label("Tên", "Name"), "text", required=False), column("c02", "sum", "sum", 2)), required=False,
)  # fmt: skip


def grid(*columns: Column) -> Form:
    rows = (Row("r01", Label("Một", "One")), Row("r02", Label("Hai", "Two")))
    return Form("F1", Label("Biểu", "Form"), "grid", (*COMMON, *columns), rows, required=False)


@pytest.fixture
def small_catalog(small_catalog: Catalog, make_small_edition, reformed) -> Catalog:
    conversions = {
        "triệu đồng": Conversion("money", Decimal(1_000_000)),
        "tỷ đồng": Conversion("money", Decimal(1_000_000_000)),
    }
    common = {
        "frequencies": ("monthly",), "outline": (), "rules": (), "swing": None, "conversions": conversions,
        "parts": {"monthly": (4, 5, 6, 7, 8, 9)},
        "reporters": (Reporter("commune", "own", "province"), Reporter("ministry", "own", "owner")),
    }  # fmt: skip
    old = make_small_edition(
        forms=(grid(column("c07", *STOCK), column("c08", *MONEY, 0, "triệu đồng")), LIST),
        valid_to=date(2026, 7, 31), **common,
    )  # fmt: skip
    new = make_small_edition(
        forms=(grid(column("c09", *STOCK), column("c08", *MONEY, 1, "tỷ đồng")), LIST), code="2026-08-01",
        valid_from=date(2026, 8, 1), continues={"F1.c09": "F1.c07", "F1.c08": "F1.c08"}, **common,
    )  # fmt: skip
    sections = tuple(Section(by, form) for by in ("nation", "units") for form in ("F1", "F2"))
    report = ReportDefinition("thu", Label("Báo cáo thử", "A test report"), "regime", "THU-01", sections)
    catalog = replace(small_catalog, regimes={"THU-01": Regime("THU-01", (old, new))}, reports={"thu": report})
    catalog.__dict__.update(orgs=reformed, calendar=small_catalog.calendar)
    return catalog


# --- a life: reports in any order, some sent back, some amended; the test keeps its own book of what counted when


@dataclass(frozen=True)
class Entry:
    """From this moment on, this version (None: nothing) of the unit's report counts."""

    at: datetime
    month: str
    unit: str
    document: dict | None


def some_figures(chance: random.Random, month: str) -> dict[str, object]:
    if chance.random() < 0.1:
        return {"F1": {"nil": True}}
    columns = ("c01", "c02", "c03", "c04", "c05", "c06", "c07" if month < "2026-M08" else "c09", "c08")
    cells: dict[str, object] = {}
    for row in ("r01", "r02"):
        for code in columns:
            if chance.random() < 0.8:
                one_place = code in {"c03", "c06"} or (code == "c08" and month >= "2026-M08")
                figure = chance.randint(0, 99_999)
                cells[f"{row}.{code}"] = f"{figure // 10}.{figure % 10}" if one_place else str(figure)
            elif chance.random() < 0.2:
                cells[f"{row}.{code}"] = "N/A"
    forms: dict[str, object] = {"F1": {"cells": cells}} if cells else {}
    if chance.random() < 0.6:
        records = [{"c01": "Một", "c02": f"{chance.randint(0, 999)}.{chance.randint(10, 99)}"} for _ in range(2)]
        forms["F2"] = {"records": records} if chance.random() < 0.8 else {"nil": True}
    return forms


class Life:
    """Drives the hub through its services and writes the book."""

    def __init__(self, core, make_actor, chance: random.Random) -> None:
        self.core, self.make_actor, self.chance = core, make_actor, chance
        self.book: list[Entry] = []

    def tick(self) -> datetime:
        self.clock += timedelta(minutes=self.chance.randint(1, 200))
        return self.clock

    def row(self, unit: str, month: str):
        (row,) = filings.search(self.core, SYSTEM, FilingQuery(unit_id=unit, period=month), self.clock).rows
        return row

    def sent(self, unit: str, month: str) -> None:
        body = {"regime": "THU-01", "unit": unit, "period": month, "forms": some_figures(self.chance, month)}
        envelope = Envelope(json.dumps(body).encode(), "json", intent="send")
        receipt = intake.receive(self.core, self.make_actor("approver", unit), envelope, self.tick())
        assert receipt.state == "submitted", receipt.findings

    def decided(self, unit: str, month: str, how: str) -> None:
        row = self.row(unit, month)
        officer = self.make_actor("officer", row.receiver_id)
        now = self.tick()
        said = {"reason": "Xem lại"} if how == "send_back" else {}
        getattr(review, how)(self.core, officer, row.id, revision=row.revision, now=now, **said)
        if how == "accept":
            self.book.append(Entry(now, month, unit, self.document(row.id, row.sent_version)))
        elif how == "send_back" and row.state != "submitted":
            self.book.append(Entry(now, month, unit, None))

    def document(self, filing_id: str, number: int) -> dict:
        with self.core.database.read() as connection:
            return json.loads(versions.get(connection, filing_id, number).document)

    def amended(self, unit: str, month: str) -> None:
        self.decided(unit, month, "finalise")
        row = self.row(unit, month)
        filings.amend(
            self.core, self.make_actor("approver", unit), row.id, revision=row.revision, reason="Sửa", now=self.tick()
        )
        self.sent(unit, month)
        if self.chance.random() < 0.5:
            self.decided(unit, month, "send_back")
        else:
            self.decided(unit, month, "accept")

    def lived(self, months: Iterable[int] = (7, 8, 9)) -> None:
        for month in months:
            self.clock = datetime(2026, month, 15, 3, 0, tzinfo=UTC)
            opening.open_due(self.core, self.clock, since=date(2026, month, 1))
            self.one_month(f"2026-M{month:02}")

    def one_month(self, month: str) -> None:
        everybody = sorted(ABOVE[month])
        self.chance.shuffle(everybody)
        for unit in everybody:
            if self.chance.random() < 0.12:
                continue
            self.sent(unit, month)
            fate = self.chance.random()
            if fate < 0.1:
                continue
            self.decided(unit, month, "send_back" if fate < 0.2 else "accept")
            if fate > 0.85:
                self.amended(unit, month)
            elif fate > 0.7:
                self.decided(unit, month, "send_back")

    def rolled_up(self) -> None:
        for key, period in [(OLD, "2026-M07"), (NEW, "2026-M08"), (NEW, "2026-M09"), (NEW, "2026-Q3")]:
            aggregation.run(self.core, SYSTEM, key, period, END)


# --- the second implementation: fractions and texts, nothing of the hub's

KINDS = {
    "c01": "sum",
    "c02": "sum",
    "c03": "ratio",
    "c04": "max",
    "c06": "weighted",
    "c07": "sum",
    "c09": "sum",
    "c08": "sum",
}
OVER = {"c01": "sum", "c02": "sum", "c03": "recompute", "c04": "max", "c09": "last", "c08": "first"}
PLACES = {"c03": 1, "c06": 1}
Figures = dict[tuple[str, str, str], Fraction]


def places(month: str, form: str, column: str) -> int:
    if form == "F2":
        return 2 if column == "c02" else 0
    return 1 if column == "c08" and month != "2026-M07" else PLACES.get(column, 0)


def rounded(value: Fraction, decimals: int) -> Fraction:
    scaled = abs(value) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 10**decimals)


def said(document: dict, form: str, row: str, column: str) -> Fraction | str | None:
    """A figure, ``nil`` or None."""
    body = document["forms"].get(form)
    if body is None:
        return None
    if body.get("nil"):
        return "nil"
    if form == "F1":
        text = body["cells"].get(f"{row}.{column}")
        return Fraction(text) if text is not None else None
    if column == "#":
        return Fraction(len(body["records"])) if body["records"] else None
    texts = [record["c02"] for record in body["records"] if record.get("c02") is not None]
    return sum((Fraction(text) for text in texts), Fraction(0)) if texts else None


def everywhere(month: str) -> list[tuple[str, str, str]]:
    columns = [*KINDS, "c05"]
    columns.remove("c09" if month == "2026-M07" else "c07")
    cells = [("F1", row, column) for row in ("r01", "r02") for column in columns]
    return [*cells, ("F2", "*", "c02"), ("F2", "*", "#")]


def derived(figures: Figures, month: str) -> None:
    """Ratios from the sums that stand beside them."""
    for row in ("r01", "r02"):
        figures.pop(("F1", row, "c03"), None)
        top, bottom = figures.get(("F1", row, "c01")), figures.get(("F1", row, "c02"))
        if top is not None and bottom:
            figures["F1", row, "c03"] = rounded(top * 100 / bottom, 1)


def plain_roll_up(documents: list[dict], month: str) -> Figures:
    figures: Figures = {}
    for place in everywhere(month):
        form, row, column = place
        kind = "sum" if form == "F2" else KINDS.get(column)
        found = [each for document in documents if (each := said(document, *place)) is not None]
        numbers = [each for each in found if each != "nil"]
        if kind == "sum" and found:
            figures[place] = sum(numbers, Fraction(0))
        elif kind == "max" and found:
            figures[place] = max(numbers, default=Fraction(0))
        elif kind == "weighted":
            pairs = [(said(document, *place), said(document, form, row, "c02")) for document in documents]
            both = [pair for pair in pairs if None not in pair and "nil" not in pair]
            if weight := sum(each for _, each in both):
                figures[place] = rounded(sum(value * each for value, each in both) / weight, 1)
    derived(figures, month)
    return figures


def plain_join(units: list[Figures], month: str) -> Figures:
    """Several units' figures as one unit's."""
    if len(units) == 1:
        return units[0]
    figures: Figures = {}
    for place in {place for each in units for place in each}:
        found = [each[place] for each in units if place in each]
        kind = "sum" if place[0] == "F2" else KINDS[place[2]]
        if kind == "weighted":
            beside = (*place[:2], "c02")
            both = [(each[place], each[beside]) for each in units if place in each and beside in each]
            if weight := sum(each for _, each in both):
                figures[place] = rounded(sum(value * each for value, each in both) / weight, 1)
        else:
            figures[place] = sum(found, Fraction(0)) if kind == "sum" else max(found)
    derived(figures, month)
    return figures


def as_new(figures: Figures, month: str) -> Figures:
    """July as the edition of August asks it: c07 became c09, millions became billions with one decimal."""
    if month != "2026-M07":
        return figures
    renamed = {
        (form, row, "c09" if column == "c07" else column): value for (form, row, column), value in figures.items()
    }
    return {p: rounded(value / 1000, 1) if p[2] == "c08" else value for p, value in renamed.items()}


def over_quarter(months: list[Figures | None]) -> Figures:
    figures: Figures = {}
    for place in everywhere("2026-M09"):
        over = {"c02": "sum", "#": "none"}[place[2]] if place[0] == "F2" else OVER.get(place[2], "none")
        found = [each[place] for each in months if each is not None and place in each]
        if over == "sum" and found:
            figures[place] = sum(found, Fraction(0))
        elif over == "max" and found:
            figures[place] = max(found)
        elif over in {"first", "last"}:
            chosen = months[0 if over == "first" else -1]
            if chosen is not None and place in chosen:
                figures[place] = chosen[place]
    derived(figures, "2026-M09")
    return figures


def counting(book: list[Entry], month: str, at: datetime) -> dict[str, dict]:
    """Unit → the document that counted."""
    found: dict[str, dict | None] = {}
    for entry in sorted(book, key=lambda entry: entry.at):
        if entry.month == month and entry.at <= at:
            found[entry.unit] = entry.document
    return {unit: document for unit, document in found.items() if document is not None}


def second_implementation(book: list[Entry], at: datetime, basis: str) -> dict[tuple[str, str], Figures]:
    """(unit, period) → its figures, in the words of the latest edition, for every unit that owed a report."""
    months: dict[str, dict[str, Figures]] = {}
    found: dict[tuple[str, str], Figures] = {}
    for month in MONTHS:
        documents = counting(book, month, at)
        by_unit: dict[str, list[dict]] = {above: [] for above in ABOVE[month].values()} | {"VN": []}
        for unit, document in documents.items():
            by_unit[ABOVE[month][unit]].append(document)
            by_unit["VN"].append(document)
        rolled = {unit: plain_roll_up(documents, month) for unit, documents in by_unit.items()}
        months[month] = {unit: as_new(figures, month) for unit, figures in rolled.items()}
        homes: dict[str, list[Figures]] = defaultdict(list)
        for unit, its in rolled.items():
            homes[TODAY.get(unit, unit) if basis == "today" else unit].append(its)
        found |= {(unit, month): as_new(plain_join(its, month), month) for unit, its in homes.items()}
    for unit in {"VN", *AFTER.values()}:
        parts: list[Figures | None] = []
        for month in MONTHS:
            its = [figures for name, figures in sorted(months[month].items()) if TODAY.get(name, name) == unit]
            parts.append(plain_join(its, "2026-M09") if its else None)
        found[unit, "2026-Q3"] = over_quarter(parts)
    return found


def text(value: Fraction, decimals: int) -> str:
    return str(
        (Decimal(value.numerator) / Decimal(value.denominator)).quantize(
            Decimal(1).scaleb(-decimals), ROUND_HALF_UP, EXACT
        )
    )


EXACT = Context(prec=60)

# --- the comparison


def compared(series, expected: dict[tuple[str, str], Figures]) -> int:
    """Every figure of the series is the expected one to the last character; how many there were."""
    shown: dict[tuple[str, str], dict[tuple[str, str, str], str]] = defaultdict(dict)
    for each in series.observations:
        its = shown[each.unit_id, each.period.code]
        if each.value is not None:
            its[tuple(each.measure.address)] = str(each.value)
    wanted = {
        name: {place: text(value, places("2026-M09", place[0], place[2])) for place, value in figures.items()}
        for name, figures in expected.items()
    }
    assert shown.keys() == wanted.keys()
    for name in wanted:
        assert shown[name] == wanted[name], name
    return sum(len(figures) for figures in shown.values())


def asked(core, **more):
    measures = tuple(figures.measures(core, CENTRAL, END, "THU-01"))
    return figures.series(core, CENTRAL, Ask(measures, **more), END)


# --- how much of a quarter is missing


def weighed(book: list[Entry], unit: str, form: str, row: str, column: str) -> str | None:
    """The weight of what is missing in the third quarter, by what was in the same places of the second."""
    held: dict[str, dict[str, dict]] = {month: counting(book, month, END) for month in (*SPRING, *MONTHS)}
    over, beside = OVER.get(column, "none"), column
    if form == "F2":
        over = {"c02": "sum", "#": "none"}[column]
    elif column == "c03":
        over, beside = "sum", "c02"
    counted = {"sum": (0, 1, 2), "last": (2,), "first": (0,)}.get(over, ())
    below = {u for u in AFTER if unit == "VN" or AFTER[u] == unit}
    old = {TODAY.get(u, u): u for u in BEFORE}

    def was(month: str, its: str) -> Fraction | None:
        found = held[month].get(old[its])
        number = said(found, form, row, "c07" if beside == "c09" else beside) if found is not None else None
        return Fraction(0) if number == "nil" else number

    lacking = {
        (SPRING[index], its)
        for index in range(3)
        for its in below
        if its not in {TODAY.get(u, u) for u in held[MONTHS[index]]}
    }
    if not lacking:
        return "0.0000"
    if not any(held[month].get(old[its]) for month in SPRING for its in below) or not counted:
        return None
    lacking = {(month, its) for month, its in lacking if SPRING.index(month) in counted}
    if not lacking:
        return "0.0000"
    its_values = [value for month, its in lacking if (value := was(month, its)) is not None]
    total = sum((was(SPRING[index], its) or Fraction(0) for index in counted for its in below), Fraction(0))
    if not total or not its_values:
        return None
    return text(sum(its_values, Fraction(0)) / total, 4)


@pytest.fixture(params=[1, 2])
def life(request, core, make_actor) -> Life:
    life = Life(core, make_actor, random.Random(request.param))
    life.lived()
    return life


def test_a_second_implementation_finds_every_figure(core, life):
    life.rolled_up()
    found = compared(asked(core), second_implementation(life.book, END, "then"))
    found += compared(asked(core, basis="today"), second_implementation(life.book, END, "today"))
    assert found > 300
    moments = sorted(entry.at for entry in life.book)
    for at in (moments[len(moments) // 3], moments[-2] - timedelta(microseconds=1), END):
        for basis in ("then", "today"):
            expected = second_implementation(life.book, at, basis)
            shown = asked(core, basis=basis, known_at=at)
            there = {(each.unit_id, each.period.code) for each in shown.observations}
            assert compared(shown, {name: its for name, its in expected.items() if name in there}) > 30
            assert at != END or there == expected.keys()


def test_a_second_implementation_finds_every_published_figure_of_two_editions(core, make_actor):
    """July as its own edition asked it, August and the quarter of both as the later one does; and its proof."""
    life = Life(core, make_actor, random.Random(3))
    life.lived()
    life.rolled_up()
    expected = second_implementation(life.book, END, "then") | unconverted(life.book)
    for period, places_of in (("2026-M07", "2026-M07"), ("2026-M08", "2026-M08"), ("2026-Q3", "2026-M09")):
        issued = publication.issue(core, CENTRAL, "thu", period, END)
        shown: dict[str, dict[tuple[str, str, str], str]] = defaultdict(dict)
        for table in publication.view(core, CENTRAL, issued.id, END).document.tables:
            for cell in (cell for line in table.rows for cell in line.cells if cell.ref is not None):
                unit, _, address = cell.ref.removeprefix("THU-01@").partition(":")
                if cell.value is not None:
                    shown[unit][tuple(address.split("."))] = str(cell.value)
        wanted = {
            unit: {
                place: text(value, places(places_of, place[0], place[2]))
                for place, value in its.items()
                if unit == "VN" or place[2] != "#"
            }
            for (unit, code), its in expected.items()
            if code == period
        }
        for unit, its in wanted.items():
            assert shown[unit] == its, (period, unit)
        assert shown.keys() == wanted.keys()
        assert sum(len(its) for its in shown.values()) > 20
        proof = publication_proof.prove(core, CENTRAL, issued.id, END)
        assert (proof.holds, proof.recomputed) == (True, proof.figures)


def unconverted(book: list[Entry]) -> dict[tuple[str, str], Figures]:
    """July in the words of its own edition."""
    documents = counting(book, "2026-M07", END)
    below: dict[str, list[dict]] = {above: [] for above in BEFORE.values()} | {"VN": list(documents.values())}
    for unit, document in documents.items():
        below[BEFORE[unit]].append(document)
    return {(unit, "2026-M07"): plain_roll_up(its, "2026-M07") for unit, its in below.items()}


def test_a_second_implementation_finds_how_much_of_each_figure_of_a_quarter_is_missing(core, make_actor):
    """Over a reform, from one edition to the next: the quarter before was asked and reported otherwise."""
    life = Life(core, make_actor, random.Random(5))
    life.lived(range(4, 10))
    for period in (*SPRING, "2026-Q2"):
        aggregation.run(core, SYSTEM, OLD, period, END)
    life.rolled_up()
    claimed = 0
    for narrowed in ({}, {"basis": "today"}, {"known_at": END}):
        found = [each for each in asked(core, **narrowed).observations if each.period.code == "2026-Q3"]
        assert {each.unit_id for each in found} == {"VN", *AFTER.values()}
        for each in found:
            wanted = weighed(life.book, each.unit_id, *each.measure.address)
            if each.standing != "not_applicable":
                shown = None if each.missing_weight is None else str(each.missing_weight)
                assert shown == wanted, (each.unit_id, each.measure.key, narrowed)
                claimed += wanted not in {None, "0.0000"}
    assert claimed > 60


def test_what_is_known_now_is_what_is_stored_to_the_last_byte(core, life):
    """Figures, coverage, and the hash over exactly which versions went in."""
    life.rolled_up()
    with core.database.read() as connection:
        named = as_known.opened_by(core, connection, ["THU-01"], END)
        then = as_known.campaigns_then(connection, named, END)
        made = as_known.aggregates_then(core, then, END)
        assert len(made) == 4
        for (key, code), its in made.items():
            stored = aggregates.of_campaign(connection, key, code)
            its.sort(key=lambda each: each.unit_id)
            assert [each.unit_id for each in its] == [each.unit_id for each in stored]
            for one, other in zip(its, stored, strict=True):
                assert one.vector.packed() == other.vector.packed()
                assert one.coverage == other.coverage
                assert aggregation.lineage_hash(one) == aggregation.lineage_hash(other)


def test_no_order_of_arrival_changes_a_figure(core, life):
    """The same reports in force, brought in by another life's order, give the same bytes."""
    life.rolled_up()
    first = asked(core, basis="today")
    with core.database.read() as connection:
        for key, code in ((OLD, "2026-M07"), (NEW, "2026-M08")):
            standing = versions.in_force(connection, key, code, "own")
            rows = list(zip(*(getattr(standing, name) for name in standing.__slots__), strict=True))
            random.Random(7).shuffle(rows)
            again = versions.Standings(*zip(*sorted(rows, key=lambda row: row[0]), strict=True))
            edition = core.catalog.edition(key)
            made = aggregation.rolled_up(edition, Period.parse(code), again, [], "", END)
            stored = {each.unit_id: each for each in aggregates.of_campaign(connection, key, code)}
            for each in made:
                assert each.vector.packed() == stored[each.unit_id].vector.packed()
    assert asked(core, basis="today") == first


def test_on_todays_units_nothing_is_lost_and_nothing_counted_twice(core, life):
    life.rolled_up()
    then, today = asked(core), asked(core, basis="today")
    for period in then.periods:
        for measure in (each for each in then.measures if each.rollup in {"sum", "last"}):
            if str(measure.address).endswith("c08") and period.code == "2026-M07":
                continue  # rounded to billions unit by unit
            totals = []
            for series in (then, today):
                its = [
                    o for o in series.observations if (o.measure, o.period) == (measure, period) and o.unit_id != "VN"
                ]
                totals.append(
                    (sum(o.value or 0 for o in its), sum(o.accepted for o in its), sum(o.obliged for o in its))
                )
            assert totals[0] == totals[1]
    merged = [o for o in today.observations if o.unit_id == "N1" and o.period.code in MONTHS[:2]]
    assert {o.exactness for o in merged} == {"rebased"}
    assert {o.from_units for o in merged} == {("P1", "P2")}
    quarter = [o for o in then.observations if (o.unit_id, o.period.code) == ("N1", "2026-Q3")]
    assert {(o.exactness, o.from_units) for o in quarter} == {("rebased", ("N1", "P1", "P2"))}
    assert {o.exactness for o in then.observations if o.unit_id != "N1"} == {"as_reported"}
