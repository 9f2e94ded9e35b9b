"""P10: a second, plain implementation recomputes every published figure from the stored documents."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest

from hub.domain.access import SYSTEM, Actor, Grant
from hub.services import aggregation, publication
from hub.store import publications, versions

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"
CENTRAL = Actor("central", "Trung tâm", "VN", (Grant("central", "VN"),))
UNITS = {"X11": "P1", "X12": "P1", "X13": "P1", "X21": "P2", "X22": "P2", "G01": "G01", "G12": "G12"}


def plain_sums(documents: list[dict]) -> dict[tuple[str, str], Fraction]:
    """Sums of the grid's cells over documents, ratios from sums, by nothing but fractions of the stored texts."""
    sums: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for body in documents:
        for place, text in body["forms"]["F1"]["cells"].items():
            row, column = place.split(".")
            if column in {"c01", "c02", "c03", "c04"} and text is not None:
                sums[row, column] += Fraction(text)
    for row in {row for row, _ in sums}:
        if sums[row, "c01"]:
            sums[row, "c05"] = sums[row, "c02"] * 100 / sums[row, "c01"]
    return sums


def shown(value: Fraction, column: str) -> Decimal:
    places = {"c04": 2, "c05": 1}.get(column, 0)
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_second_implementation_finds_every_published_figure(opened, submit, accept, document, seed):
    chance = random.Random(seed)
    units = chance.sample(sorted(UNITS), 5)
    chance.shuffle(units)
    for unit in units:
        submit(unit, content=document(unit, men=chance.randint(1, 9999), women=chance.randint(1, 9999)))
        accept(unit)
    aggregation.run(opened, SYSTEM, EDITION, PERIOD, NOW)
    row = publication.issue(opened, CENTRAL, "thu", PERIOD, NOW)
    documents: dict[str, list[dict]] = defaultdict(list)
    with opened.database.read() as connection:
        _, manifest = publications.get(connection, row.id)
        for filing_id, number, sha256 in manifest["regimes"]["THU-01"]["inputs"]:
            stored = versions.get(connection, filing_id, number)
            assert stored.row.sha256 == sha256
            body = json.loads(stored.document)
            documents["VN"].append(body)
            documents[UNITS[body["unit"]]].append(body)
    checked = 0
    for table in publication.view(opened, CENTRAL, row.id, NOW).document.tables:
        for cell in (cell for line in table.rows for cell in line.cells if cell.ref is not None):
            unit, _, address = cell.ref.removeprefix("THU-01@").partition(":")
            _, line, column = address.split(".")
            assert cell.value == shown(plain_sums(documents[unit])[line, column], column), cell.ref
            checked += 1
    assert checked > 20


def test_the_order_of_arrival_changes_nothing(opened, submit, accept, document):
    for unit in ("X21", "G12", "X11"):
        submit(unit, content=document(unit, men=len(unit)))
        accept(unit)
    with opened.database.read() as connection:
        edition = opened.catalog.edition(EDITION)
        period = aggregation.Period.parse(PERIOD)
        first = aggregation.roll_up(opened, connection, edition, period, "a", NOW)
        second = aggregation.roll_up(opened, connection, edition, period, "b", NOW + timedelta(days=1))
    assert [each.vector.packed() for each in first] == [each.vector.packed() for each in second]
    assert [aggregation.lineage_hash(each) for each in first] == [aggregation.lineage_hash(each) for each in second]
