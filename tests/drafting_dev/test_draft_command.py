"""``hub regime draft`` from the command line."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from official_forms import workbook

from hub.cli import main


def test_the_command_writes_a_draft_and_says_what_is_unsure(tmp_path: Path) -> None:
    form = tmp_path / "form.xlsx"
    form.write_bytes(
        workbook([["STT"], ["Chỉ tiêu"], ["Tổng số"], ["Nam"], ["Nữ"]], ["A", "B", "1=2+3", 2, 3], [["1", "Công chức"]])
    )
    out = tmp_path / "out"
    options = [
        "--owner",
        "G12",
        "--basis",
        "Thông tư 05/2024/TT-BTC",
        "--code",
        "ABC-01",
        "--levels",
        "province",
        "--frequency",
        "yearly",
        "--valid-from",
        "2025-01-01",
        "--out",
        str(out),
    ]
    answer = CliRunner().invoke(main, ["regime", "draft", str(form), *options])
    assert answer.exit_code == 0, answer.output
    assert "Lint: 0" in answer.output
    assert "Chưa chắc chắn / Unsure" in answer.output
    assert (out / "regimes" / "ABC-01" / "2025-01-01" / "forms" / "F1.yaml").is_file()
    assert "computes: c01" in (out / "regimes" / "ABC-01" / "2025-01-01" / "rules.yaml").read_text("utf-8")


def test_what_is_no_form_is_answered_in_both_languages_with_code_2(tmp_path: Path) -> None:
    form = tmp_path / "form.pdf"
    form.write_bytes(b"%PDF-1.7")
    answer = CliRunner().invoke(main, ["regime", "draft", str(form), "--owner", "G12", "--basis", "x"])
    assert answer.exit_code == 2
    assert "Tệp không phải" in answer.output
    assert "The file is no" in answer.output
