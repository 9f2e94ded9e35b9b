"""A regime that asks for school terms: their figures make the school year, which no report of its own is sent for."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from hub.domain.access import SYSTEM
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingQuery
from hub.domain.form import Address
from hub.domain.regime import DayRule, Regime, Reporter, WindowRule
from hub.services import aggregation, filings, intake, opening, publication, review

EDITION = "THU-01/2025-07-01"
TERMS = (("2025-S1", datetime(2026, 1, 16, 3, tzinfo=UTC), 4), ("2025-S2", datetime(2026, 6, 1, 3, tzinfo=UTC), 7))


@pytest.fixture
def core(core, make_small_edition):
    edition = make_small_edition(
        frequencies=("school_term",), reporters=(Reporter("province"),), outline=(),
        windows={"school_term": WindowRule(DayRule("period_start"), DayRule("period_end"))},
        dues={("province", "school_term"): DayRule("window_end", days=15)},
    )  # fmt: skip
    catalog = replace(core.catalog, regimes={edition.regime: Regime(edition.regime, (edition,))})
    catalog.__dict__.update(orgs=core.orgs, calendar=core.calendar)
    return replace(core, catalog=catalog)


def _document(period, men):
    cells = {}
    for row, people in (("r02", men), ("r03", 1), ("r01", men + 1)):
        cells |= {f"{row}.c02": people, f"{row}.c03": 0, f"{row}.c04": f"{people}.00"}
    return json.dumps({"regime": "THU-01", "unit": "P1", "period": period, "forms": {"F1": {"cells": cells}}}).encode()


def test_two_terms_are_brought_together_into_their_school_year(core, make_actor):
    for period, now, men in TERMS:
        opening.open_due(core, now)
        envelope = Envelope(_document(period, men), "json", media_type="application/json", intent="send")
        assert intake.receive(core, make_actor("approver", "P1"), envelope, now).verdict == "accepted"
        [row] = filings.search(core, SYSTEM, FilingQuery(period=period, unit_id="P1"), now).rows
        review.accept(core, make_actor("officer", "G12"), row.id, revision=row.revision, now=now)
    assert row.window_end == date(2026, 5, 31)
    assert aggregation.due_campaigns(core, now) == [
        (EDITION, "2025-S1"), (EDITION, "2025-S2"), (EDITION, "2025-SY"),
    ]  # fmt: skip
    for edition, period in aggregation.due_campaigns(core, now):
        aggregation.run(core, SYSTEM, edition, period, now)
    whole = aggregation.view(core, SYSTEM, EDITION, "2025-SY", now)
    assert whole.figures[Address("F1", "r01", "c01")] == Decimal(13), "five and eight people"
    assert aggregation.due_campaigns(core, now) == []
    assert publication.issue(core, SYSTEM, "thu", "2025-SY", now).period == "2025-SY"
