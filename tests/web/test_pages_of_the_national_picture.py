"""The pages of the national picture: three clicks from any figure to a cell, and to each their own."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest

from hub.domain.access import SYSTEM
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingQuery
from hub.services import aggregation, filings, intake, opening, review

FIGURE = "/national/figures/THU-01/F1/r02/c02"
TRACE = "/national/trace?measure=THU-01/F1.r02.c02&period=2026-M09"


@pytest.fixture
def picture(hub, published, submit, accept, now):
    """X11, X12 and G01 are in the figures of September."""
    submit("X12", men=9)
    accept("X12")
    aggregation.run(hub, SYSTEM, "THU-01/2025-07-01", "2026-M09", now)
    return hub


@pytest.fixture
def now(app):
    return app.config["CLOCK"]()


@pytest.fixture
def central(picture, sign_in, make_actor):
    return sign_in(make_actor("central", "VN"))


def links_of(response) -> list[tuple[str, str]]:
    """(address, words) of every link of a page."""
    found = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', response.get_data(as_text=True), re.S)
    return [(unescape(href), re.sub(r"<[^>]+>|\s+", " ", words).strip()) for href, words in found]


def follow(browser, response, href_begins: str, words: str = ""):
    """The page behind the first link whose address begins so and whose words hold these."""
    href = next(
        href for href, said in links_of(response) if href.startswith(href_begins) and words in said
    )  # fmt: skip
    answer = browser.get(href)
    assert answer.status_code == 200, href
    return answer


@pytest.fixture
def august(picture, hub, report_of, make_actor, now):
    """Commune X13 alone reported for August, many more men: its figures are what September is compared with."""
    opening.open_due(hub, now, since=date(2026, 8, 1))
    body = report_of("X13", men=90).replace(b"2026-M09", b"2026-M08")
    envelope = Envelope(body, "json", filename="X13-08.json", media_type="application/json", intent="send")
    intake.receive(hub, make_actor("approver", "X13"), envelope, now)
    row = filings.search(hub, SYSTEM, FilingQuery(unit_id="X13", period="2026-M08"), now).rows[0]
    review.accept(hub, make_actor("officer", "P1"), row.id, revision=row.revision, now=now)
    aggregation.run(hub, SYSTEM, "THU-01/2025-07-01", "2026-M08", now)
    return hub


def test_three_clicks_lead_from_the_overview_to_the_cell_in_a_communes_file(august, central, text_of):
    overview = central.get("/national")
    measure = follow(central, overview, "/national/figures/THU-01/F1/")
    nation = follow(central, measure, "/national/trace?measure=THU-01/F1.r02.c03&unit=VN&period=2026-M09")
    province = follow(central, nation, "/national/trace", "Tỉnh P1")
    words = text_of(province)
    assert "Xã X11" in words
    assert "phiên bản 1" in words
    assert "X11.json" in words
    assert "/forms/F1/cells/r02.c03" in words


def test_a_figure_that_moved_is_one_click_from_its_units(august, central, text_of):
    words = text_of(follow(central, central.get("/national"), "/national/trace"))
    assert "Các đơn vị tạo nên con số" in words
    assert "báo cáo của Tỉnh P1" in words


def test_a_figure_of_a_unit_is_two_clicks_from_its_cell(central, text_of):
    measure = central.get(FIGURE)
    province = follow(central, measure, "/national/trace?measure=THU-01/F1.r02.c02&unit=P1")
    commune = follow(central, province, "/national/trace", "Xã X12")
    assert "X12.json" in text_of(commune)


def test_without_two_periods_in_a_row_nothing_is_said_to_have_moved(central, text_of):
    assert "Chưa có hai kỳ liền nhau để so sánh." in text_of(central.get("/national"))


def test_the_overview_says_what_is_to_be_decided(hub, central, submit, filing_of, make_actor, text_of, now):
    submit("X13")
    row = filing_of("X13")
    review.send_back(
        hub, make_actor("officer", "P1"), row.id, revision=row.revision, reason="Xem lại", resend_due=now, now=now
    )
    words = text_of(central.get("/national"))
    assert "Bị trả lại, quá hạn gửi lại" in words
    assert "1 báo cáo, lâu nhất hạn" in words


def test_every_figure_has_beside_it_how_many_units_are_in_it(central, text_of):
    words = re.sub(r"\s+", " ", text_of(central.get(FIGURE)))
    assert "Đơn vị có trong số liệu 3/" in words
    assert "tạm tính" in words
    assert "Cách tổng hợp cộng các phần" in words


def test_a_figure_as_known_on_a_past_day_says_so(central, text_of):
    words = text_of(central.get(f"{FIGURE}?known_at=2026-09-01"))
    assert "như đã biết vào cuối ngày 01/09/2026" in words
    assert central.get(f"{FIGURE}?known_at=khi-nao").status_code == 400


def test_two_provinces_are_compared_as_table_and_chart(central, text_of):
    page = central.get("/national/compare?regime=THU-01&m=THU-01/F1.r02.c02&u=P1&u=P2&p=2026-M09")
    words = text_of(page)
    assert "Tỉnh P1" in words
    assert "Tỉnh P2" in words
    assert "<svg" in page.get_data(as_text=True)


def test_more_than_six_are_not_compared(central):
    many = "&".join(f"u={unit}" for unit in ("P1", "P2", "G01", "G12", "VN", "X11", "X12"))
    assert central.get(f"/national/compare?regime=THU-01&m=THU-01/F1.r02.c02&{many}").status_code == 400


def test_the_heat_map_tells_in_words_what_it_shows_in_colour(central):
    page = central.get("/national/punctuality?level=commune&first=2026-09-01&last=2026-12-31").get_data(as_text=True)
    assert "✓ 100<i>: 2/2 đúng hạn" in page
    assert "chưa đến hạn" in page


def test_a_cell_of_the_heat_map_leads_to_the_campaigns_that_it_counts_and_to_what_was_sent(central, text_of):
    page = central.get("/national/punctuality?level=commune&first=2026-09-01&last=2026-12-31")
    cell = follow(central, page, "/national/punctuality/P1/THU-01", "2/2 đúng hạn; 4 chưa đến hạn")
    words = re.sub(r"\s+", " ", text_of(cell))
    assert "đến hạn từ 01/09/2026 đến hết 31/12/2026: 6; đúng hạn 100,0 %" in words
    assert "Tháng 09 năm 2026" in words
    sent = text_of(follow(central, cell, "/filings?"))
    assert "Tổng số 2 báo cáo" in sent
    assert "Chỉ của Tỉnh P1 và các đơn vị bên dưới." in sent
    assert central.get("/national/punctuality/P1/khong-co").status_code == 404


def test_a_unit_leads_to_its_successors_and_tells_its_record(central, text_of):
    words = re.sub(r"\s+", " ", text_of(central.get("/national/units/P1")))
    assert "Các đơn vị bên dưới, chậm nhất trước: 3" in words
    assert "Xã X13" in words


def test_a_provinces_officer_is_led_to_their_own_unit(picture, sign_in, make_actor):
    officer = sign_in(make_actor("officer", "P1"))
    answer = officer.get("/national")
    assert (answer.status_code, answer.location) == (302, "/national/units/P1")
    assert officer.get("/national/units/P1").status_code == 200


def test_a_provinces_officer_sees_their_own_figure_and_no_other(picture, sign_in, make_actor, text_of):
    officer = sign_in(make_actor("officer", "P1"))
    page = officer.get(FIGURE)
    assert "Tỉnh P1" in text_of(page)
    assert "Tỉnh P2" not in text_of(page)
    assert "Bộ G01" not in text_of(page)
    assert officer.get(f"{TRACE}&unit=P1").status_code == 200
    for path in (f"{TRACE}&unit=P2", TRACE, "/national/units/P2", "/national/regimes/THU-01", "/national/punctuality",
                 "/national/compare"):  # fmt: skip
        assert officer.get(path).status_code == 404, path


def test_the_ministry_that_owns_a_regime_sees_its_picture(picture, sign_in, make_actor):
    owner, other = (sign_in(make_actor("officer", unit)) for unit in ("G12", "G01"))
    for path in ("/national", "/national/regimes/THU-01", FIGURE, "/national/punctuality", "/national/compare"):
        assert owner.get(path).status_code == 200, path
    assert other.get("/national").status_code == 302
    assert other.get("/national/regimes/THU-01").status_code == 404


def test_the_pages_speak_english(central):
    central.client.set_cookie("hub_language", "en")
    said = {
        "/national": "To be decided", FIGURE: "Units in the figures", "/national/punctuality": "Reports sent on time",
        TRACE: "Units that the figure is made of",
    }  # fmt: skip
    for path, words in said.items():
        assert words in central.get(path).get_data(as_text=True), path
