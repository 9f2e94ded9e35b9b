"""Several people fill one report: autosaves, saves over each other, files, and what becomes of what was typed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from hub.domain.access import SYSTEM
from hub.domain.envelope import Envelope
from hub.errors import Conflict, Forbidden, NotFound
from hub.services import filings, intake, saving, unsaved
from hub.services.saving import Overlapping
from hub.services.unsaved import Change, Locked
from hub.store import tables

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
MEN, WOMEN, NOTE = "cell.F1.r02.c02", "cell.F1.r03.c02", "outline.s1"
RIGHT = {
    "cell.F1.r02.c02": "1", "cell.F1.r02.c03": "3", "cell.F1.r02.c04": "4,5",
    "cell.F1.r03.c02": "1", "cell.F1.r03.c03": "5", "cell.F1.r03.c04": "6,5",
    "cell.F1.r01.c02": "2", "cell.F1.r01.c03": "8", "cell.F1.r01.c04": "11",
    "outline.s1": "Ổn định.",
}  # fmt: skip


@pytest.fixture
def at(filing_of):
    return filing_of("X11").id


@pytest.fixture
def lan(make_actor):
    return make_actor("reporter", "X11")


@pytest.fixture
def huy(make_actor):
    return make_actor("approver", "X11")


@pytest.fixture
def save(opened, at):
    """``save(actor, texts, version, serial=0)``: the entry form posted, drawn from a version."""

    def post(actor, texts, version, serial=0, now=NOW):
        content = urlencode(list(texts.items())).encode()
        envelope = Envelope(
            content, "form", intent="draft", filing_id=at, seen_version=version, seen_serial=serial, via="web"
        )  # fmt: skip
        return saving.save(opened, actor, envelope, now)

    return post


@pytest.fixture
def type_(opened, at):
    """``type_(actor, {name: text or (text, was)}, version=0, seen=0)``: an autosave."""

    def do(actor, texts, version=0, seen=0, now=NOW):
        changes = {name: Change(*((text,) if isinstance(text, str) else text)) for name, text in texts.items()}
        return unsaved.note(opened, actor, at, version=version, seen=seen, changes=changes, now=now)

    return do


@pytest.fixture
def standing(opened, at):
    """``standing(actor) -> (fields, aside)`` as texts."""

    def look(actor):
        found, _ = unsaved.everything(opened, actor, at, NOW)
        return tuple({name: told.text for name, told in side.items()} for side in (found.fields, found.aside))

    return look


@pytest.fixture
def cell(opened, at):
    def value(name, number=None):
        view = filings.open_one(opened, SYSTEM, at, NOW)
        _, form, row, column = name.split(".")
        return str(view.values.forms[form].cells.get((row, column)))

    return value


def count(core, table) -> int:
    with core.database.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


# --- saving over each other ------------------------------------------------------------------------------------------


def test_what_two_people_changed_in_different_cells_is_merged(save, lan, huy, cell):
    save(lan, RIGHT, 0)
    save(lan, RIGHT | {MEN: "2", "cell.F1.r02.c03": "2"}, 1)
    receipt = save(huy, RIGHT | {NOTE: "Có biến động."}, 1)
    assert (receipt.verdict, receipt.version) == ("accepted", 3)
    assert cell(MEN) == "2"


def test_a_total_left_to_the_hub_is_computed_from_the_merged_figures(save, lan, huy, cell):
    save(lan, RIGHT, 0)
    save(lan, RIGHT | {"cell.F1.r02.c03": "4", "cell.F1.r01.c03": "9"}, 1)
    save(huy, RIGHT | {"cell.F1.r02.c01": "4", NOTE: "Khác"}, 1)
    assert cell("cell.F1.r02.c01") == "5", "the total that stood on the page was the computed one"


def test_one_cell_changed_to_two_things_is_asked_about_and_saving_again_settles_it(save, lan, huy, cell, opened, at):
    save(lan, RIGHT, 0)
    save(lan, RIGHT | {MEN: "2", NOTE: "Của Lan"}, 1)
    with pytest.raises(Overlapping) as asked:
        save(huy, RIGHT | {MEN: "3", "cell.F1.r02.c04": "5"}, 1)
    assert [(clash.name, clash.mine, clash.theirs) for clash in asked.value.clashes] == [(MEN, "3", "2")]
    assert asked.value.texts[NOTE] == "Của Lan"
    assert asked.value.texts["cell.F1.r02.c04"] == "5"
    assert cell(MEN) == "2", "nothing was saved yet"
    receipt = save(huy, asked.value.texts, asked.value.version)
    assert receipt.version == 3
    assert cell(MEN) == "3"


def test_what_clashed_is_found_again_by_who_typed_it_and_not_laid_over_what_was_saved(save, lan, huy, standing):
    save(lan, RIGHT, 0)
    save(lan, RIGHT | {MEN: "2"}, 1)
    with pytest.raises(Overlapping):
        save(huy, RIGHT | {MEN: "3", NOTE: "Của Huy"}, 1)
    assert standing(huy) == ({NOTE: "Của Huy"}, {MEN: "3"})


def test_a_list_that_grew_meanwhile_is_asked_about_as_a_whole(save, lan, huy):
    one = {"rec.F2.1.c01": "An", "rec.F2.1.c02": "1", "rec.F2.1.c04": "2,5"}
    two = {"rec.F2.2.c01": "Bình", "rec.F2.2.c02": "2", "rec.F2.2.c04": "1"}
    save(lan, RIGHT | one, 0)
    save(lan, RIGHT | one | two, 1)
    with pytest.raises(Overlapping) as asked:
        save(huy, RIGHT | one | {"rec.F2.1.c01": "Ân"}, 1)
    assert [(clash.name, clash.mine, clash.theirs) for clash in asked.value.clashes] == [("rec.F2", "1", "2")]


def test_a_page_drawn_from_a_version_that_never_was_is_refused(save, lan):
    save(lan, RIGHT, 0)
    with pytest.raises(Conflict):
        save(lan, RIGHT | {MEN: "2"}, 9)


def test_a_double_click_on_save_makes_one_version(save, lan, opened):
    first, second = (save(lan, RIGHT, 0) for _ in range(2))
    assert second.version == first.version == 1
    assert second.repeat_of
    assert (count(opened, tables.version), count(opened, tables.submission)) == (1, 1)


def test_going_back_after_a_save_and_saving_again_merges_and_doubles_nothing(save, lan, opened, cell):
    save(lan, RIGHT, 0)
    save(lan, RIGHT | {MEN: "2"}, 1)
    again = save(lan, RIGHT | {MEN: "2", NOTE: "Thêm"}, 1)
    assert again.version == 3
    assert cell(MEN) == "2"
    same = save(lan, RIGHT | {MEN: "2", NOTE: "Thêm"}, 1)
    assert same.version == 3
    assert count(opened, tables.version) == 3


# --- autosaves -------------------------------------------------------------------------------------------------------


def test_saving_settles_what_it_saved_and_leaves_what_others_typed_meanwhile(type_, save, standing, lan, huy):
    noted = type_(lan, RIGHT)
    type_(huy, {"cell.F1.r02.c06": "ghi chú của Huy"}, seen=noted.serial)
    save(lan, RIGHT, 0, noted.serial)
    assert standing(lan) == ({"cell.F1.r02.c06": "ghi chú của Huy"}, {})


def test_what_a_page_did_not_know_of_and_overwrote_is_offered_and_not_lost(type_, save, standing, lan, huy):
    save(lan, RIGHT, 0)
    type_(huy, {MEN: ("7", "1")}, version=1)
    save(lan, RIGHT | {MEN: "2"}, 1, serial=0)
    assert standing(huy) == ({}, {MEN: "7"})


def test_an_aside_text_is_laid_over_when_somebody_says_so(type_, save, standing, lan, huy, opened, at):
    save(lan, RIGHT, 0)
    type_(huy, {MEN: ("7", "1")}, version=1)
    save(lan, RIGHT | {MEN: "2"}, 1)
    assert unsaved.use(opened, huy, at, [MEN, "cell.F1.r01.c02"], NOW) == 1
    assert standing(huy) == ({MEN: "7"}, {})


def test_a_file_takes_the_place_of_all_figures_and_what_was_typed_is_offered(
    type_, standing, lan, opened, at, document
):
    type_(lan, {MEN: "7", "cell.F1.r02.c06": "ghi chú"})
    envelope = Envelope(document("X11"), "json", intent="draft", filing_id=at)
    assert intake.receive(opened, lan, envelope, NOW).verdict == "accepted"
    assert standing(lan) == ({}, {MEN: "7", "cell.F1.r02.c06": "ghi chú"})


def test_a_refused_file_leaves_what_was_typed_as_it_was(type_, standing, lan, opened, at):
    type_(lan, {MEN: "7"})
    envelope = Envelope(b"{", "json", intent="draft", filing_id=at)
    assert intake.receive(opened, lan, envelope, NOW).verdict == "refused"
    assert standing(lan) == ({MEN: "7"}, {})


def test_a_refused_save_keeps_what_was_posted_and_what_others_typed(type_, save, standing, lan, huy):
    type_(huy, {"cell.F1.r02.c06": "của Huy"})
    assert save(lan, RIGHT | {MEN: "mười", "cell.F1.r02.c06": ""}, 0).verdict == "refused"
    fields, _ = standing(lan)
    assert fields == RIGHT | {MEN: "mười", "cell.F1.r02.c06": "của Huy"}


def test_typing_what_the_version_says_leaves_nothing_unsaved(type_, save, standing, lan):
    save(lan, RIGHT, 0)
    type_(lan, {MEN: ("7", "1")}, version=1)
    type_(lan, {MEN: ("1", "7")}, version=1)
    assert standing(lan) == ({}, {})


def test_a_reverted_field_is_told_to_the_other_page(type_, save, lan, huy):
    save(lan, RIGHT, 0)
    known = type_(lan, {MEN: ("7", "1")}, version=1).serial
    type_(lan, {MEN: ("1", "7")}, version=1)
    assert type_(huy, {}, version=1, seen=known).others[MEN].text == "1"


def test_a_page_of_an_older_version_hears_what_the_newer_one_changed(type_, save, lan, huy):
    save(lan, RIGHT, 0)
    save(lan, RIGHT | {MEN: "2"}, 1)
    noted = type_(huy, {}, version=1)
    assert {name: told.text for name, told in noted.others.items()} == {MEN: "2"}
    assert noted.version == 2


def test_typing_over_what_somebody_else_just_saved_is_asked_about(type_, save, lan, huy, standing):
    save(lan, RIGHT, 0)
    save(lan, RIGHT | {MEN: "2"}, 1)
    noted = type_(huy, {MEN: ("3", "1")}, version=1)
    assert noted.conflicts[MEN].text == "2"
    assert noted.conflicts[MEN].by == "reporter X11"
    assert standing(huy) == ({}, {})


def test_a_discarded_draft_shows_the_version_again_and_the_audit_counts_it(type_, save, standing, lan, opened, at):
    save(lan, RIGHT, 0)
    type_(lan, {MEN: ("7", "1"), NOTE: ("Khác", "Ổn định.")}, version=1)
    assert unsaved.discard(opened, lan, at, NOW) == 2
    assert unsaved.discard(opened, lan, at, NOW) == 0
    assert standing(lan) == ({}, {})
    with opened.database.read() as connection:
        details = connection.execute(
            select(tables.event.c.detail).where(tables.event.c.action == "discard_unsaved")
        ).scalars()
        assert [json.loads(detail) for detail in details] == [{"fields": 2, "version": 1}]


def test_an_autosave_that_comes_after_the_sending_is_refused_and_says_why(type_, submit, lan, filing_of):
    submit("X11")
    with pytest.raises(Locked) as refused:
        type_(lan, {MEN: ("7", "1")}, version=1)
    assert "gửi" in refused.value.message_vi


def test_an_autosave_before_the_sending_is_not_in_what_was_sent_and_is_offered_when_it_comes_back(
    type_, submit, lan, at, opened, standing, make_actor, filing_of, cell
):
    from hub.services import review

    type_(lan, {"cell.F1.r02.c06": "nói thêm"})
    submit("X11")
    assert cell(MEN) == "1"
    row = filing_of("X11")
    officer = make_actor("officer", row.receiver_id)
    review.send_back(opened, officer, at, revision=row.revision, reason="Thiếu", now=NOW)
    assert standing(lan) == ({}, {"cell.F1.r02.c06": "nói thêm"})


def test_a_day_after_acceptance_nothing_unsaved_is_left(type_, submit, accept, opened, lan):
    type_(lan, {"cell.F1.r02.c06": "nói thêm"})
    submit("X11")
    accept("X11")
    assert unsaved.sweep(opened, NOW + timedelta(hours=23)) == 0
    assert unsaved.sweep(opened, NOW + timedelta(hours=25)) == 1


def test_who_was_here_in_the_last_minute_is_told(type_, lan, huy):
    type_(lan, {})
    assert type_(huy, {}, now=NOW + timedelta(seconds=59)).editors == ("reporter X11",)
    assert type_(huy, {}, now=NOW + timedelta(seconds=61)).editors == ()


def test_serials_only_grow_also_when_everything_was_settled(type_, save, lan, huy):
    first = type_(lan, RIGHT).serial
    save(lan, RIGHT, 0, first)
    assert type_(lan, {MEN: ("9", "1")}, version=1).serial > first


def test_nobody_else_can_type_or_look(opened, at, make_actor, submit):
    with pytest.raises(NotFound):
        unsaved.note(opened, make_actor("reporter", "X12"), at, version=0, seen=0, changes={}, now=NOW)
    submit("X11")
    with pytest.raises(Forbidden):
        unsaved.everything(opened, make_actor("officer", "P1"), at, NOW)


def test_a_text_is_kept_through_the_stop_of_the_process_between_typing_and_saving(type_, standing, lan, opened):
    type_(lan, {MEN: "7"})
    opened.database.dispose()
    assert standing(lan) == ({MEN: "7"}, {})


def test_narrative_with_a_secrecy_mark_is_kept_in_no_field_while_it_is_typed(type_, lan, standing):
    noted = type_(lan, {NOTE: "TỐI MẬT\nNội dung", MEN: "4"})
    assert (noted.refused, noted.saved) == ((NOTE,), (MEN,))
    assert standing(lan) == ({MEN: "4"}, {})


def test_narrative_with_a_secrecy_mark_is_not_kept_by_a_save_that_clashes(save, lan, huy, standing):
    save(lan, RIGHT, 0)
    with pytest.raises(Overlapping):
        save(huy, RIGHT | {MEN: "7", NOTE: "TỐI MẬT\nNội dung"}, 0)
    fields, aside = standing(huy)
    assert NOTE not in fields | aside
