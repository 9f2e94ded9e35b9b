"""Over real regimes: what is known now is what is stored, and what was known before is what counted before."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from hub.domain.access import Actor, Grant
from hub.services import aggregation, as_known, figures
from hub.services.figures import Ask
from hub.store import aggregates, tables
from hub.store.instants import from_text

CENTRAL = Actor("central", "Trung tâm", "VN", (Grant("central", "VN"),))


def test_every_stored_aggregate_is_found_again_from_the_decisions(shown):
    core = shown[0]
    with core.database.read() as connection:
        now = from_text(connection.execute(select(func.max(tables.aggregate.c.at))).scalar_one())
        named = as_known.opened_by(core, connection, core.catalog.regimes, now)
        made = as_known.aggregates_then(core, as_known.campaigns_then(connection, named, now), now)
        stored = [(key, code) for key, code, _ in aggregates.campaigns(connection)]
        assert len(stored) > 20
        for key, code in stored:
            again = {each.unit_id: each for each in made[key, code]}
            for each in aggregates.of_campaign(connection, key, code):
                one = again.pop(each.unit_id)
                assert one.vector.packed() == each.vector.packed(), (key, code, each.unit_id)
                assert one.coverage == each.coverage
                assert aggregation.lineage_hash(one) == aggregation.lineage_hash(each)
            assert not again


def test_before_the_first_decision_nothing_was_known(shown):
    core = shown[0]
    with core.database.read() as connection:
        first = from_text(connection.execute(select(func.min(tables.decision.c.at))).scalar_one())
        now = from_text(connection.execute(select(func.max(tables.aggregate.c.at))).scalar_one())
    measures = tuple(figures.measures(core, CENTRAL, now)[:50])
    before = figures.series(core, CENTRAL, Ask(measures, known_at=first - timedelta(seconds=1)), now)
    assert before.observations == ()
    assert figures.series(core, CENTRAL, Ask(measures), now).observations
