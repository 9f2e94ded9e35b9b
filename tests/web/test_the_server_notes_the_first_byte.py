"""P13: the arrival time is that of the first byte, though the server reads the whole body before the page begins."""

from __future__ import annotations

import http.client
import socket
import threading
from datetime import UTC, datetime

import pytest
from flask import Flask, Response, request

from hub.web import serving
from hub.web.arrival import ARRIVED

FIRST, LATER = datetime(2026, 9, 16, 16, 59, tzinfo=UTC), datetime(2026, 9, 16, 17, 1, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    """The server's clock: ``moments[-1]``; ``asked`` is set as soon as it is read."""
    moments, asked = [FIRST], threading.Event()

    def read() -> datetime:
        asked.set()
        return moments[-1]

    monkeypatch.setattr(serving, "system_clock", read)
    return moments, asked


@pytest.fixture
def server(clock):
    app = Flask("echo")
    app.config["MAX_CONTENT_LENGTH"] = 1_000

    @app.post("/")
    def echo() -> str:
        return f"{request.environ[ARRIVED].isoformat()} {len(request.get_data())}"

    @app.get("/same")
    def same() -> Response:
        return Response(status=304, headers={"ETag": '"1"'})

    made = serving.make_server(app, "127.0.0.1", 0)
    thread = threading.Thread(target=made.run)
    thread.start()
    yield made.effective_port
    serving.stop(made)
    thread.join(10)
    assert not thread.is_alive()


def test_a_body_that_takes_its_time_is_judged_by_its_first_byte(server, clock):
    moments, asked = clock
    with socket.create_connection(("127.0.0.1", server), timeout=10) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 10\r\n")
        assert asked.wait(10)
        moments.append(LATER)
        line.sendall(b"\r\n0123456789")
        answer = b"".join(iter(lambda: line.recv(4096), b""))
    assert answer.endswith(f"{FIRST.isoformat()} 10".encode())


def test_a_client_cannot_say_when_it_came(server):
    with socket.create_connection(("127.0.0.1", server), timeout=10) as line:
        line.sendall(
            b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nhub.arrived: 2020-01-01\r\nHub-Arrived: 2020\r\n"
            b"Content-Length: 0\r\n\r\n"
        )
        answer = b"".join(iter(lambda: line.recv(4096), b""))
    assert FIRST.isoformat().encode() in answer


def test_a_server_that_has_closed_already_is_stopped_without_complaint(clock):
    app = Flask("closed")
    app.config["MAX_CONTENT_LENGTH"] = 1_000
    made = serving.make_server(app, "127.0.0.1", 0)
    thread = threading.Thread(target=made.run)
    thread.start()
    serving.stop(made)
    thread.join(10)
    serving.stop(made)
    assert not thread.is_alive()


def test_who_has_an_answer_already_asks_again_on_the_same_connection(server):
    connection = http.client.HTTPConnection("127.0.0.1", server)
    connection.connect()
    line = connection.sock
    for _ in range(3):
        connection.request("GET", "/same")
        answer = connection.getresponse()
        assert (answer.status, answer.read(), answer.getheader("Connection")) == (304, b"", None)
        assert connection.sock is line
    connection.request("GET", "/same", headers={"Connection": "close"})
    assert connection.getresponse().getheader("Connection") == "close"
    connection.close()
