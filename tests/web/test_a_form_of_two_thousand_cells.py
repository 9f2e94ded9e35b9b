"""The entry page of a form of 2,000 cells is light, and its fields are named by their row's and column's words."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace

import pytest

from hub.domain.form import Column, Form, Label, Row
from hub.domain.regime import Regime

MOST = 300_000


@pytest.fixture
def small_catalog(small_catalog, make_small_edition):
    """The small catalog with one form of a hundred rows and twenty columns in groups."""
    columns = tuple(
        Column(f"c{n:02}", Label(f"Chỉ tiêu {n}", f"Figure {n}"), "integer", group=(Label("Nhóm", "Group"),) * (n > 10))
        for n in range(1, 21)
    )
    rows = tuple(Row(f"r{n:03}", Label(f"Thôn số {n}", f"Village {n}")) for n in range(1, 101))
    form = Form("F1", Label("Biểu lớn", "A large form"), "grid", columns, rows)
    edition = make_small_edition(forms=(form,), rules=(), outline=())
    catalog = replace(small_catalog, regimes={edition.regime: Regime(edition.regime, (edition,))})
    catalog.__dict__.update(orgs=small_catalog.orgs, calendar=small_catalog.calendar)
    return catalog


@pytest.fixture
def html(sign_in, make_actor, filing_of) -> str:
    return sign_in(make_actor("reporter", "X11")).get(f"/filings/{filing_of('X11').id}").get_data(as_text=True)


def test_the_page_and_all_its_files_stay_under_300_kB(html, app) -> None:
    assert html.count('name="cell.F1.') == 2000
    files = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', html))
    client = app.test_client()
    carried = sum(len(client.get(path, headers={"Accept-Encoding": "gzip"}).data) for path in files)
    assert len(files) > 10
    assert len(gzip.compress(html.encode())) + carried < MOST


def test_every_field_is_named_by_heads_that_are_there(html) -> None:
    ids = set(re.findall(r'id="((?:row|col)\.[^"]+)"', html))
    named = [
        name for pair in re.findall(r'<input name="cell[^>]*aria-labelledby="([^"]+)"', html) for name in pair.split()
    ]
    assert len(named) == 4000
    assert set(named) == ids
    assert '<span id="col.F1.c20" aria-label="Nhóm, Chỉ tiêu 20">Chỉ tiêu 20</span>' in html
