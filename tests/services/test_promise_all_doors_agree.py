"""The same figures through every door: the same stored bytes, the same hash, the same findings (ASVS 1.5.3, P11)."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from hub.catalog.load import load_catalog
from hub.domain.checks import Checked, Context, check
from hub.domain.envelope import NOT_APPLICABLE, Door, Identity
from hub.domain.findings import stops_version
from hub.domain.form import Column, Form
from hub.domain.regime import Edition
from hub.domain.values import FormValues, Value, Values, canonical_document
from hub.readers.dispatch import read
from hub.readers.limits import Limits
from hub.writers.csv import write_csv
from hub.writers.form import write_form
from hub.writers.json import write_json
from hub.writers.workbook import write_workbook
from hub.writers.xml import write_xml

CATALOG = load_catalog()
EDITIONS = sorted((e for e in CATALOG.editions.values() if e.valid_to is None), key=lambda e: e.key)
SCALE = int(os.environ.get("HUB_TEST_SCALE", "1"))
PERIODS = {
    "monthly": "2026-M09",
    "quarterly": "2026-Q3",
    "half_yearly": "2026-H1",
    "nine_month": "2026-9M",
    "yearly": "2026-Y",
    "weekly": "2026-W36",
    "ten_month": "2026-10M",
    "school_term": "2025-S2",
    "school_year": "2025-SY",
    "three_yearly": "2026-3Y",
    "five_yearly": "2025-5Y",
    "thematic": "2026-T-1",
    "ad_hoc": "2026-X-1",
}
UNIT = "P01-20080801"
WORDS = (
    "Đường 30/4",
    "=1+1",
    "Hòa Bình",
    "a <b> & c",
    "“trích dẫn”",
    "  hai  khoảng trắng ",
    "dòng 1\ndòng 2",
    "+84",
    "@x",
    "0012",
)


def random_value(column: Column, chance: random.Random) -> Value | None:
    """Anything a cell may hold, right or breaking a rule, but never unreadable."""
    if column.numeric:
        if chance.random() < 0.04:
            return NOT_APPLICABLE
        digits = chance.choice((1, 2, 4, 7, 11, 15))
        return Decimal(chance.randrange(10**digits)).scaleb(-column.decimals)
    if column.type == "choice":
        return chance.choice(column.choices).code
    if column.type == "date":
        return date(2020 + chance.randrange(6), 1 + chance.randrange(12), 1 + chance.randrange(28))
    return chance.choice(WORDS).strip()


def random_form(form: Form, chance: random.Random) -> FormValues:
    if chance.random() < 0.08:
        return FormValues(nil=True)
    if form.kind == "grid":
        cells = {
            (row.code, column.code): value
            for row, column in form.cells()
            if chance.random() < 0.9 and (value := random_value(column, chance)) is not None
        }
        return FormValues(cells=cells)
    records = [
        {c.code: v for c in form.columns if chance.random() < 0.9 and (v := random_value(c, chance)) is not None}
        for _ in range(chance.randrange(1, 6))
    ]
    return FormValues(records=[record for record in records if record])


def random_values(edition: Edition, frequency: str, chance: random.Random) -> Values:
    forms = {form.code: random_form(form, chance) for form in edition.forms_for(frequency)}
    outline = {
        s.code: chance.choice(("Ổn định.", "Có tăng.\n\nDo mưa lũ.")) for s in edition.outline if chance.random() < 0.7
    }
    return Values({code: form for code, form in forms.items() if form.nil or form.cells or form.records}, outline)


def documents(edition: Edition, period: str, frequency: str, values: Values) -> Iterator[tuple[Door, bytes]]:
    said = (edition, UNIT, period, "own", values)
    yield "json", write_json(*said)
    yield "xml", write_xml(*said)
    yield "csv", write_csv(*said)
    yield "csv", write_csv(*said, separator=";")
    yield "form", write_form(edition, values)
    yield (
        "xlsx",
        write_workbook(
            edition, UNIT, "Thành phố Hà Nội", period, "own", frequency=frequency, values=values, demonstration=True
        ),
    )


def checked(edition: Edition, door: Door, content: bytes, period: str, frequency: str) -> Checked:
    expected = Identity(edition.regime, edition.code, UNIT, period, "own")
    (reading,) = read(door, content, lambda _: edition, expected, Limits())
    return check(edition, reading, Context(period, frequency))


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.key)
def test_every_door_gives_the_same_bytes_and_the_same_findings(edition):
    for seed in range(4 * SCALE):
        chance = random.Random(f"{edition.key} {seed}")
        frequency = chance.choice(edition.frequencies)
        period = PERIODS[frequency]
        values = random_values(edition, frequency, chance)
        seen = {}
        for door, content in documents(edition, period, frequency, values):
            got = checked(edition, door, content, period, frequency)
            stored = canonical_document(edition, UNIT, period, "own", got.values)
            said = sorted((f.key, f.severity, f.found, f.expected, f.difference, f.message_vi) for f in got.findings)
            seen.setdefault((stored, tuple(said)), []).append(door)
        assert len(seen) == 1, f"seed {seed}: {list(seen.values())}"


def stored(edition: Edition, period: str, frequency: str, chance: random.Random) -> Iterator[Checked]:
    """Random reports that the hub would store: a total below its column's bounds keeps one from becoming a version."""
    for _ in range(100):
        values = random_values(edition, frequency, chance)
        found = checked(edition, "json", write_json(edition, UNIT, period, "own", values), period, frequency)
        if not stops_version(found.findings):
            yield found


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.key)
def test_what_was_stored_comes_out_as_a_workbook_and_in_again_unchanged(edition):
    chance = random.Random(f"out and in {edition.key}")
    frequency = chance.choice(edition.frequencies)
    period = PERIODS[frequency]
    first = next(each for each in stored(edition, period, frequency, chance))
    workbook = write_workbook(
        edition, UNIT, "Hà Nội", period, "own", frequency=frequency, values=first.values, demonstration=False
    )
    again = checked(edition, "xlsx", workbook, period, frequency)
    assert canonical_document(edition, UNIT, period, "own", again.values) == canonical_document(
        edition, UNIT, period, "own", first.values
    )
