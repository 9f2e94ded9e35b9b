"""``python -m benchmarks.entry_page``: from a key to the paint in a form of 2,000 cells, in a real Chromium.

Every letter is timed from the key's own time stamp to the first frame after it, once as the hub does it (judged beside
the page) and once as a rival that asks all rules on the page at every letter, on the same page.
"""

from __future__ import annotations

import gzip
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console

from benchmarks.campaign import NOW, communes, make_edition, open_hub
from benchmarks.measuring import Line, at_most, table
from hub.app import create_app
from hub.domain.access import SYSTEM, Grant
from hub.domain.filing import FilingQuery
from hub.services import access, filings
from hub.services.core import Core
from hub.web import serving

ROWS, COLUMNS, KEYS = 100, 20, 120
PASSWORD = "mật khẩu để đo"  # a database that lives as long as the measurement
TARGET = 50
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]

TIMED = """() => {
  window.taken = [];
  const form = document.getElementById("forms");
  form.addEventListener("keydown", (event) => {
    const began = event.timeStamp, done = new MessageChannel();
    done.port1.onmessage = () => window.taken.push(performance.now() - began);
    requestAnimationFrame(() => done.port2.postMessage(0));
  }, true);
}"""
RIVAL = """() => {
  const program = JSON.parse(document.getElementById("rules").textContent), form = document.getElementById("forms");
  form.addEventListener("input", () => {
    const cells = {};
    for (const field of form.elements) {
      const [kind, , row, column] = field.name.split(".");
      if (kind === "cell") cells[`${row}.${column}`] = field.value;
    }
    window.HubRules.judge(program, {F1: {nil: false, cells, records: []}});
  });
}"""
PASTE = """(text) => {
  const data = new DataTransfer(), began = performance.now();
  data.setData("text/plain", text);
  const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
  document.activeElement.dispatchEvent(event);
  return new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now() - began))));
}"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        core = open_hub(f"sqlite:///{folder}/hub.db", make_edition(ROWS, COLUMNS))
        path = _prepared(core)
        with _served(core) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            lines = [*_page_lines(browser, address, path), *_rival_lines(browser, address, path)]
            browser.close()
        core.database.dispose()
    Console(width=120).print(table(lines))


def _prepared(core: Core) -> str:
    unit = communes(core)[0]
    access.create_account(
        core, SYSTEM, username="reporter", name="Đo", unit_id=unit.id, password=PASSWORD,
        grants=[Grant("reporter", unit.id)], now=NOW, must_change_password=False,
    )  # fmt: skip
    row = filings.search(core, SYSTEM, FilingQuery(unit_id=unit.id), NOW).rows[0]
    return f"/filings/{row.id}"


@contextmanager
def _served(core: Core) -> Iterator[str]:
    serving.system_clock = lambda: NOW
    server = serving.make_server(create_app(core, clock=lambda: NOW), "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        serving.stop(server)
        thread.join(10)


def _opened(browser: Browser, address: str, path: str) -> tuple[Page, bytes, float]:
    """The filled form at rest, its bytes, and the milliseconds until they were there."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto(f"{address}/sign-in")
    page.fill("[name=username]", "reporter")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")
    began = time.perf_counter()
    response = page.goto(address + path)
    assert response is not None
    body = response.body()
    taken = (time.perf_counter() - began) * 1e3
    page.locator("#live-count").wait_for()
    page.locator('[name="cell.F1.r02.c02"]').click()
    page.evaluate(PASTE, _block(ROWS - 1, COLUMNS - 1))
    page.wait_for_timeout(3000)
    return page, body, taken


def _block(rows: int, columns: int) -> str:
    """Figures as a spreadsheet copies them, so that every rule has something to ask."""
    return "\n".join("\t".join(str(row * column) for column in range(1, columns + 1)) for row in range(1, rows + 1))


def _typed(page: Page) -> list[float]:
    """Milliseconds from each key to the frame after it."""
    page.evaluate(TIMED)
    drawn = random.Random(3)
    while page.evaluate("window.taken.length") < KEYS:
        page.keyboard.type(str(drawn.randint(1000, 99_999)), delay=60)
        page.keyboard.press("Enter")
    return list(page.evaluate("window.taken"))


def _page_lines(browser: Browser, address: str, path: str) -> list[Line]:
    page, body, taken = _opened(browser, address, path)
    times = _typed(page)
    page.locator('[name="cell.F1.r20.c05"]').click()
    pasted = page.evaluate(PASTE, _block(20, 10))
    scrolled = _scrolled(page)
    page.close()
    packed = len(gzip.compress(body, 6)) / 1024
    return [
        *_key_lines("the hub", times, TARGET),
        at_most("200 cells pasted, to the paint", "the hub", pasted),
        at_most("a frame while scrolling, p95", "the hub", _p95(scrolled), TARGET),
        at_most("the page, asked for until it is all there", "the hub", taken),
        Line("the page over the wire, compressed", "the hub", f"{packed:.0f} kB", "< 300 kB", "", packed < 300),
    ]


def _rival_lines(browser: Browser, address: str, path: str) -> list[Line]:
    page, _, _ = _opened(browser, address, path)
    page.evaluate(RIVAL)
    times = _typed(page)
    page.close()
    return _key_lines("judged at every letter", times, None)


def _scrolled(page: Page) -> list[float]:
    """Milliseconds between frames while the table is scrolled from its head to its foot."""
    return list(
        page.evaluate(
            """() => new Promise((done) => {
              const region = document.querySelector(".scroll.filling"), times = [];
              let last = performance.now();
              region.scrollTop = 0;
              const step = () => {
                const now = performance.now();
                times.push(now - last);
                last = now;
                region.scrollTop += 60;
                if (region.scrollTop + region.clientHeight < region.scrollHeight - 1) requestAnimationFrame(step);
                else done(times.slice(1));
              };
              requestAnimationFrame(step);
            })"""
        )
    )


def _key_lines(who: str, times: Sequence[float], target: float | None) -> list[Line]:
    return [
        at_most(f"{ROWS * COLUMNS} cells: a key to its paint, median", who, statistics.median(times), target),
        at_most(f"{ROWS * COLUMNS} cells: a key to its paint, p95", who, _p95(times), target),
    ]


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


if __name__ == "__main__":
    main()
