"""A flow is read in blocks, and nobody can tell from what comes out where one ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hub.domain.access import Actor, Grant
from hub.domain.flow import place_of
from hub.domain.org import OrgRegister, Succession
from hub.errors import NotFound
from hub.services import figures, flows
from hub.services.core import Core
from hub.services.flows import Cut

NAME = "DF_THU-01_F1"


@pytest.fixture(scope="module")
def read(served):
    """``read(cut, at_once) -> [Observation]`` as the officer sees the grid form, at the moment of the tests' hub."""
    from_now = served.now
    flow = flows.flow(served.core, served.officer, NAME, from_now)

    def observations(cut: Cut | None = None, at_once: int = flows.AT_ONCE):
        return list(flows.observations(served.core, served.officer, flow, cut or Cut(), from_now, at_once))

    return observations


def _name(each) -> tuple:
    return each.period.frequency, each.unit_id, place_of(each.measure), each.period.code


@pytest.mark.parametrize("at_once", [1, 2, 7, 30, 61, 1_000_000])
def test_blocks_of_any_size_give_the_same_figures_in_the_same_order(read, at_once):
    assert read(at_once=at_once) == read()


def test_reading_may_begin_at_any_figure(read):
    everything = read()
    for place, each in enumerate(everything[::17]):
        cut = Cut(after=(each.period.frequency, each.unit_id, place_of(each.measure)))
        for at_once in (3, 1_000_000):
            found = read(cut, at_once)
            assert everything[-len(found) :] == found
            assert each in found, place


def test_a_flow_holds_what_the_series_holds(read, truth):
    assert sorted(read(), key=_name) == sorted(truth("F1"), key=_name)


def test_a_cut_holds_only_what_was_asked_for(read):
    cut = Cut(
        frozenset({"monthly"}), frozenset({"P1", "X11"}), None, frozenset({"r01"}), frozenset({"c01", "c04"}),
        from_day=date(2026, 10, 1),
    )  # fmt: skip
    assert [_name(each)[1:] for each in read(cut)] == [
        ("P1", ("r01", "c01"), "2026-M10"), ("P1", ("r01", "c04"), "2026-M10"),
        ("X11", ("r01", "c01"), "2026-M10"), ("X11", ("r01", "c04"), "2026-M10"),
    ]  # fmt: skip
    assert read(Cut(to_day=date(2026, 9, 29))) == []
    assert read(Cut(units=frozenset({"X99"}))) == []


def test_who_may_not_see_a_regime_finds_no_flow_of_it(served):
    stranger = Actor("khach", "khách", "G01", (Grant("administrator", "G01"),))
    with pytest.raises(NotFound):
        flows.flow(served.core, stranger, NAME, served.now)
    assert flows.flows(served.core, stranger, served.now) == ()


def test_a_units_own_people_read_their_own_unit_alone(served):
    reporter = Actor("nguoi-bao", "báo", "P1", (Grant("reporter", "P1"),))
    flow = flows.flow(served.core, reporter, NAME, served.now)
    assert {each.unit_id for each in flows.observations(served.core, reporter, flow, Cut(), served.now)} == {"P1"}


@pytest.fixture(scope="module")
def merged(served):
    """The same reports in a country where a province was renewed, one split, and a ministry gave its functions away."""
    orgs = served.core.orgs
    day = date(2026, 11, 1)
    ended = [replace(orgs.get(unit), valid_to=date(2026, 10, 31)) for unit in ("P1", "P2")]
    new = [replace(orgs.get("P1"), id=code, code=code, identifier=code, valid_from=day) for code in ("P8", "P9")]
    units = {unit.id: unit for unit in [*orgs.units.values(), *ended, *new]}.values()
    moves = [Succession(old, heir, day, "merge") for old, heir in (("P1", "P9"), ("P2", "P8"), ("P2", "P9"))]
    moves.append(Succession("G01", "G12", day, "function_transfer"))
    catalog = replace(served.core.catalog)
    catalog.__dict__.update(orgs=OrgRegister(units, moves), calendar=served.core.calendar)
    return Core(served.core.config, catalog, served.core.database)


@pytest.mark.parametrize("at_once", [1, 5, 31, 1_000_000])
def test_on_todays_units_blocks_hold_what_the_whole_series_holds(merged, served, at_once):
    flow = flows.flow(merged, served.officer, NAME, served.now)
    whole = figures.series(merged, served.officer, figures.Ask(flow.ordered, basis="today"), served.now).observations
    assert {each.unit_id for each in whole} == {"VN", "G12", "P2", "P9"}, (
        "who was split stays; who has an heir does not"
    )
    read = list(flows.observations(merged, served.officer, flow, Cut(basis="today"), served.now, at_once))
    assert sorted(read, key=_name) == sorted(whole, key=_name)
    assert len({_name(each) for each in read}) == len(read)
