"""The HTTP push against a real local server: taken, repeated, slow, refusing, or a sign-in page with a smile."""

from __future__ import annotations

import base64
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from connectors.base import ConnectorFault
from connectors.http_push import TRIES, HttpPush
from connectors.outgoing import Parcel, ParcelRefused, TargetAway


class Taker:
    """An outside system: ``answers`` are given in turn, the last one is repeated."""

    def __init__(self):
        self.answers: list = [(201, {}, b"{}")]
        self.taken: list[tuple[dict[str, str], bytes]] = []
        taker = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                taker.taken.append((dict(self.headers), body))
                status, headers, answer = taker.answers.pop(0) if len(taker.answers) > 1 else taker.answers[0]
                if status == 0:
                    self.connection.close()
                    return
                self.send_response(status)
                for name, value in {"Content-Length": str(len(answer)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/nhan"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def taker():
    made = Taker()
    yield made
    made.close()


@pytest.fixture
def parcel():
    content = "số liệu".encode()
    return Parcel(
        "s1:p1", "báo cáo_1.xlsx", "application/x", content, hashlib.sha256(content).hexdigest(),
        {"report": "thu", "issued_at": "2026-09-15"},
    )  # fmt: skip


def pushed(taker, **options):
    return HttpPush(taker.url, "bí-mật".encode().hex(), sleep=lambda seconds: None, **options)


def test_a_file_is_posted_with_its_key_its_digest_and_what_it_is(taker, parcel):
    pushed(taker).deliver(parcel)
    ((headers, body),) = taker.taken
    assert body == parcel.content
    assert headers["Idempotency-Key"] == "s1:p1"
    assert headers["Content-Digest"] == f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
    assert headers["Content-Disposition"].endswith("b%C3%A1o%20c%C3%A1o_1.xlsx")
    assert (headers["X-Hub-report"], headers["X-Hub-issued-at"]) == ("thu", "2026-09-15")
    assert headers["Authorization"].startswith("Bearer ")


def test_what_passes_is_tried_again_under_the_same_key(taker, parcel):
    taker.answers = [(503, {}, b""), (0, {}, b""), (200, {"Content-Type": "application/json"}, b"{}")]
    pushed(taker).deliver(parcel)
    assert [headers["Idempotency-Key"] for headers, _ in taker.taken] == ["s1:p1"] * 3


def test_an_outage_ends_the_turn_after_a_few_tries(taker, parcel):
    taker.answers = [(500, {}, b"")]
    with pytest.raises(TargetAway, match="500"):
        pushed(taker).deliver(parcel)
    assert len(taker.taken) == TRIES


def test_who_asks_for_a_long_wait_is_left_alone(taker, parcel):
    taker.answers = [(429, {"Retry-After": "3600"}, b"")]
    with pytest.raises(TargetAway):
        pushed(taker).deliver(parcel)
    assert len(taker.taken) == 1


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"Content-Type": "text/html; charset=utf-8"}, b"<h1>Sign in</h1>"),
        (302, {"Location": "/"}, b""),
        (401, {}, b""),
    ],
)
def test_a_sign_in_page_a_redirect_and_a_bad_token_are_no_receipt(taker, parcel, answer):
    taker.answers = [answer]
    with pytest.raises(TargetAway):
        pushed(taker).deliver(parcel)
    assert len(taker.taken) == 1


def test_what_the_other_side_refuses_is_not_sent_again(taker, parcel):
    taker.answers = [(422, {}, b"{}")]
    with pytest.raises(ParcelRefused, match="422"):
        pushed(taker).deliver(parcel)
    assert len(taker.taken) == 1


def test_nobody_there_is_an_outage(parcel):
    with pytest.raises(TargetAway, match="reached"):
        HttpPush("http://127.0.0.1:9/", sleep=lambda seconds: None).deliver(parcel)


@pytest.mark.parametrize("url", ["ftp://a/b", "http://user@host/", "http://", "nothing"])
def test_an_address_that_is_none_is_refused_before_anything_is_sent(url):
    with pytest.raises(ConnectorFault):
        HttpPush(url)
