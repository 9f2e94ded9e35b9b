"""P14: what has waited too long is refused at once, with a form that is not lost; a slow sender has not waited."""

from __future__ import annotations

import re
import socket
import threading
from html import unescape

import pytest
from flask import Flask, request

from hub.web import serving
from hub.web.admission import LATEST, LONGEST_WAIT, QUEUED, SOONEST

WAITED = {QUEUED: LONGEST_WAIT + 1}


def test_a_page_that_waited_too_long_is_refused_in_vietnamese(app, make_actor, sign_in, text_of):
    browser = sign_in(make_actor("reporter", "X11"))
    answer = browser.get("/filings", environ_overrides=WAITED)
    assert (answer.status_code, "quá nhiều người dùng" in text_of(answer)) == (503, True)
    assert browser.get("/filings", environ_overrides={QUEUED: LONGEST_WAIT - 1}).status_code == 200


def test_programs_are_told_too_and_not_all_to_come_back_at_one_moment(app):
    answers = [app.test_client().get("/api/v1/health", environ_overrides=WAITED) for _ in range(30)]
    assert {(each.status_code, each.json["code"]) for each in answers} == {(503, "overloaded")}
    seconds = {int(each.headers["Retry-After"]) for each in answers}
    assert SOONEST <= min(seconds) < max(seconds) <= LATEST


def test_a_form_that_waited_too_long_goes_along_with_the_refusal_and_is_taken_later(
    app, make_actor, sign_in, filing_of, hub
):
    browser = sign_in(make_actor("reporter", "X11"))
    path = f"/filings/{filing_of('X11').id}"
    page = browser.get(path).get_data(as_text=True)
    fields = _hidden(page) | {"cell.F1.r02.c03": "7", "action": "save"}
    refused = browser.post(path, data=fields, environ_overrides=WAITED)
    assert refused.status_code == 503
    offered = _hidden(refused.get_data(as_text=True))
    assert offered["cell.F1.r02.c03"] == "7"
    assert browser.post(path, data=offered).status_code == 303


def _hidden(page: str) -> dict[str, str]:
    inputs = re.findall(r'<input type="hidden" name="([^"]+)"[^>]*? value="([^"]*)"', page)
    return {unescape(name): unescape(value) for name, value in inputs}


@pytest.fixture
def clock(monkeypatch):
    """``moments[-1]`` is what the server's clock shows; ``asked`` is set when it is read."""
    moments, asked = [0.0], threading.Event()

    def read() -> float:
        asked.set()
        return moments[-1]

    monkeypatch.setattr(serving, "monotonic", read)
    return moments, asked


@pytest.fixture
def server(clock):
    """Its port, whether its only thread is at work, and what lets that thread go on."""
    app = Flask("echo")
    app.config["MAX_CONTENT_LENGTH"] = 1_000
    held, began = threading.Event(), threading.Event()

    @app.post("/")
    def echo() -> str:
        return repr(request.environ[QUEUED])

    @app.get("/slow")
    def slow() -> str:
        began.set()
        held.wait(20)
        return "done"

    made = serving.make_server(app, "127.0.0.1", 0, threads=1)
    thread = threading.Thread(target=made.run)
    thread.start()
    yield made.effective_port, began, held
    held.set()
    serving.stop(made)
    thread.join(20)


HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n"


def _line(port: int, said: bytes) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=20)
    line.sendall(said)
    return line


def _waited(line: socket.socket) -> float:
    with line:
        answer = b"".join(iter(lambda: line.recv(4096), b""))
    return float(answer.rpartition(b"\r\n")[2])


def test_a_body_that_comes_slowly_is_not_waiting(server, clock):
    line = _line(server[0], HEAD + b"a")
    clock[0].append(100.0)
    line.sendall(b"b")
    assert _waited(line) == 0


def test_waiting_for_a_thread_is_counted(server, clock):
    port, began, held = server
    moments, asked = clock
    slow = _line(port, b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert began.wait(20)
    asked.clear()
    waiting = _line(port, HEAD + b"ab")
    assert asked.wait(20), "it came whole"
    moments.append(50.0)
    held.set()
    assert _waited(waiting) == 50
    slow.close()
