"""A later edition says why it came; the older one stays as it is, and which of them stood on a day can be asked."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest

from hub.domain.access import SYSTEM, Actor, Grant
from hub.domain.revision_note import automatic_note, note_label
from hub.errors import NotFound
from hub.services import aggregation, publication
from hub.services.publication import NoteMissing

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=2)
EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"
CENTRAL = Actor("central", "Trung tâm", "VN", (Grant("central", "VN"),))


@pytest.fixture
def amended(published, submit, accept, document):
    """(core, first edition): since then X12 was accepted and rolled up."""
    core, first = published
    submit("X12", content=document("X12", men=3))
    accept("X12")
    aggregation.run(core, SYSTEM, EDITION, PERIOD, NOW + timedelta(hours=2))
    return core, first


def files_of(core, row):
    names = [name for name, *_ in publication.view(core, CENTRAL, row.id, LATER).files]
    return {name: publication.file(core, CENTRAL, row.id, name, LATER)[1] for name in names}


def test_nobody_replaces_an_edition_without_saying_why(amended):
    core, first = amended
    for note in (None, "   "):
        with pytest.raises(NoteMissing, match="Edition 1"):
            publication.issue(core, CENTRAL, "thu", PERIOD, LATER, note)
    assert publication.listing(core, CENTRAL, LATER) == [first]


def test_what_replaces_an_edition_says_so_in_its_files_and_leaves_the_old_ones_alone(amended):
    core, first = amended
    before = files_of(core, first)
    second = publication.issue(core, CENTRAL, "thu", PERIOD, LATER, "  Bổ sung xã X12 ")
    assert (second.number, second.note) == (2, "Bổ sung xã X12")
    facts = {label.en: text for label, text in publication.view(core, CENTRAL, second.id, LATER).document.facts}
    assert facts["Why it was issued again"].vi == "Bổ sung xã X12"
    assert facts["Replaces edition"].en.startswith("number 1, issued at 10:00:00 15/09/2026")
    book = openpyxl.load_workbook(io.BytesIO(files_of(core, second)["thu_2026-M09_2.xlsx"]))
    said = {str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line if cell.value}
    assert any("Bổ sung xã X12" in text for text in said)
    assert files_of(core, first) == before


def test_each_edition_knows_the_one_before_and_the_newest(amended):
    core, first = amended
    second = publication.issue(core, CENTRAL, "thu", PERIOD, LATER, "Bổ sung")
    views = [publication.view(core, CENTRAL, row.id, LATER) for row in (first, second)]
    assert [(view.older, view.newer) for view in views] == [(None, second), (first, None)]


def test_the_hub_itself_notes_how_many_reports_count_differently(amended):
    core, _ = amended
    second = publication.issue(core, SYSTEM, "thu", PERIOD, LATER)
    assert second.note == automatic_note({"amended": 0, "added": 1, "gone": 0})
    assert note_label(second.note).en == (
        "Issued again automatically. Reports amended: 0; added: 1; no longer counted: 0."
    )
    assert note_label("Tự viết. Báo cáo").en == "Tự viết. Báo cáo"


def test_which_edition_stood_on_a_day_is_told_by_the_days_of_viet_nam(amended):
    core, first = amended
    second = publication.issue(core, CENTRAL, "thu", PERIOD, datetime(2026, 9, 16, 17, 30, tzinfo=UTC), "Bổ sung")
    stood = {
        day: publication.in_force(core, CENTRAL, "thu", PERIOD, date(2026, 9, day), LATER).number
        for day in (15, 16, 17)
    }
    assert stood == {15: 1, 16: 1, 17: 2}  # 17:30 in London is half past midnight of the 17th
    assert publication.listing(core, CENTRAL, LATER, on=date(2026, 9, 16)) == [first]
    assert publication.listing(core, CENTRAL, LATER, on=date(2026, 9, 20)) == [second]
    with pytest.raises(NotFound):
        publication.in_force(core, CENTRAL, "thu", PERIOD, date(2026, 9, 14), LATER)


def test_unchanged_figures_need_no_note_for_they_make_no_edition(published):
    core, first = published
    assert publication.issue(core, CENTRAL, "thu", PERIOD, LATER) == first
