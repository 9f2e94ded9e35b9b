"""Sums without coverage and lineage are the very figures of the hub's roll-up, for months and for what they make."""

from __future__ import annotations

from dataclasses import replace

from hub.domain.period import Period
from hub.services import aggregation, unit_sums


def packed(sums):
    return {unit: vector.packed() for unit, vector in sums.items()}


def test_sums_of_a_campaign_are_those_of_its_roll_up(hub, in_history):
    edition = in_history.make_edition()
    found = unit_sums.of_campaigns(hub, [(edition.key, period) for period in in_history.MONTHS])
    for period in in_history.MONTHS:
        with hub.database.read() as connection:
            made = aggregation.roll_up(hub, connection, edition, Period.parse(period), "run", in_history.NOW)
        ours = {each.unit_id: each.vector.packed() for each in made if each.inputs or each.parts}
        assert packed(found[edition.key, period]) == ours


def test_a_quarter_without_a_reform_is_that_of_the_hub(hub, in_history):
    edition, months = in_history.make_edition(), ("2026-M07", "2026-M08", "2026-M09")
    found = unit_sums.of_campaigns(hub, [(edition.key, month) for month in months])
    quarter = unit_sums.of_period(edition, Period.parse("2026-Q3"), found)
    parts = []
    with hub.database.read() as connection:
        for month in months:
            parts.append(aggregation.roll_up(hub, connection, edition, Period.parse(month), "run", in_history.NOW))
    tiled = tuple((edition, Period.parse(month)) for month in months)
    whole = aggregation.brought_together(hub, edition, Period.parse("2026-Q3"), tiled, parts, "run", in_history.NOW)
    assert packed(quarter) == {each.unit_id: each.vector.packed() for each in whole}


def test_a_campaign_without_reports_has_a_nation_of_which_all_is_missing(hub, in_history):
    sums = unit_sums.of_campaign(hub, in_history.make_edition(), "2025-M01")
    assert set(sums) == {"VN"}
    assert not sums["VN"].presence.any()


def test_the_nation_of_sums_and_ratios_alone_is_that_of_its_parts(hub, in_history):
    whole = in_history.make_edition()
    (form,) = whole.forms
    edition = replace(whole, forms=(replace(form, columns=tuple(c for c in form.columns if c.rollup.kind != "max")),))
    in_history.put_in_force(hub, edition, "2026-M03", seed=7)
    with hub.database.read() as connection:
        made = aggregation.roll_up(hub, connection, edition, Period.parse("2026-M03"), "run", in_history.NOW)
    nation = next(each for each in made if each.unit_id == "VN")
    assert nation.vector.presence.any()
    assert unit_sums.of_campaign(hub, edition, "2026-M03")["VN"].packed() == nation.vector.packed()
