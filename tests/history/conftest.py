"""A hub whose reports cross a reform: two provinces of the past become one in the middle of a year."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from sqlalchemy import insert

from hub.config import load_config
from hub.domain.filing import filing_id
from hub.domain.form import Column, Form, Label, Rollup, Row
from hub.domain.org import OrgRegister, OrgUnit, Succession
from hub.domain.period import Period
from hub.domain.regime import Edition, LegalBasis, Regime, Reporter
from hub.domain.units import Conversion
from hub.services import opening
from hub.services.core import Core
from hub.store import tables
from hub.store.database import Database

NOW = datetime(2027, 1, 20, 3, 0, tzinfo=UTC)
REFORM = date(2026, 7, 1)
MONTHS = tuple(f"2026-M{month:02}" for month in range(1, 13))


def _label(text: str) -> Label:
    return Label(text, text)


def _form() -> Form:
    kinds = {
        "c01": Rollup("sum", "sum"),
        "c02": Rollup("sum", "last"),
        "c03": Rollup("max", "max"),
        "c04": Rollup("ratio", "recompute", numerator="c01", denominator="c02", scale=Decimal(100)),
        "c05": Rollup("sum", "first"),
        "c06": Rollup("none", "none"),
    }
    columns = tuple(
        Column(code, _label(code), "decimal", 2, rollup=rollup, required=False) for code, rollup in kinds.items()
    )
    return Form(
        "F1", _label("Biểu"), "grid", rows=(Row("r01", _label("Dòng")), Row("r02", _label("Hai"))), columns=columns
    )


def make_edition() -> Edition:
    """Monthly figures of provinces, each kind of rolling up among them."""
    return Edition(
        regime="LS-01", code="2026-01-01", title=_label("Chế độ"), valid_from=date(2026, 1, 1), valid_to=None,
        report_type="periodic", content_kind="figures", owner="G12", receiver=_label("Nơi nhận"),
        legal_basis=LegalBasis("-"), fidelity="form",
        reporters=(Reporter("province", "own", "owner"), Reporter("ministry", "own", "owner")),
        frequencies=("monthly",), windows={}, dues={}, forms=(_form(),), sha256="c" * 64,
    )  # fmt: skip


CHANGE = date(2026, 5, 1)
"""On this day the form is printed anew: within a quarter, and two months before the reform of provinces."""


def make_editions() -> tuple[Edition, Edition]:
    """The same regime before and after its form was printed anew.

    Rows moved down by one under a new first row, columns stand in another order, c02 became c12, of c07 a billion
    became a thousand millions, and of c08 the other way round.
    """
    first, units = make_edition(), {"tỷ đồng": 10**9, "triệu đồng": 10**6}
    shared = {"conversions": {unit: Conversion("money", Decimal(size)) for unit, size in units.items()}}
    (form,) = first.forms
    by_code = {column.code: column for column in form.columns}
    money = {code: replace(by_code["c01"], code=code) for code in ("c07", "c08")}
    old_columns = (*form.columns, replace(money["c07"], unit="tỷ đồng"), replace(money["c08"], unit="triệu đồng"))
    share = replace(by_code["c04"], rollup=replace(by_code["c04"].rollup, denominator="c12"))
    new_columns = (
        replace(money["c08"], unit="tỷ đồng"), by_code["c05"], replace(by_code["c02"], code="c12"), by_code["c03"],
        replace(money["c07"], unit="triệu đồng"), share, by_code["c01"], by_code["c06"],
    )  # fmt: skip
    old = replace(
        first, forms=(replace(form, columns=old_columns),), valid_to=CHANGE - timedelta(days=1), **shared
    )  # fmt: skip
    new_form = replace(form, columns=new_columns, rows=(*form.rows, Row("r03", _label("Ba"))))
    new = replace(
        first, code="2026-05-01", forms=(new_form,), valid_from=CHANGE, sha256="d" * 64, **shared,
        continues={
            "F1.r01": None, "F1.r02": "F1.r01", "F1.r03": "F1.r02", "F1.c12": "F1.c02", "F1.c07": "F1.c07",
            "F1.c08": "F1.c08",
        },
    )  # fmt: skip
    return old, new


def _unit(unit_id: str, level: str, parent: str | None, first: date, last: date | None) -> OrgUnit:
    return OrgUnit(unit_id, unit_id, unit_id, _label(unit_id), level, level, first, last, parent, True)  # type: ignore[arg-type]


def make_orgs() -> OrgRegister:
    """Provinces A and B become AB on the day of the reform; C and the ministry G12 go on."""
    long_ago, before = date(2008, 8, 1), date(2026, 6, 30)
    units = [_unit("VN", "nation", None, long_ago, None), _unit("G12", "ministry", "VN", long_ago, None)]
    units += [_unit(each, "province", "VN", long_ago, before) for each in ("A", "B")]
    units += [_unit("AB", "province", "VN", REFORM, None), _unit("C", "province", "VN", long_ago, None)]
    return OrgRegister(units, [Succession(each, "AB", REFORM, "merge") for each in ("A", "B")])


def units_of(period: str) -> tuple[str, ...]:
    return ("A", "B", "C", "G12") if Period.parse(period).end < REFORM else ("AB", "C", "G12")


def put_in_force(
    core: Core, edition: Edition, period: str, *, seed: int = 1, but: tuple[str, ...] = (), most: int = 10**17
) -> None:
    """Reports of a month are accepted: large figures, some missing, not applicable or nil."""
    chance = np.random.default_rng([seed, *period.encode()])
    width = len(edition.figures)
    lines = []
    for unit in units_of(period):
        if unit in but:
            continue
        presence = chance.choice([0, 1, 1, 1, 1, 2, 3], width).astype(np.uint8)
        figures = np.where(presence == 1, chance.integers(-most, most, width), 0).astype("<i8")
        lines.append(
            {
                "edition": edition.key, "period": period, "scope": "own", "unit_path": f"VN/{unit}",
                "filing_id": filing_id(edition.key, period, unit, "own"), "version": seed,
                "version_sha256": f"{seed:064x}", "figures": figures.tobytes(), "presence": presence.tobytes(),
            }
        )  # fmt: skip
    with core.database.write() as connection:
        mine = (tables.standing.c.edition == edition.key) & (tables.standing.c.period == period)
        connection.execute(tables.standing.delete().where(mine))
        if lines:
            connection.execute(insert(tables.standing), lines)
        changed = NOW.isoformat(timespec="microseconds")
        ids = [line["filing_id"] for line in lines]
        filing = tables.filing
        connection.execute(
            filing.update().where(filing.c.edition == edition.key, filing.c.period == period)
            .values(state="draft", accepted_version=None, changed_at=changed, first_sent_at=changed)
        )  # fmt: skip
        connection.execute(filing.update().where(filing.c.id.in_(ids)).values(state="accepted", accepted_version=seed))


def make_core(
    database: Database, folder, small_catalog, editions: tuple[Edition, ...] = (), most: int = 10**17
) -> Core:
    """A hub over these editions and those units, every month of 2026 opened and put in force."""
    editions = editions or (make_edition(),)
    small_catalog.__dict__["orgs"] = make_orgs()
    small_catalog.__dict__["regimes"] = {editions[0].regime: Regime(editions[0].regime, editions)}
    core = Core(load_config({}, var=folder / "var"), small_catalog, database)
    opening.open_due(core, NOW, since=date(2026, 1, 1))
    for period in MONTHS:
        edition = small_catalog.regimes[editions[0].regime].edition_on(Period.parse(period).end)
        put_in_force(core, edition, period, most=most)
    return core


@pytest.fixture
def hub(database, tmp_path, small_catalog) -> Core:
    """That hub, on each kind of database."""
    return make_core(database, tmp_path, small_catalog)


@pytest.fixture
def hub_of_two_editions(database, tmp_path, small_catalog) -> Core:
    """The hub whose form was printed anew in May; figures small enough to be counted in millions, too."""
    return make_core(database, tmp_path, small_catalog, make_editions(), 10**13)


@pytest.fixture
def in_history():
    """This very module, for tests that put reports in force."""
    return sys.modules[__name__]
