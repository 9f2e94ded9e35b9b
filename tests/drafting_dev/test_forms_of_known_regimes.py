"""Forms of regimes that were known while the drafter was written, printed in several layouts and read back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from layouts import LAYOUTS, SPLIT, printed, wanted

from hub.catalog.load import packaged
from hub.drafting.cleaning import fold
from hub.drafting.draft import Hints, draft_form

KNOWN = (
    "BNV-TDKT-0602",
    "LDTBXH-TNLD-TINH",
    "BCT-THUOCLA-SO",
    "BTC-DTC-TT15",
    "BNN-PCTT-DK",
    "TTCP-TCD01",
    "VPCP-TTHC06",
)


def latest(regime: str) -> Path:
    return sorted(folder for folder in (packaged() / "regimes" / regime).iterdir() if folder.is_dir())[-1]


def plain(text: str) -> str:
    return re.sub(r"[^\w%]+", "", fold(SPLIT.sub("", text)))


def full(column: dict[str, Any]) -> str:
    return "".join([*(group["vi"] for group in column.get("group", [])), column["vi"]])


@pytest.mark.parametrize("layout", LAYOUTS[::2])
def test_columns_and_rows_of_known_forms_are_found_in_every_layout(layout: str) -> None:
    found = wanted_columns = found_rows = wanted_rows = right_types = 0
    for regime in KNOWN:
        forms = wanted(latest(regime))
        content, name = printed(forms, layout)
        drafted = draft_form(content, name, Hints("G12", "Thông tư 05/2024/TT-BTC", levels=("province",)))
        assert len(drafted.forms) == len(forms)
        for want, got in zip(forms, drafted.forms, strict=True):
            types = {plain(full(column)): column["type"] for column in got["columns"]}
            labels = [plain(row["vi"]) for row in got.get("rows", [])]
            wanted_columns += len(want.columns)
            wanted_rows += len(want.rows)
            for column in want.columns:
                key = plain(column["label_vi"])
                found += key in types
                right_types += types.get(key) == column["type"]
            found_rows += sum(any(label.endswith(plain(row["label_vi"])) for label in labels) for row in want.rows)
    assert found >= 0.93 * wanted_columns
    assert right_types >= 0.7 * found
    assert found_rows >= 0.97 * wanted_rows
