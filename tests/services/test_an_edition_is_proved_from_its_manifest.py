"""An issued edition proves itself: its files by their hashes, its figures by computing them again from its manifest."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from hub.domain.access import SYSTEM, Actor, Grant
from hub.domain.envelope import Envelope
from hub.errors import NotFound
from hub.services import aggregation, intake, opening, publication, publication_proof, review

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"
CENTRAL = Actor("central", "Trung tâm", "VN", (Grant("central", "VN"),))


def change(core, statement):
    """As somebody with the database in their hands would."""
    with core.database.write() as connection:
        if core.database.kind == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(statement))
            return
        triggers = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for name, _ in triggers:
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text(statement))
        for _, sql in triggers:
            connection.exec_driver_sql(sql)


def test_every_figure_follows_again_from_the_manifest(published):
    core, row = published
    proof = publication_proof.prove(core, CENTRAL, row.id, NOW)
    assert proof.holds
    assert (proof.reports, proof.left_out) == (2, [])
    assert proof.figures == proof.recomputed > 20
    assert proof.files == len(publication.view(core, CENTRAL, row.id, NOW).files)


def test_later_amendments_change_nothing_of_an_older_edition_s_proof(
    published, submit, accept, filing_of, make_actor, document
):
    core, row = published
    filing = filing_of("X11")
    review.send_back(core, make_actor("officer", "P1"), filing.id, revision=filing.revision, reason="Sai", now=NOW)
    submit("X11", content=document("X11", men=99), now=NOW + timedelta(hours=1))
    accept("X11", NOW + timedelta(hours=2))
    aggregation.run(core, SYSTEM, EDITION, PERIOD, NOW + timedelta(hours=3))
    newer = publication.issue(core, CENTRAL, "thu", PERIOD, NOW + timedelta(hours=4), "Sửa X11")
    for each in (row, newer):
        proof = publication_proof.prove(core, CENTRAL, each.id, NOW)
        assert (proof.holds, proof.recomputed) == (True, proof.figures)


def test_a_version_changed_behind_the_hub_s_back_is_found_by_the_figures(published):
    core, row = published
    change(core, "UPDATE version SET figures = (SELECT figures FROM version WHERE filing_id IN "
                 "(SELECT id FROM filing WHERE unit_id = 'G01'))")  # fmt: skip
    proof = publication_proof.prove(core, CENTRAL, row.id, NOW)
    assert not proof.holds
    assert any("F1.r02.c01" in english for _, english in proof.problems)


def test_a_file_and_a_manifest_changed_behind_the_hub_s_back_are_found_by_their_hashes(published):
    core, row = published
    change(
        core,
        "UPDATE publication_file SET content = (SELECT content FROM publication_file WHERE name = 'manifest.json') "
        "WHERE name LIKE '%.xlsx'",
    )
    assert [english for _, english in publication_proof.prove(core, CENTRAL, row.id, NOW).problems] == [
        f"The file {row.report}_{row.period}_1.xlsx is not the one that was issued."
    ]
    change(core, "UPDATE publication SET manifest = replace(manifest, '2026-M09', '2026-M08')")
    problems = [english for _, english in publication_proof.prove(core, CENTRAL, row.id, NOW).problems]
    assert "The manifest of inputs is not the one that was issued." in problems


def test_where_a_regime_s_edition_is_gone_the_figures_are_left_out_and_the_files_still_proved(published, monkeypatch):
    core, row = published
    monkeypatch.setitem(core.catalog.edition(EDITION).__dict__, "sha256", "f" * 64)
    proof = publication_proof.prove(core, CENTRAL, row.id, NOW)
    assert (proof.holds, proof.recomputed, len(proof.left_out)) == (True, 0, 1)
    assert proof.files > 3


def test_who_may_not_read_an_edition_is_not_shown_its_proof(published, make_actor):
    core, row = published
    with pytest.raises(NotFound):
        publication_proof.prove(core, make_actor("officer", "P1"), row.id, NOW)


class TestOfAPeriodMadeOfOthers:
    """A regime that asks for months only: its quarter is brought together from them."""

    @pytest.fixture
    def small_edition(self, make_small_edition):
        return make_small_edition(frequencies=("monthly",))

    def test_a_quarter_follows_again_from_its_months(self, core, make_actor, document):
        opening.open_due(core, NOW, since=date(2026, 7, 1))
        for month, units in (("2026-M07", ("X11", "X21")), ("2026-M08", ("X11", "G01")), ("2026-M09", ("X12", "X21"))):
            for number, unit in enumerate(units):
                content = document(unit, period=month, men=3 + number, women=5)
                sent = intake.receive(core, make_actor("approver", unit), Envelope(content, "json", intent="send"), NOW)
                officer = make_actor("officer", {"X": f"P{unit[1]}", "G": "G12"}[unit[0]])
                assert list(review.accept_many(core, officer, [sent.filing_id], NOW)) == [sent.filing_id]
            aggregation.run(core, SYSTEM, EDITION, month, NOW)
        aggregation.run(core, SYSTEM, EDITION, "2026-Q3", NOW)
        row = publication.issue(core, CENTRAL, "thu", "2026-Q3", NOW)
        proof = publication_proof.prove(core, CENTRAL, row.id, NOW)
        assert proof.problems == []
        assert (proof.reports, proof.recomputed) == (6, proof.figures)
        assert proof.figures > 20
