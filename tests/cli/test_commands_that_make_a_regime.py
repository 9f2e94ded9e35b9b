"""The afternoon's work at the command line: draft, lint, preview, samples, try, backtest, diff, publish."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from hub import boot, cli
from hub.catalog.keeper import keep
from hub.config import load_config
from hub.domain.access import SYSTEM, Actor, Grant
from hub.domain.envelope import Envelope
from hub.services import access, intake, opening
from hub.services.core import Core

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)


@pytest.fixture
def outside(tmp_path: Path, made_up) -> Path:
    root = tmp_path / "outside"
    made_up.write_regime(root)
    return root


@pytest.fixture
def base(tmp_path: Path, made_up, monkeypatch) -> Path:
    """Data without any regime in the place of the packaged ones, so that no command reads a hundred others."""
    folder = made_up.empty_base(tmp_path / "base")
    for place in ("catalog.load", "cli.publishing", "cli.regimes", "boot"):
        monkeypatch.setattr(f"hub.{place}.packaged", lambda: folder)
    return folder


@pytest.fixture
def hub(base, outside, tmp_path, monkeypatch):
    """``hub("regime", "lint") -> result`` with the folder in HUB_SCHEMAS, in an empty working folder."""
    monkeypatch.setenv("HUB_SCHEMAS", str(outside))
    monkeypatch.setenv("HUB_VAR", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    for module in ("opened", "regimes"):
        monkeypatch.setattr(f"hub.cli.{module}.now", lambda: NOW)
    return lambda *arguments: CliRunner().invoke(cli.main, ["regime", *arguments])


def good(result) -> str:
    assert result.exit_code == 0, result.output
    assert "→ " in result.stdout, "every command says what is next"
    return result.stdout


@pytest.fixture
def sampled(hub, made_up):
    good(hub("samples", made_up.KEY, "--write"))
    return hub


@pytest.fixture
def in_force(sampled, made_up):
    good(sampled("publish", made_up.KEY))
    return sampled


# --- lint and preview --------------------------------------------------------------------------------------------


def test_lint_says_that_a_draft_holds(hub):
    assert "1 editions: 0 problems, 0 warnings." in good(hub("lint"))


def test_lint_of_one_regime_speaks_of_it_alone_and_says_where_there_is_none(hub, made_up):
    assert "1 ấn bản: 0 lỗi, 0 cảnh báo. / 1 editions" in good(hub("lint", made_up.CODE))
    assert json.loads(hub("lint", made_up.KEY, "--json").stdout) == {
        "editions": [made_up.KEY], "problems": [], "warnings": [],
    }  # fmt: skip
    unknown = hub("lint", "KHONG-CO")
    assert unknown.exit_code == 2
    assert "There is no regime or edition KHONG-CO" in unknown.stderr


def test_lint_says_all_problems_at_once_with_file_and_line(hub, outside, made_up):
    home = outside / "regimes" / made_up.KEY
    for name, old, new in (("rules", "r02 + r03", "r02 + r09"), ("forms/F2", "decimals: 2", "decimals: 9")):
        path = home / f"{name}.yaml"
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    result = hub("lint")
    assert result.exit_code == 1
    assert re.search(r"forms/F2\.yaml:6 .*decimals", result.stdout)
    (home / "forms/F2.yaml").write_text(made_up.LIST, "utf-8")
    assert re.search(r"rules\.yaml:3 .*r09", hub("lint").stdout)


def test_preview_writes_a_page_that_stands_alone_and_the_workbook(hub, tmp_path, made_up):
    said = good(hub("preview", made_up.CODE, "--out", "xem"))
    page = (tmp_path / "xem" / f"{made_up.CODE}_{made_up.DAY}_2026-M09.html").read_text("utf-8")
    assert str(Path("xem") / f"{made_up.CODE}_{made_up.DAY}_2026-M09.html") in said
    assert 'name="cell.F1.r02.c01"' in page
    assert "Cây trong vườn" in page
    assert re.findall(r'(?:src|href)="(?!#)[^"]*"', page) == [], "nothing is fetched"
    book = openpyxl.load_workbook(tmp_path / "xem" / f"{made_up.CODE}_{made_up.DAY}_2026-M09.xlsx")
    assert "F1" in book.sheetnames
    assert f"hub regime samples {made_up.KEY} --write" in said


def test_preview_tells_of_a_form_that_awaits_confirmation(hub, outside, made_up):
    path = outside / "regimes" / made_up.KEY / "regime.yaml"
    path.write_text(path.read_text("utf-8").replace("fidelity: form", "fidelity: derived"), "utf-8")
    assert "Form awaiting confirmation by its owner" in good(hub("preview", made_up.KEY))
    assert "chờ cơ quan chủ trì xác nhận" in next(Path("preview").glob("*.html")).read_text("utf-8")


# --- samples, try, publish ---------------------------------------------------------------------------------------


def test_samples_are_shown_first_and_written_when_asked(hub, outside, made_up):
    folder = outside / "regimes" / made_up.KEY / "samples"
    assert f"hub regime samples {made_up.KEY} --write" in good(hub("samples", made_up.CODE))
    assert not folder.exists()
    assert f"hub regime publish {made_up.KEY}" in good(hub("samples", made_up.CODE, "--write"))
    assert {path.name for path in folder.iterdir()} == {"monthly.json", "invalid.yaml"}


def test_a_file_is_tried_by_the_draft_that_it_names(hub, tmp_path, made_up):
    file = tmp_path / "thu.json"
    file.write_bytes(made_up.as_json(made_up.UNITS[0], "2026-M09", made_up.cells_of(4, 6)))
    assert "could be sent, 0 findings" in good(hub("try", str(file)))
    file.write_bytes(made_up.as_json(made_up.UNITS[0], "2026-M09", made_up.cells_of(4, 6) | {"r01.c02": "99"}))
    result = hub("try", str(file), "--edition", made_up.KEY, "--json")
    assert result.exit_code == 1
    (said,) = json.loads(result.stdout)
    assert (said["makes_version"], said["could_be_sent"]) == (True, False)
    assert {finding["code"] for finding in said["findings"]} == {f"{made_up.CODE}-R01", f"{made_up.CODE}-R02"}


def test_publishing_locks_the_edition_and_gives_it_a_national_report(sampled, outside, made_up):
    said = good(sampled("publish", made_up.KEY))
    assert f"{made_up.KEY} đã có hiệu lực / {made_up.KEY} is in force" in said
    assert made_up.KEY in (outside / "editions.lock").read_text("utf-8")
    assert (outside / "national" / made_up.CODE / "report.yaml").is_file()
    assert "0 problems" in good(sampled("lint"))
    assert made_up.CODE in good(sampled("list"))


def test_publishing_twice_or_without_samples_is_refused(hub, outside, made_up):
    result = hub("publish", made_up.KEY)
    assert result.exit_code == 2
    assert "there is no valid sample" in result.stderr
    assert not (outside / "editions.lock").exists()
    good(hub("samples", made_up.KEY, "--write"))
    good(hub("publish", made_up.KEY))
    again = hub("publish", made_up.KEY)
    assert again.exit_code == 2
    assert "đã có hiệu lực" in again.stderr
    assert "in force already" in again.stderr


def test_a_national_report_that_would_not_hold_stops_the_publication(sampled, outside, made_up):
    path = outside / "national" / made_up.CODE / "report.yaml"
    path.parent.mkdir(parents=True)
    title = "title: {vi: Báo cáo, en: Report}\nkind: regime"
    path.write_text(
        f"code: {made_up.CODE}\n{title}\nregime: {made_up.CODE}\nsections:\n- {{form: F9, by: nation}}\n", "utf-8"
    )
    result = sampled("publish", made_up.KEY)
    assert result.exit_code == 2
    assert "F9" in result.stderr
    assert not (outside / "editions.lock").exists(), "a hub that starts now must not fall over it"


# --- diff and backtest -------------------------------------------------------------------------------------------


def test_diff_says_what_changes_and_what_it_does_to_series(hub, outside, made_up):
    later = outside / "regimes" / made_up.CODE / "2027-01-01"
    (later / "forms").mkdir(parents=True)
    (later / "regime.yaml").write_text(made_up.REGIME.replace(made_up.DAY, "2027-01-01"), "utf-8")
    (later / "forms/F1.yaml").write_text(made_up.GRID.replace("unit: đồng thử", "unit: cây thử"), "utf-8")
    (later / "forms/F2.yaml").write_text(made_up.LIST, "utf-8")
    said = good(hub("diff", made_up.KEY, f"{made_up.CODE}/2027-01-01"))
    assert "breaks the series" in said
    assert "3 begin" in said
    assert f"hub regime publish {made_up.CODE}/2027-01-01" in said


def test_diff_refuses_editions_of_two_regimes(hub, outside, made_up):
    other = outside / "regimes" / "KHAC-01" / made_up.DAY
    (other / "forms").mkdir(parents=True)
    (other / "regime.yaml").write_text(made_up.REGIME.replace(made_up.CODE, "KHAC-01"), "utf-8")
    (other / "forms/F1.yaml").write_text(made_up.GRID, "utf-8")
    (other / "forms/F2.yaml").write_text(made_up.LIST, "utf-8")
    found = hub("diff", made_up.KEY, f"KHAC-01/{made_up.DAY}")
    assert found.exit_code == 2
    assert "hai chế độ khác nhau" in found.stderr
    assert "two regimes" in found.stderr


def test_backtest_names_who_would_have_failed(in_force, base, outside, tmp_path, made_up):
    core = boot.open_core(load_config())
    opening.open_due(core, NOW)
    for unit, shade in zip(made_up.UNITS[:3], (4, 40, 7), strict=True):
        content = made_up.as_json(unit, "2026-M09", made_up.cells_of(shade, 6))
        held = (Grant("approver", unit),)
        account = access.create_account(
            core, SYSTEM, username=f"lan.{unit.lower()}", name="Lan", unit_id=unit, password="một câu đủ dài để thử",
            grants=held, now=NOW,
        )  # fmt: skip
        receipt = intake.receive(core, Actor(account, "Lan", unit, held), Envelope(content, "json", intent="send"), NOW)
        assert receipt.state == "submitted", "a rule is asked of what was sent alone"
    core.database.dispose()
    said = good(in_force("backtest", made_up.KEY, "c01 <= 20", "--form", "F1"))
    assert "1 of 3 reports of 4 periods fail" in said
    assert "46" in said
    assert "Bộ Công Thương" in said
    assert "0/3 báo cáo của 4 kỳ không đạt / 0 of 3" in good(in_force("backtest", made_up.KEY, f"{made_up.CODE}-R01"))


# --- draft -------------------------------------------------------------------------------------------------------


@pytest.fixture
def official_form(tmp_path: Path) -> Path:
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
    path = tmp_path / "bieu01.xlsx"
    path.write_bytes(content.getvalue())
    return path


HINTS = ("--owner", "G09", "--basis", "Thông tư thử, Biểu 01", "--code", "TIEP-DAN-THU", "--valid-from", "2026-01-01")


def test_an_official_form_becomes_a_draft_and_a_list_of_doubts(hub, official_form, tmp_path):
    arguments = (
        "draft",
        str(official_form),
        *HINTS,
        "--frequency",
        "quarterly",
        "--levels",
        "ministry",
        "--out",
        "nhap",
    )
    said = good(hub(*arguments))
    assert "Chưa chắc chắn / Unsure" in said
    rules = (tmp_path / "nhap/regimes/TIEP-DAN-THU/2026-01-01/rules.yaml").read_text("utf-8")
    assert "c01 = c02 + c03" in rules
    assert "HUB_SCHEMAS=nhap hub regime lint TIEP-DAN-THU/2026-01-01" in said


# --- bad input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["preview", "KHONG-CO"],
        ["preview", "VUON-THU", "--frequency", "weekly"],
        ["samples", "KHONG-CO"],
        ["try", "/khong/co/tep"],
        ["publish", "KHONG-CO/2026-01-01"],
        ["publish"],
        ["diff", "VUON-THU", "KHONG-CO"],
        ["backtest", "KHONG-CO/2026-01-01", "c01 > 0"],
        ["backtest", "VUON-THU/2026-01-01", "c01 > 0"],
        ["draft", "/khong/co/tep", "--owner", "G09", "--basis", "x"],
        ["draft", __file__, *HINTS],
        ["lint", "--folder", "/khong/co"],
    ],
)
def test_bad_input_is_answered_in_both_languages_with_exit_2(hub, arguments):
    result = hub(*arguments)
    assert result.exit_code == 2, result.output
    vietnamese, english = result.stderr.strip().splitlines()[:2]
    assert re.search("[ăâđêôơưàáảãạèéẻẽẹìíỉĩịòóỏõọùúủũụếộợ]", vietnamese)
    assert vietnamese != english
    assert "Traceback" not in result.output


def test_the_overlay_is_seen_by_every_command_that_reads_regimes(hub, outside, base, made_up):
    core = Core(load_config(), keep(base, (outside,)), None)  # type: ignore[arg-type]
    assert list(core.catalog.drafts) == [made_up.KEY]
    for arguments in (["overlaps", "--drafts"], ["list"], ["schema"]):
        good(hub(*arguments))
    assert CliRunner().invoke(cli.main, ["board"]).exit_code == 0
