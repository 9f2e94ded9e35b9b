"""A page is not there at once after a click: tests in a browser wait for what they look for."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "web/browser"
READ_AT_ONCE = re.compile(
    r"\bassert\b.*(?:\.(?:is_visible|is_hidden|is_checked|is_enabled|is_disabled|count|input_value|inner_text|"
    r"all_inner_texts|text_content|get_attribute|title)\(|\.url\b|activeElement)"
)


def test_no_browser_test_reads_the_page_at_once():
    found = [
        f"{path.name}:{number}: {line.strip()}"
        for path in sorted(FOLDER.glob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if READ_AT_ONCE.search(line) or "wait_for_function(" in line
    ]
    assert found == [], "say expect(…).to_be_visible(), to_have_count(), to_have_value(), …: they wait for the page"
