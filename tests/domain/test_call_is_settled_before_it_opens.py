"""What a call for a thematic or ad hoc report asks, before anything is opened."""

from __future__ import annotations

from datetime import date

import pytest

from hub.domain.call import called_frequencies, settle
from hub.domain.period import Window
from hub.domain.regime import DayRule, Reporter
from hub.domain.working_days import WorkingCalendar
from hub.errors import BadRequest

CALENDAR = WorkingCalendar(frozenset(), frozenset(), range(2024, 2030))
TODAY = date(2026, 9, 10)
STORM = Window(date(2026, 9, 5), date(2026, 9, 12))
LEVELS = (Reporter("commune", "own", "province"), Reporter("province", "rollup"), Reporter("ministry"))


@pytest.fixture
def edition(make_small_edition):
    """Called for, due 15 days after the event for provinces; communes and ministries have no day by the text."""
    return make_small_edition(
        frequencies=("ad_hoc",), windows={}, reporters=LEVELS,
        dues={("province", "ad_hoc"): DayRule("window_end", days=15)},
    )  # fmt: skip


def _settle(edition, window=STORM, today=TODAY, **terms):
    return settle(edition, window, today, CALENDAR, **({"reason": "Bão số 9", "due": date(2026, 9, 20)} | terms))


def test_the_given_day_holds_for_every_level(edition):
    asked = _settle(edition)
    assert asked.dues == dict.fromkeys(("commune", "province", "ministry"), date(2026, 9, 20))
    assert (asked.edition, asked.frequency, asked.window) == (edition.key, "ad_hoc", STORM)


def test_a_level_may_have_its_own_day(edition):
    asked = _settle(edition, level_dues={"commune": date(2026, 9, 14), "province": date(2026, 9, 16)})
    assert asked.dues == {
        "commune": date(2026, 9, 14), "province": date(2026, 9, 16), "ministry": date(2026, 9, 20),
    }  # fmt: skip


def test_without_a_day_the_text_counts_from_the_end_of_the_event(make_small_edition):
    edition = make_small_edition(
        frequencies=("ad_hoc",), windows={}, reporters=LEVELS, holiday_roll="next_working_day",
        dues={(r.level, "ad_hoc"): DayRule("window_end", days=15) for r in LEVELS},
    )  # fmt: skip
    assert set(_settle(edition, due=None).dues.values()) == {date(2026, 9, 28)}, "the 27th is a Sunday"


def test_a_level_without_any_day_is_refused(edition):
    with pytest.raises(BadRequest, match="sets no deadline"):
        _settle(edition, due=None)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"reason": "  \n "}, "Say why"),
        ({"window": Window(date(2026, 9, 12), date(2026, 9, 5))}, "ends before it begins"),
        ({"window": Window(date(2025, 6, 1), date(2025, 6, 30))}, "is not in force on 2025-06-30"),
        ({"due": date(2026, 9, 11)}, "earlier than the end of the data window"),
        ({"today": date(2026, 9, 21)}, "has passed"),
        ({"level_dues": {"commune": date(2026, 9, 25)}}, "cannot be due before"),
        ({"level_dues": {"district": date(2026, 9, 25)}}, "do not report: district"),
        ({"frequency": "thematic"}, "no thematic or ad hoc report like that"),
    ],
)
def test_what_does_not_hold_together_is_refused_in_both_languages(edition, terms, message):
    with pytest.raises(BadRequest, match=message) as refusal:
        _settle(edition, **terms)
    assert refusal.value.message_vi != refusal.value.message_en


def test_a_report_due_on_the_day_its_window_ends_can_be_asked(edition):
    assert set(_settle(edition, due=STORM.end).dues.values()) == {STORM.end}


def test_a_regime_of_both_kinds_must_be_told_which(make_small_edition):
    edition = make_small_edition(frequencies=("yearly", "thematic", "ad_hoc"), windows={}, dues={})
    assert called_frequencies(edition) == ("thematic", "ad_hoc")
    with pytest.raises(BadRequest, match="Say which"):
        _settle(edition)
    assert _settle(edition, frequency="thematic").frequency == "thematic"


def test_a_periodic_regime_is_not_called_for(small_edition):
    assert called_frequencies(small_edition) == ()
    with pytest.raises(BadRequest):
        _settle(small_edition)


def test_units_and_reason_are_kept_in_one_form(edition):
    asked = _settle(edition, units=["P2", "P1", "P2"], reason=" Bão  số 9\n ở miền Trung ")
    assert (asked.units, asked.reason) == (("P1", "P2"), "Bão số 9 ở miền Trung")
