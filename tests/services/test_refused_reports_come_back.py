"""What was refused comes back in a file of its own kind with the reasons; corrected and sent, all of it is taken."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
import zipfile

import openpyxl
import pytest

from hub.domain.findings import Finding, Place
from hub.domain.interchange import REASON_HEADER, XML_NAMESPACE
from hub.errors import NotFound
from hub.services import filings, refused_reports, uploads
from hub.services.refused_documents import write_csv, write_xml

UNITS = ("X11", "X12", "X13")
CELLS = {"r02.c02": 1, "r02.c03": 3, "r02.c04": "4.50", "r03.c02": 1, "r03.c03": 5, "r03.c04": "6.50"} | {
    "r01.c02": 2, "r01.c03": 8, "r01.c04": "11.00",
}  # fmt: skip


def as_json(bad):
    reports = [
        {
            "regime": "THU-01", "unit": unit, "period": "2026-M09", "outline": {"s1": "Ổn định."},
            "forms": {"F1": {"cells": CELLS | ({"r02.c02": "mười"} if unit in bad else {})}},
        }
        for unit in UNITS
    ]  # fmt: skip
    return json.dumps({"reports": reports}, ensure_ascii=False).encode()


def as_xml(bad):
    reports = []
    for unit in UNITS:
        rows = "".join(
            f'<row code="{row}">' + "".join(
                f"<{key[4:]}>{'mười' if unit in bad and key == 'r02.c02' else value}</{key[4:]}>"
                for key, value in CELLS.items() if key.startswith(row)
            ) + "</row>"
            for row in ("r01", "r02", "r03")
        )  # fmt: skip
        reports.append(
            f'<report regime="THU-01" unit="{unit}" period="2026-M09"><form code="F1">{rows}</form>'
            '<outline><section code="s1">Ổn định.</section></outline></report>'
        )
    return f'<reports xmlns="{XML_NAMESPACE}">{"".join(reports)}</reports>'.encode()


def as_csv(bad):
    lines = ["regime,unit,period,form,row,column,value"]
    for unit in UNITS:
        for key, value in CELLS.items():
            said = "mười" if unit in bad and key == "r02.c02" else value
            lines.append(f"THU-01,{unit},2026-M09,F1,{key[:3]},{key[4:]},{said}")
        lines.append(f"THU-01,{unit},2026-M09,outline,,s1,Ổn định.")
    return "\n".join(lines).encode()


KINDS = {"json": as_json, "xml": as_xml, "csv": as_csv}


@pytest.fixture
def now(filing_of):
    return filing_of("X11").opened_at


@pytest.fixture
def sender(make_actor):
    return make_actor("approver", "VN")


@pytest.fixture
def upload(opened, sender, now):
    """``upload(content, name, intent="draft") -> Upload`` that is done."""

    def do(content, name, intent="draft"):
        key = f"{name} {hash(content)} {intent}"
        upload_id = uploads.keep(
            opened, sender, content, filename=name, media_type="", intent=intent, key=key, now=now, secrecy="none"
        )
        assert uploads.work(opened, upload_id, now)
        return uploads.open_one(opened, sender, upload_id)

    return do


@pytest.fixture
def given_back(opened, sender, now):
    """``given_back(upload) -> (name, bytes)``."""

    def do(upload):
        name, _, file = refused_reports.refused_file(opened, sender, upload.id, now)
        with file:
            return name, file.read()

    return do


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("intent", ["draft", "dry_run"])
def test_corrected_and_uploaded_again_all_is_taken(kind, intent, upload, given_back):
    first = upload(KINDS[kind]({"X11", "X13"}), f"nhieu.{kind}", intent)
    assert (first.taken, first.refused) == (1, 2)
    name, content = given_back(first)
    assert name == f"nhieu_bi-tu-choi.{kind}"
    assert content.decode("utf-8-sig").count("X12") == 0, "only what was refused"
    second = upload(content, name)
    assert (second.taken, second.refused) == (0, 2), "as it stands it is refused again, for the same reasons"
    again, content = given_back(second)
    assert again == name
    fields = ("mười,", "1,") if kind == "csv" else ("mười", "1")
    sound = _corrected(kind, content.decode("utf-8-sig"), *fields)
    third = upload(sound.encode(), name)
    assert (third.taken, third.refused) == (2, 0)


def _corrected(kind, text, wrong, right):
    """The wrong value replaced where a person would: in its cell and not in the reasons."""
    if kind == "json":
        document = json.loads(text)
        for report in document["reports"]:
            assert report["refused_because"][0]["Lý do"]
            report["forms"]["F1"]["cells"]["r02.c02"] = 1
        return json.dumps(document)
    if kind == "xml":
        assert text.count("<!-- ") == 2
        return text.replace("<c02>mười</c02>", "<c02>1</c02>")
    rows = list(csv.reader(io.StringIO(text)))
    assert tuple(rows[0][-len(REASON_HEADER) :]) == REASON_HEADER
    value = rows[0].index("value")
    wrong_ones = [row for row in rows if row[value] == "mười"]
    assert [bool(row[-5]) for row in wrong_ones] == [True, True], "the reason stands in the line it is about"
    for row in wrong_ones:
        row[value] = "1"
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_cannot_be_read_at_all_comes_back_as_a_list_of_reasons(kind, upload, given_back):
    broken = {"json": b'{"reports": [', "xml": b"<reports><report>", "csv": b'form,row,column,value\n"F1'}[kind]
    name, content = given_back(upload(broken, f"hong.{kind}"))
    assert name == "hong_bi-tu-choi.csv"
    assert len(content.decode("utf-8-sig").splitlines()) >= 2


def test_nothing_comes_back_of_what_was_taken_whole(opened, sender, upload, now):
    done = upload(as_json(set()), "tot.json")
    with pytest.raises(NotFound):
        refused_reports.refused_file(opened, sender, done.id, now)


def test_refused_workbooks_come_back_marked_in_an_archive(opened, sender, upload, given_back, filing_of, now):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for unit in ("X11", "X12"):
            book = openpyxl.load_workbook(io.BytesIO(filings.template(opened, sender, filing_of(unit).id, now)[1]))
            if unit == "X12":
                sheet = book["F1"]
                sheet.cell(sheet.max_row, 4).value = "mười"
            kept = io.BytesIO()
            book.save(kept)
            archive.writestr(f"tinh/{unit}.xlsx", kept.getvalue())
        archive.writestr("la.txt", "xin chao")
    name, content = given_back(upload(out.getvalue(), "tep.zip"))
    assert name == "tep_bi-tu-choi.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert sum(each.endswith(".xlsx") for each in names) >= 1
        assert any(each.startswith("tinh/X12") for each in names)
        assert not any("X11" in each for each in names)
        assert "la.txt" in archive.read("ly-do.csv").decode("utf-8-sig")


def _all_bad(count):
    wrong = Finding("x", "error", "value", "Không phải số.", "Not a number.", place=Place(line=2), found="mười")
    return ((number, (wrong,)) for number in range(1, count + 1))


@pytest.mark.parametrize("kind", ["csv", "xml"])
def test_twenty_thousand_bad_rows_are_given_back_in_little_memory(kind):
    if kind == "csv":
        lines = (f"THU-01,X{number},2026-M09,F1,r01,c01,mười\n" for number in range(20_000))
        content, writer = ("regime,unit,period,form,row,column,value\n" + "".join(lines)).encode(), write_csv
    else:
        report = '<report unit="X"><form code="F1"><row code="r01"><c01>mười</c01></row></form></report>'
        content, writer = f'<reports xmlns="{XML_NAMESPACE}">{report * 20_000}</reports>'.encode(), write_xml

    class Counting(io.RawIOBase):
        size = 0

        def writable(self):
            return True

        def write(self, data):
            self.size += len(data)
            return len(data)

    out = Counting()
    tracemalloc.start()
    writer(content, _all_bad(20_000), out)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert out.size > len(content)
    assert peak < 12 * len(content)
