"""The pages by which an official adds a regime: looked at, drafted from a form, mended, tried, published, refused."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import openpyxl
import pytest

from hub.catalog.keeper import keep
from hub.config import load_config
from hub.domain.access import SYSTEM
from hub.errors import Forbidden
from hub.services import journal, workshop
from hub.services.core import Core
from hub.services.samples import changed

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
BROKEN = "r02 + r09"


@pytest.fixture
def outside(tmp_path: Path, made_up) -> Path:
    root = tmp_path / "outside"
    made_up.write_regime(root)
    return root


@pytest.fixture
def core(database, tmp_path: Path, outside: Path, made_up) -> Core:
    config = load_config({}, var=tmp_path / "var", inbox=tmp_path / "inbox", schemas=(outside,))
    return Core(config, keep(made_up.empty_base(tmp_path / "base"), config.schemas), database)


@pytest.fixture
def centre(sign_in, make_actor):
    return sign_in(make_actor("central", "VN"))


@pytest.fixture
def page(made_up) -> str:
    return f"/regimes/{made_up.KEY}"


def words(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))).split())


def field(answer, name: str) -> str:
    return unescape(answer.get_data(as_text=True).partition(f'name="{name}" value="')[2].partition('"')[0])


# --- looking -----------------------------------------------------------------------------------------------------


def test_the_list_names_a_draft_with_its_state_and_finds_it_by_words(centre, made_up):
    text = words(centre.get("/regimes?text=vườn&state=draft"))
    assert "Báo cáo vườn cây công sở" in text
    assert "Số ấn bản: 1" in text
    assert "Số ấn bản: 0" in words(centre.get("/regimes?state=in_force"))
    assert "Số ấn bản: 0" in words(centre.get("/regimes?lint=problems&owner=zzz&fidelity=zzz"))


def test_an_edition_shows_its_rules_dates_and_what_lint_says(centre, page, outside, made_up):
    text = words(centre.get(page))
    assert "Cây trồng mới nhiều hơn tổng số" in text
    assert "25/10/2026" in text, "the decree's deadline for ministries"
    rules = outside / page.removeprefix("/") / "rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("r02 + r03", BROKEN), "utf-8")
    text = words(centre.get(page))
    assert "rules.yaml:3" in text
    assert "r09" in text
    assert "Lỗi: 1" in words(centre.get("/regimes"))


def test_a_broken_draft_still_has_its_workbook_and_judges_files_by_the_rules_that_hold(centre, page, outside, made_up):
    rules = outside / page.removeprefix("/") / "rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("r02 + r03", BROKEN), "utf-8")
    assert centre.get(f"{page}/workbook.xlsx").status_code == 200
    content = made_up.as_json(made_up.UNITS[0], "2026-M09", made_up.cells_of(4, 6) | {"r01.c02": "99"})
    text = words(centre.post("/regimes/try", {"file": (io.BytesIO(content), "thu.json")}))
    assert "Cây trồng mới nhiều hơn tổng số" in text
    assert "Tổng số phải bằng" not in text


@pytest.mark.parametrize("broken", [False, True])
def test_the_form_is_shown_as_its_reporter_sees_it_without_a_filing(centre, page, outside, broken):
    rules = outside / page.removeprefix("/") / "rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("r03", "r09" if broken else "r03"), "utf-8")
    answer = centre.get(f"{page}/preview?frequency=monthly")
    assert answer.status_code == 200
    html = answer.get_data(as_text=True)
    assert 'name="cell.F1.r02.c01"' in html
    assert 'name="rec.F2.1.c02"' in html
    assert 'id="outline.s1"' in html
    assert centre.get(f"{page}/preview?frequency=weekly").status_code == 400


def test_workbook_xsd_and_folder_are_there_for_a_draft(centre, page, made_up):
    book = openpyxl.load_workbook(io.BytesIO(centre.get(f"{page}/workbook.xlsx").data))
    assert {"F1", "F2"} <= set(book.sheetnames)
    assert b"VUON-THU" in centre.get(f"{page}/schema.xsd").data
    archive = zipfile.ZipFile(io.BytesIO(centre.get(f"{page}/folder.zip").data))
    home = f"regimes/{made_up.KEY}"
    assert set(archive.namelist()) == {
        f"{home}/regime.yaml", f"{home}/forms/F1.yaml", f"{home}/forms/F2.yaml", f"{home}/rules.yaml",
    }  # fmt: skip
    assert archive.read(f"{home}/rules.yaml").decode() == made_up.RULES


def test_a_draft_whose_files_cannot_be_read_still_has_its_page(centre, page, outside):
    (outside / page.removeprefix("/") / "regime.yaml").write_text("code: [\n", "utf-8")
    answer = centre.get(page)
    assert answer.status_code == 200
    assert "is not YAML" in words(answer)
    assert "không đọc được" in words(centre.get("/regimes"))
    assert centre.get(f"{page}/preview").status_code == 404
    assert "is not YAML" in words(centre.get(f"{page}/edit?file=regime.yaml"))


@pytest.mark.parametrize(("role", "unit"), [("officer", "G09"), ("reporter", "G01-20080801"), ("administrator", "P1")])
def test_nobody_else_sees_drafts(sign_in, make_actor, page, role, unit):
    browser = sign_in(make_actor(role, unit))
    for path in ("/regimes", page, f"{page}/edit", "/regimes/draft", "/regimes/try", "/regimes/diff"):
        assert browser.get(path).status_code == 403, path


# --- trying ------------------------------------------------------------------------------------------------------


def test_a_file_is_judged_and_nothing_is_stored(centre, core, made_up):
    content = made_up.as_json(made_up.UNITS[0], "2026-M09", made_up.cells_of(4, 6) | {"r01.c02": "99"})
    answer = centre.post("/regimes/try", {"file": (io.BytesIO(content), "thu.json"), "edition": made_up.KEY})
    assert answer.status_code == 200
    assert "Cây trồng mới nhiều hơn tổng số" in words(answer)
    assert "nhận được, chưa gửi được" in words(answer)
    with core.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM submission").scalar() == 0
    right = made_up.as_json(made_up.UNITS[0], "2026-M09", made_up.cells_of(4, 6))
    assert "gửi được" in words(centre.post("/regimes/try", {"file": (io.BytesIO(right), "thu.json")}))
    assert centre.post("/regimes/try", {}).status_code == 400


def test_two_editions_are_compared(centre, outside, made_up):
    later = outside / "regimes" / made_up.CODE / "2027-01-01"
    (later / "forms").mkdir(parents=True)
    (later / "regime.yaml").write_text(made_up.REGIME.replace(made_up.DAY, "2027-01-01"), "utf-8")
    (later / "forms/F1.yaml").write_text(made_up.GRID.replace("Chi phí", "Kinh phí"), "utf-8")
    (later / "forms/F2.yaml").write_text(made_up.LIST.replace("decimals: 2", "decimals: 3"), "utf-8")
    text = words(centre.get(f"/regimes/diff?old={made_up.KEY}&new={made_up.CODE}/2027-01-01"))
    assert "Kinh phí" in text
    assert "quy tắc: bỏ" in text
    assert "Chuỗi tiếp tục: " in text
    assert centre.get(f"/regimes/diff?old={made_up.KEY}&new=x").status_code == 404


# --- mending -----------------------------------------------------------------------------------------------------


def test_a_saved_file_is_judged_line_by_line(centre, page, made_up):
    opened = centre.get(f"{page}/edit?file=rules.yaml")
    text = made_up.RULES.replace("r02 + r03", BROKEN)
    form = {"file": "rules.yaml", "seen": field(opened, "seen"), "text": text.replace("\n", "\r\n")}
    answer = centre.post(f"{page}/edit", form, follow_redirects=True)
    assert "Lỗi trong tệp này: 1" in words(answer)
    assert "rules.yaml:3" in words(answer)
    assert text in unescape(answer.get_data(as_text=True)), "line ends are plain again"
    twice = centre.post(f"{page}/edit", form)
    assert twice.status_code == 303, "the same form sent twice"


def test_two_people_never_overwrite_each_other(centre, page, outside, made_up):
    seen = field(centre.get(f"{page}/edit?file=rules.yaml"), "seen")
    file = outside / page.removeprefix("/") / "rules.yaml"
    other = made_up.RULES.replace("severity: error", "severity: warning", 1)
    file.write_text(other, "utf-8")
    mine = made_up.RULES + "# của tôi\n"
    answer = centre.post(f"{page}/edit", {"file": "rules.yaml", "seen": seen, "text": mine})
    assert answer.status_code == 409
    assert file.read_text("utf-8") == other
    html = unescape(answer.get_data(as_text=True))
    assert "# của tôi" in html, "what was typed is not lost"
    assert other in html, "and what stands there is shown"
    form = {"file": "rules.yaml", "seen": field(answer, "seen"), "text": mine}
    assert centre.post(f"{page}/edit", form).status_code == 303


@pytest.mark.parametrize(
    "name",
    ["../../../units.yaml", "/etc/passwd", "editions.lock", "forms/../rules.yaml", "samples/x.py", "", "regime.yaml\0"],
)
def test_no_other_file_can_be_read_or_written(centre, page, outside, name):
    before = sorted(path for path in outside.rglob("*"))
    assert centre.post(f"{page}/edit", {"file": name, "seen": "", "text": "x"}).status_code in {400, 409}
    if name.strip("\0") not in {"", "regime.yaml"}:
        assert centre.get(f"{page}/edit", query_string={"file": name}).status_code == 400
    assert sorted(path for path in outside.rglob("*")) == before


# --- publishing --------------------------------------------------------------------------------------------------


def test_what_is_not_ready_is_refused_with_all_that_is_wrong(centre, page, outside, core):
    seen = field(centre.get(f"{page}/publish"), "seen")
    answer = centre.post(f"{page}/publish", {"seen": seen})
    assert answer.status_code == 422
    assert "there is no valid sample" in words(answer)
    assert "there is no invalid sample" in words(answer)
    assert not (outside / "editions.lock").exists()
    assert core.catalog.editions == {}


def test_a_sample_that_is_not_judged_as_it_says_stops_it(centre, page, outside, made_up):
    centre.post(f"{page}/samples")
    sample = outside / page.removeprefix("/") / "samples" / "monthly.json"
    wrong = changed(json.loads(sample.read_text("utf-8")), {"F1.r01.c02": "99999"})
    sample.write_text(json.dumps(wrong, ensure_ascii=False), "utf-8")
    assert "is said to be right, but" in words(centre.get(page))
    answer = centre.post(f"{page}/publish", {"seen": field(centre.get(f"{page}/publish"), "seen")})
    assert answer.status_code == 422


def test_what_was_changed_after_it_was_looked_at_is_not_published(centre, page, outside):
    centre.post(f"{page}/samples")
    seen = field(centre.get(f"{page}/publish"), "seen")
    rules = outside / page.removeprefix("/") / "rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("severity: error", "severity: warning"), "utf-8")
    answer = centre.post(f"{page}/publish", {"seen": seen})
    assert answer.status_code == 409
    assert not (outside / "editions.lock").exists()


def test_what_is_in_force_is_never_mended_or_published_again(centre, page, core, made_up, sign_in, make_actor):
    centre.post(f"{page}/samples")
    seen = field(centre.get(f"{page}/publish"), "seen")
    assert centre.post(f"{page}/publish", {"seen": seen}).status_code == 303
    assert centre.post(f"{page}/publish", {"seen": seen}).status_code == 409
    assert centre.get(f"{page}/edit").status_code == 409
    form = {"file": "rules.yaml", "seen": "", "text": "rules: []"}
    assert centre.post(f"{page}/edit", form).status_code == 409
    text = words(centre.get(page))
    assert "đang có hiệu lực" in text
    assert "Thử quy tắc trên kỳ đã qua" in text
    assert "Báo cáo không đạt: 0 trên 0" in words(
        centre.get(f"{page}/backtest", query_string={"rule": "c02 <= c01", "form": "F1"})
    )
    wrong = centre.get(f"{page}/backtest", query_string={"rule": "r77 = 1", "form": "F1"})
    assert wrong.status_code == 400
    assert "r77" in words(wrong)
    deeds = [event.action for event in journal.latest(core, SYSTEM, NOW)]
    assert deeds.count("edition_publish") == 1


# --- drafting ----------------------------------------------------------------------------------------------------


def official_form() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Biểu 01"
    sheet["A1"], sheet["A2"], sheet["A3"] = "Biểu số 01/TCD", "KẾT QUẢ TIẾP CÔNG DÂN", "Kỳ báo cáo: Quý"
    for column, text in enumerate(("Nội dung", "Tổng số", "Nam", "Nữ"), 1):
        sheet.cell(5, column, text)
    for column, text in enumerate(("A", "(1)=(2)+(3)", "(2)", "(3)"), 1):
        sheet.cell(6, column, text)
    for row, text in enumerate(("Tổng số", "Cấp tỉnh", "Cấp xã"), 7):
        sheet.cell(row, 1, text)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


HINTS = {
    "owner": "G09", "basis": "Thông tư thử, Biểu 01", "code": "TIEP-DAN-THU", "valid_from": "01/01/2026",
    "frequency": "quarterly", "level": "ministry", "action": "draft",
}  # fmt: skip


@pytest.fixture
def drafted(centre):
    answer = centre.post("/regimes/draft", HINTS | {"file": (io.BytesIO(official_form()), "bieu01.xlsx")})
    assert answer.status_code == 200, words(answer)
    return answer


def test_an_official_form_becomes_a_draft_with_its_doubts(drafted):
    text = words(drafted)
    assert "TIEP-DAN-THU/2026-01-01" in text
    assert "Điều chưa chắc chắn: " in text
    assert 'name="cell.F1.r01.c01"' in drafted.get_data(as_text=True)


def test_a_draft_is_kept_once_and_never_over_another(centre, drafted, outside):
    files = field(drafted, "files")
    home = outside / "regimes/TIEP-DAN-THU/2026-01-01"
    for _ in range(2):
        answer = centre.post("/regimes/draft", {"action": "keep", "files": files})
        assert answer.status_code == 303, words(answer)
        assert (home / "forms/F1.yaml").is_file()
    assert "TIEP-DAN-THU" in words(centre.get("/regimes?state=draft"))
    (home / "rules.yaml").write_text("rules: []\n", "utf-8")
    answer = centre.post("/regimes/draft", {"action": "keep", "files": files})
    assert answer.status_code == 409
    assert (home / "rules.yaml").read_text("utf-8") == "rules: []\n"


def test_a_draft_may_be_taken_away_as_a_zip(centre, drafted):
    answer = centre.post("/regimes/draft", {"action": "zip", "files": field(drafted, "files")})
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert "regimes/TIEP-DAN-THU/2026-01-01/regime.yaml" in names


@pytest.mark.parametrize(
    "files",
    [
        "", "[]", "{", '{"regimes/A/2026-01-01/regime.yaml": 1}', '{"editions.lock": "x"}',
        '{"regimes/../../x/2026-01-01/regime.yaml": "x"}', '{"regimes/A/2026-01-01/../../../x.yaml": "x"}',
        '{"regimes/A/2026-01-01/regime.yaml": "x", "regimes/B/2026-01-01/regime.yaml": "x"}',
        '{"regimes/A/2026-01-01/forms/F1.yaml": "x"}',
    ],
)  # fmt: skip
def test_what_is_no_draft_is_not_kept(centre, outside, files):
    before = sorted(path for path in outside.rglob("*"))
    assert centre.post("/regimes/draft", {"action": "keep", "files": files}).status_code == 400
    assert sorted(path for path in outside.rglob("*")) == before


def test_units_that_would_break_the_hub_are_not_kept(centre, outside, made_up):
    files = {"regimes/A/2026-01-01/regime.yaml": "code: A\n", "units.yaml": "units:\n- {code: mới, x: 1}\n"}
    before = (outside / "units.yaml").read_text("utf-8")
    answer = centre.post("/regimes/draft", {"action": "keep", "files": json.dumps(files)})
    assert answer.status_code == 400
    assert (outside / "units.yaml").read_text("utf-8") == before
    assert not (outside / "regimes/A").exists()


@pytest.mark.parametrize(
    ("content", "hints"),
    [
        (b"", {}),
        (b"%PDF-1.7 no form", {}),
        (b"x", {"owner": ""}),
        (b"x", {"basis": ""}),
        (b"x", {"valid_from": "31/02/2026"}),
    ],
)
def test_what_is_no_form_is_refused_in_words(centre, content, hints):
    answer = centre.post("/regimes/draft", HINTS | hints | {"file": (io.BytesIO(content), "bieu.xlsx")})
    assert answer.status_code == 400
    assert 'class="alert alert-danger"' in answer.get_data(as_text=True)


def test_without_a_folder_drafts_are_only_taken_away(core, database, tmp_path):
    config = load_config({}, var=tmp_path / "var2")
    alone = Core(config, keep(tmp_path / "base", ()), database)
    with pytest.raises(Forbidden):
        workshop.keep(alone, SYSTEM, {"regimes/A/2026-01-01/regime.yaml": "x"}, NOW)
