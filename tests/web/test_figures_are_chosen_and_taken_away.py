"""The page on which national figures are chosen and taken away, at once or as a file made in the background."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import openpyxl
import pytest

from hub.services import exports, worker_threads

ASKED = "/data?regime=THU-01&m=THU-01/F1.r02.c02&m=THU-01/F1.r02.c04"


@pytest.fixture
def central(published, sign_in, make_actor):
    return sign_in(make_actor("central", "VN"))


def links(page: str, begins: str) -> list[str]:
    return [unescape(href) for href in re.findall(r'href="([^"]+)"', page) if href.startswith(begins)]


def test_the_page_leads_from_the_regime_to_a_preview_and_the_files(central, text_of):
    assert "THU-01" in central.get("/data").get_data(as_text=True)
    page = central.get(ASKED).get_data(as_text=True)
    (csv_link,) = [href for href in links(page, "/data/file") if "format=csv" in href]
    answer = central.get(csv_link)
    lines = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"), newline="")))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert {line["unit"] for line in lines} >= {"VN", "P1", "G01"}
    assert {line["column"] for line in lines} == {"c02", "c04"}
    (shown,) = {line["value"] for line in lines if line["unit"] == "VN" and line["column"] == "c02"}
    assert shown in text_of(central.get(ASKED))


def test_every_offered_format_is_a_file(central):
    page = central.get(ASKED).get_data(as_text=True)
    found = {re.search(r"format=(\w+)", href)[1]: central.get(href) for href in links(page, "/data/file")}
    assert set(found) == {"xlsx", "csv", "json", "package", "pdf"}
    assert {name: answer.status_code for name, answer in found.items()} == dict.fromkeys(found, 200)
    assert openpyxl.load_workbook(io.BytesIO(found["xlsx"].data)).sheetnames[0] == "B1"


def test_many_figures_are_made_in_the_background_and_then_downloaded(central, monkeypatch, text_of):
    monkeypatch.setattr(exports, "MOST_AT_ONCE", 0)
    page = central.get(ASKED).get_data(as_text=True)
    assert links(page, "/data/file") == []
    form = re.search(r'<form method="post" action="/data/exports">(.*?)</form>', page, re.S)[1]
    fields = re.findall(r'name="([^"]+)" value="([^"]*)"', form)
    started = []
    start = worker_threads.exported.start
    monkeypatch.setattr(worker_threads.exported, "start", lambda *given: started.append(start(*given)) or started[0])
    data = {name: [unescape(value) for each, value in fields if each == name] for name, _ in fields}
    answer = central.post("/data/exports", data=data | {"format": "json"})
    assert answer.status_code == 303
    started[0].join(30)
    page = central.get(answer.headers["Location"])
    (link,) = links(page.get_data(as_text=True), f"{answer.headers['Location']}/file")
    made = central.get(link)
    assert made.status_code == 200
    assert {each["column"] for each in made.json["observations"]} == {"c02", "c04"}
    assert answer.headers["Location"] in central.get("/data").get_data(as_text=True)


def test_a_file_that_is_being_made_says_how_far_it_is_without_a_script(central, hub, make_actor, monkeypatch):
    monkeypatch.setattr(
        worker_threads.exported, "start", lambda *_: type("Idle", (), {"join": lambda self, seconds: None})()
    )
    form = {"regime": "THU-01", "m": "THU-01/F1.r02.c02", "form_key": "cham"}
    page = central.get(central.post("/data/exports", data=form).headers["Location"]).get_data(as_text=True)
    assert "<progress" in page
    assert '<noscript><meta http-equiv="refresh"' in page


def test_too_much_is_said_on_the_page_and_by_the_button(central, monkeypatch):
    monkeypatch.setattr(exports, "MOST", 0)
    page = central.get(ASKED).get_data(as_text=True)
    assert "quá nhiều cho một tệp" in page
    answer = central.post("/data/exports", data={"regime": "THU-01", "m": "THU-01/F1.r02.c02", "form_key": "x"})
    assert answer.status_code == 422
    assert "Quá nhiều số liệu" in answer.get_data(as_text=True)


def test_what_is_no_period_is_said_on_the_page(central):
    answer = central.get(f"{ASKED}&first=hôm-qua")
    assert answer.status_code == 200
    assert 'role="alert"' in answer.get_data(as_text=True)


def test_the_map_of_punctuality_is_taken_away_as_counts(central):
    page = central.get("/national/punctuality?level=commune&first=2026-09-01&last=2026-12-31").get_data(as_text=True)
    xlsx, as_csv = links(page, "/data/punctuality")
    book = openpyxl.load_workbook(io.BytesIO(central.get(xlsx).data))
    assert {"D1", "D2", "D3", "Nguồn số liệu", "DL D1", "DL D2", "DL D3"} <= set(book.sheetnames)
    lines = list(csv.DictReader(io.StringIO(central.get(as_csv).get_data(as_text=True).lstrip("\ufeff"), newline="")))
    total = next(line for line in book["DL D1"].values if line[2] == "Tổng cộng")
    assert sum(int(line["obliged"]) for line in lines) == total[4] > 0
