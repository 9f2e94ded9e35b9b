"""The four readers of one rule: the server, the batch, the workbook in LibreOffice, the page in Chromium."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
RULES = (files("templates") / "static" / "rules.js").read_text(encoding="utf-8")

InPage = Callable[[str, Any], Any]


@pytest.fixture(scope="module")
def in_page() -> Iterator[InPage]:
    """``in_page(function, argument)``: a JavaScript function of one argument, called in a page that knows the rules."""
    if not CHROMIUM.exists():
        pytest.skip(f"BROWSER TESTS NOT RUN: there is no {CHROMIUM}")
    api = pytest.importorskip("playwright.sync_api", reason="BROWSER TESTS NOT RUN: playwright is missing")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_page()
        page.add_script_tag(content=RULES)

        def call(function: str, argument: Any) -> Any:
            """Arguments go as one text: thousands of small values are slow to hand over one by one."""
            text = json.dumps(argument, ensure_ascii=False)
            return json.loads(page.evaluate(f"text => JSON.stringify(({function})(JSON.parse(text)))", text))

        yield call
        browser.close()
