"""The HTTP pull against a real local server: down, slow, cut short, replayed, out of order or hostile."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from connectors.base import ConnectorFault, FetchLimits, Visit
from connectors.http_pull import TRIES, HttpPullConnector

LIMITS = FetchLimits(max_bytes=50_000, page_seconds=5)


class Source:
    """An outside system: ``answers[path]`` is a list of answers given in turn; the last one is repeated."""

    def __init__(self):
        self.answers: dict[str, list] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        source = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                source.requests.append((self.path, dict(self.headers)))
                queue = source.answers.get(self.path, [(404, {}, b"")])
                answer = queue.pop(0) if len(queue) > 1 else queue[0]
                if callable(answer):
                    answer(self)
                    return
                status, headers, body = answer
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    if value is not None:
                        self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def source():
    source = Source()
    yield source
    source.close()


@pytest.fixture
def waits():
    return []


@pytest.fixture
def connector(source, waits):
    return HttpPullConnector(source.url + "/reports", token="t0ken", timeout=0.5, sleep=waits.append)


def page(items, following=None, name="items"):
    body = json.dumps({name: items, "next": following}).encode()
    return 200, {"Content-Type": "application/json; charset=utf-8"}, body


def xml_page(body, following=None):
    headers = {"Content-Type": "application/xml"}
    if following:
        headers["Link"] = f'<{following}>; rel="next"'
    return 200, headers, body


def pull(connector, cursor=None, limits=LIMITS, stop_after=None):
    """Contents fetched, and the cursor as collection would keep it."""
    seen, contents = Visit(), []
    for fetched in connector.fetch(cursor or {}, limits, seen):
        contents.append(fetched.envelope.content)
        cursor = fetched.cursor
        if stop_after == len(contents):
            return contents, cursor
    return contents, seen.cursor or cursor


def fault(connector, cursor=None, limits=LIMITS):
    with pytest.raises(ConnectorFault) as caught:
        pull(connector, cursor, limits)
    assert "t0ken" not in caught.value.message_vi + caught.value.message_en
    return caught.value.message_en


def test_pages_are_followed_to_the_end_with_the_token(source, connector):
    source.answers = {"/reports": [page([{"a": 1}, {"a": 2}], "/reports?p=2")], "/reports?p=2": [page([{"a": 3}])]}
    contents, _ = pull(connector)
    assert [json.loads(content) for content in contents] == [{"a": 1}, {"a": 2}, {"a": 3}]
    assert all(headers["Authorization"] == "Bearer t0ken" for _, headers in source.requests)


def test_an_item_is_handed_over_in_the_very_bytes_that_were_sent(source, connector):
    body = '{ "next" : null , "items" : [ {"x":1.50, "y" : "Lâm Đồng"} ,{"x":9007199254740993}] }\n'.encode()
    source.answers["/reports"] = [(200, {"Content-Type": "application/json"}, body)]
    contents, _ = pull(connector)
    assert contents == ['{"x":1.50, "y" : "Lâm Đồng"}'.encode(), b'{"x":9007199254740993}']


def test_reports_may_stand_for_items(source, connector):
    source.answers["/reports"] = [page([{"a": 1}], name="reports")]
    assert pull(connector)[0] == [b'{"a": 1}']


def test_xml_pages_follow_the_link_header(source, connector):
    source.answers = {
        "/reports": [xml_page(b'<reports xmlns="urn:vn:hub:report:1"></reports>', "/reports?p=2")],
        "/reports?p=2": [xml_page(b'<h:report xmlns:h="urn:vn:hub:report:1"></h:report>\n')],
    }
    contents, _ = pull(connector)
    assert len(contents) == 2
    assert contents[1].endswith(b"</h:report>\n")


def test_a_stop_in_the_middle_of_a_page_goes_on_with_the_next_item(source, connector):
    source.answers = {
        "/reports": [page([1, 2], "/reports?p=2")],
        "/reports?p=2": [page([3, 4, 5])],
    }
    first, cursor = pull(connector, stop_after=3)
    source.requests.clear()
    rest, _ = pull(connector, json.loads(json.dumps(cursor)))
    assert (first, rest) == ([b"1", b"2", b"3"], [b"4", b"5"])
    assert [path for path, _ in source.requests] == ["/reports?p=2"]


def test_the_last_page_is_asked_again_and_only_gives_what_it_gained(source, connector):
    source.answers["/reports"] = [page([1, 2])]
    _, cursor = pull(connector)
    assert pull(connector, cursor)[0] == []
    source.answers["/reports"] = [page([1, 2, 3])]
    contents, cursor = pull(connector, cursor)
    assert contents[-1] == b"3"
    assert pull(connector, cursor)[0] == []


def test_replayed_and_reordered_items_come_under_the_keys_they_had(source, connector):
    def keys(items):
        source.answers["/reports"] = [page(items)]
        return {
            fetched.envelope.content: fetched.envelope.idempotency_key
            for fetched in connector.fetch({}, LIMITS, Visit())
        }

    assert keys([{"a": 1}, {"a": 2}]) == keys([{"a": 2}, {"a": 1}, {"a": 2}])


def test_a_source_that_began_its_pages_anew_is_read_from_the_start(source, connector):
    source.answers["/reports"] = [page([7])]
    contents, _ = pull(connector, {"url": source.url + "/reports?p=99", "done": 3, "sha256": "x"})
    assert contents == [b"7"]


def test_a_stored_cursor_for_another_server_is_not_followed(source, connector):
    source.answers["/reports"] = [page([7])]
    contents, _ = pull(connector, {"url": "http://127.0.0.1:1/reports", "done": 0})
    assert contents == [b"7"]


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_failure_that_passes_is_retried_with_waits_that_differ(source, connector, waits, status):
    source.answers["/reports"] = [(status, {}, b"")] * 3 + [page([1])]
    assert pull(connector)[0] == [b"1"]
    assert len(waits) == 3
    assert len(set(waits)) == 3


def test_five_failures_in_a_row_end_the_visit(source, connector, waits):
    source.answers["/reports"] = [(503, {}, b"")]
    assert "503" in fault(connector)
    assert len(source.requests) == TRIES
    assert len(waits) == TRIES - 1
    assert all(0 <= wait <= connector.wait_most for wait in waits)


def test_retry_after_is_kept(source, connector, waits):
    source.answers["/reports"] = [(429, {"Retry-After": "42"}, b""), page([1])]
    pull(connector)
    assert waits == [42]


def test_a_very_long_retry_after_ends_the_visit_at_once(source, connector, waits):
    source.answers["/reports"] = [(503, {"Retry-After": "86400"}, b"")]
    assert "86400" in fault(connector)
    assert waits == []


def test_a_server_that_hangs_is_left(source, connector):
    release = threading.Event()
    source.answers["/reports"] = [lambda handler: release.wait(10)]
    connector.timeout = 0.05
    assert "in time" in fault(connector)
    release.set()


def test_a_server_that_drips_is_left(source, connector):
    def drip(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b'{"items"')
        handler.wfile.flush()

    source.answers["/reports"] = [drip]
    assert fault(connector, limits=FetchLimits(page_seconds=0))


def test_a_server_that_is_not_there_is_a_fault(source, connector):
    source.close()
    assert "cannot be reached" in fault(connector)


@pytest.mark.parametrize("length", [None, "500"])
def test_a_page_cut_short_is_retried_then_a_fault(source, connector, length):
    whole = page([{"a": 1}])[2]
    cut = (200, {"Content-Type": "application/json", "Content-Length": length}, whole[:-5])
    source.answers["/reports"] = [cut, page([{"a": 1}])]
    assert pull(connector)[0] == [b'{"a": 1}']
    source.answers["/reports"] = [cut]
    fault(connector)


def test_an_xml_page_cut_short_is_a_fault(source, connector):
    source.answers["/reports"] = [xml_page(b'<reports xmlns="urn:vn:hub:report:1"><report>')]
    assert "cut short" in fault(connector)


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"Content-Type": "text/html"}, b"<html>Sign in</html>"),
        (200, {"Content-Type": "application/octet-stream"}, b"{}"),
        (200, {}, b"{}"),
        (200, {"Content-Type": "application/json", "Content-Encoding": "gzip"}, b"\x1f\x8b"),
        (302, {"Location": "http://127.0.0.1:1/inside"}, b""),
        (301, {"Location": "/reports?p=2"}, b""),
        (401, {}, b""),
        (403, {}, b""),
        (404, {}, b""),
        (204, {}, b""),
        page({"not": "a list"}),
        (200, {"Content-Type": "application/json"}, b"[1, 2]"),
        (200, {"Content-Type": "application/json"}, b'{"data": []}'),
        (200, {"Content-Type": "application/json"}, b'{"items": [1], "next": 5}'),
    ],
)
def test_an_answer_that_is_not_a_page_is_a_fault_without_a_second_try(source, connector, answer):
    source.answers["/reports"] = [answer]
    fault(connector)
    assert len(source.requests) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"items": [1,]}',
        b'{"items": [1] "next": null}',
        b'{"items": [1], "items": [2]}',
        b'{"items": [1]} trailing',
        b'{"items": [\xff]}',
        b'{"items": [' + b"[" * 20000 + b"]" * 20000 + b"]}",
        b'{1: 2, "items": []}',
    ],
)
def test_a_page_that_is_not_json_hands_nothing_over(source, connector, body):
    source.answers["/reports"] = [(200, {"Content-Type": "application/json"}, body)]
    fault(connector)


def test_a_page_over_the_cap_is_a_fault(source, connector):
    source.answers["/reports"] = [page(["x" * 60_000])]
    assert "larger" in fault(connector)


@pytest.mark.parametrize(
    "following",
    ["http://127.0.0.1:1/x", "https://example.org/x", "//example.org/x", "file:///etc/passwd", "http://[bad/x"],
)
def test_a_next_page_on_another_server_is_not_followed(source, connector, following):
    source.answers["/reports"] = [page([1], following)]
    fault(connector)
    assert len(source.requests) == 1


def test_pages_that_lead_in_a_circle_end(source, connector):
    source.answers = {"/reports": [page([1], "/b")], "/b": [page([2], "/reports")]}
    assert "circle" in fault(connector)


def test_a_visit_takes_at_most_so_many_items_and_pages_and_goes_on_from_there(source, connector):
    source.answers = {
        "/reports": [page([1, 2, 3], "/b")],
        "/b": [page([4], "/c")],
        "/c": [page([5])],
    }
    contents, cursor = pull(connector, limits=FetchLimits(max_items=2))
    assert contents == [b"1", b"2"]
    contents, cursor = pull(connector, cursor, limits=FetchLimits(max_pages=2))
    assert contents == [b"3", b"4"]
    assert pull(connector, cursor)[0] == [b"5"]


@pytest.mark.parametrize(
    "url", ["ftp://host/x", "file:///etc/passwd", "http://user:secret@host/", "reports", "http://"]
)
def test_an_address_that_is_not_plain_http_is_refused_at_once(url):
    with pytest.raises(ConnectorFault):
        HttpPullConnector(url)


def test_the_token_is_not_shown_with_the_connector(connector):
    assert "t0ken" not in repr(connector)
