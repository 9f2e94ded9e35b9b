"""The API's own figures: exact, page by page without loss, as JSON and CSV, and nothing of what one may not see."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from hub.api.asking import read_cursor, write_cursor
from hub.app import create_app
from hub.domain.access import SYSTEM
from hub.errors import BadRequest
from hub.services import figure_pages, figures

ALL = "/api/v1/figures?regime=THU-01"


@pytest.fixture(scope="module")
def get(served):
    """``get(path, token) -> response`` of the hub without a network between."""
    client = create_app(served.core, clock=lambda: served.now).test_client()

    def ask(path: str, token: str = served.token, **headers: str):
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return client.get(path, headers={"Authorization": f"Bearer {token}"} | named)

    return ask


def pages(get, path):
    """Every page from the first to the last, by the addresses that the pages themselves name."""
    while path:
        answer = get(path)
        assert answer.status_code == 200
        following = answer.json["next"]
        assert answer.headers.get("Link") == (f'<{following}>; rel="next"' if following else None)
        yield answer.json
        path = f"{urlsplit(following).path}?{urlsplit(following).query}" if following else None


def test_figures_are_the_hubs_own_to_the_last_digit(get, truth):
    shown = {
        (each["measure"], each["unit"], each["period"]): each for each in get(f"{ALL}&limit=10000").json["figures"]
    }
    for each in truth("F2"):
        found = shown[each.measure.key, each.unit_id, each.period.code]
        assert found["value"] == (None if each.value is None else f"{each.value:f}")
        assert (found["standing"], found["accepted"], found["obliged"]) == (
            each.standing, each.accepted, each.obliged,
        )  # fmt: skip
    assert any("2345678901234567.25" in (each["value"] or "") for each in shown.values())


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_pages_together_are_the_whole_each_figure_once_and_in_order(get, limit):
    path = f"{ALL}&measure=THU-01/F1.r02.c02&measure=THU-01/F1.r01.c04&unit=VN&unit=P1&unit=P2"
    whole = get(path).json
    assert whole["next"] is None
    assert len(whole["figures"]) == 12
    assert [each for page in pages(get, f"{path}&limit={limit}") for each in page["figures"]] == whole["figures"]


def test_what_is_read_at_once_does_not_show(get, monkeypatch):
    whole = get(f"{ALL}&limit=10000").json["figures"]
    monkeypatch.setattr(figure_pages, "AT_ONCE", 1)
    assert [each for page in pages(get, f"{ALL}&limit=33") for each in page["figures"]] == whole


def test_a_page_begins_after_its_place_even_if_that_figure_is_gone(served):
    measures = tuple(figures.measures(served.core, SYSTEM, served.now, "THU-01"))[:3]
    ask = figures.Ask(measures)
    whole = figure_pages.page(served.core, SYSTEM, ask, served.now, 10_000).observations
    gone = (whole[5].measure.key, "P1-gone", whole[5].period.code)
    rest = figure_pages.page(served.core, SYSTEM, ask, served.now, 10_000, gone).observations
    assert rest == tuple(each for each in whole if each.measure.key != whole[5].measure.key)


def test_csv_says_the_same_as_json(get):
    path = f"{ALL}&level=province"
    rows = list(csv.DictReader(io.StringIO(get(path, Accept="text/csv").get_data(as_text=True))))
    assert get(f"{path}&format=csv").mimetype == "text/csv"
    said = get(path).json["figures"]
    assert [row["value"] for row in rows] == [each["value"] or "" for each in said]
    assert list(rows[0]) == list(said[0])
    assert [row["from_units"].split() for row in rows] == [each["from_units"] for each in said]


def test_figures_of_the_past_of_one_level_and_of_some_periods(get):
    assert get(f"{ALL}&known_at=2026-09-01").json["figures"] == []
    assert {each["period"] for each in get(f"{ALL}&first=2026-M10&last=2026-M10").json["figures"]} == {"2026-M10"}
    assert {each["unit"] for each in get(f"{ALL}&level=ministry").json["figures"]} == {"G01", "G12"}
    communes = {each["unit"] for each in get(f"{ALL}&level=commune&within=P1&limit=10000").json["figures"]}
    assert {"X11", "X12"} <= communes <= {"X11", "X12", "X13"}


def test_a_unit_gets_its_own_figures_and_learns_of_no_other(get, served):
    answer = get(f"{ALL}&unit=VN&unit=P2&unit=X21&unit=X22&limit=10000", served.outsider_token)
    assert {each["unit"] for each in answer.json["figures"]} <= {"X22"}


@pytest.mark.parametrize(
    "query",
    [
        "", "?regime=THU-01&first=x", "?regime=THU-01&known_at=2026-13-01", "?regime=THU-01&known_at=2026-01-01T00:00",
        "?regime=THU-01&known_at=9999-12-31", "?regime=THU-01&limit=0", "?regime=THU-01&limit=10001",
        "?regime=THU-01&level=commune", "?regime=THU-01&level=x", "?regime=THU-01&cursor=x", "?regime=THU-01&x=1",
        "?regime=THU-01&regime=THU-01", "?regime=THU-01&frequency=weekly1", "?regime=%00",
        f"?regime=THU-01&cursor={write_cursor(('THU-01/x', 'VN', '2026-M09'))}",
        f"?regime=THU-01&cursor={write_cursor(('THU-01/F1.r02.c02', 'VN', 'x'))}",
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_a_problem_and_not_a_guess(get, query):
    answer = get(f"/api/v1/figures{query}")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_what_is_not_there_or_in_no_such_format_is_said(get):
    assert get("/api/v1/figures?measure=THU-01/F9.r1.c1").status_code == 404
    assert get("/api/v1/figures?regime=NO-1").json["figures"] == []
    assert get(ALL, Accept="image/png").status_code == 406


def test_measures_periods_and_units_name_what_figures_speak_of(get):
    measures = [each for page in pages(get, "/api/v1/measures?limit=4") for each in page["measures"]]
    assert measures == get("/api/v1/measures").json["measures"]
    assert {each["measure"] for each in get(f"{ALL}&limit=10000").json["figures"]} <= {each["key"] for each in measures}
    assert [each["code"] for each in get("/api/v1/periods?regime=THU-01").json["periods"]] == ["2026-M10", "2026-M09"]
    units = [each for page in pages(get, "/api/v1/units?limit=3") for each in page["units"]]
    assert {each["id"]: each["parent"] for each in units}["X11"] == "P1"
    within = get("/api/v1/units?within=P2").json["units"]
    assert [each["id"] for each in within] == ["X21", "X22"]


@pytest.mark.parametrize("text", ["", "a", "W10", "WzFd", "é", "=" * 5, "Wzg" * 9_000])
def test_a_cursor_that_nobody_wrote_is_refused(text):
    assert read_cursor(write_cursor(("á", "b")), 2) == ["á", "b"]
    with pytest.raises(BadRequest):
        read_cursor(text, 2)


# --- how often ------------------------------------------------------------------------------------------------------


@pytest.fixture
def limited(served):
    """A client of the same hub where a token reads five times and writes twice a minute."""
    config = replace(served.core.config, rate_read=5, rate_write=2, rate_sign_in=3)
    return create_app(replace(served.core, config=config), clock=lambda: served.now).test_client()


def test_a_token_that_asks_too_often_is_told_when_to_come_back_and_others_go_on(limited, served):
    headers = {"Authorization": f"Bearer {served.token}"}
    left = [limited.get("/api/v1/units", headers=headers).headers["RateLimit-Remaining"] for _ in range(5)]
    assert left == ["4", "3", "2", "1", "0"]
    for path in ("/api/v1/units", "/sdmx/2.1/dataflow", "/odata/v1"):
        refused = limited.get(path, headers=headers)
        assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
        assert refused.json["code"] == "too_many_requests"
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert refused.headers["RateLimit-Limit"] == "5"
    other = {"Authorization": f"Bearer {served.outsider_token}"}
    assert limited.get("/api/v1/units", headers=other).status_code == 200
    assert limited.post("/api/v1/submissions", headers=headers).status_code != 429, "writing is counted apart"
    assert limited.get("/sign-in").status_code == 200, "pages are not counted"


def test_unknown_tokens_are_stopped_and_a_right_one_at_the_same_address_is_not(limited, served):
    wrong = [limited.get("/api/v1/units", headers={"Authorization": f"Bearer hubt_{n}"}).status_code for n in range(5)]
    assert wrong == [401, 401, 401, 429, 429]
    assert limited.get("/api/v1/units", headers={"Authorization": f"Bearer {served.token}"}).status_code == 200


def test_a_stranger_is_counted_by_address(limited):
    assert [limited.get("/api/v1/health").status_code for _ in range(6)] == [200] * 5 + [429]
