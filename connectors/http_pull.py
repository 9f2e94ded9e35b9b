"""An outside system that offers reports page by page over HTTP, as JSON or XML.

JSON pages: ``{"items": [report, …], "next": address or null}`` (``reports`` may stand for ``items``); each report is
handed over in the very bytes in which it was sent. XML pages: a ``<reports>`` or ``<report>`` document each, the next
page in the ``Link: <…>; rel="next"`` header. Only the configured address's own host is asked, and no redirect followed.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx
import tenacity

from connectors.base import ConnectorFault, Cursor, Fetched, FetchLimits, Visit, idempotency_key
from hub.domain.envelope import Door, Envelope

TRIES = 5
"""Consecutive failures of one page after which the visit ends (P24)."""
LONGEST_WAIT = 60.0
"""Seconds; a ``Retry-After`` beyond this ends the visit, and the next visit tries again."""
MEDIA_TYPES: dict[str, Door] = {"application/json": "json", "application/xml": "xml", "text/xml": "xml"}
LISTS = {"items", "reports"}
_XML_END = re.compile(rb"(</([\w.-]+:)?reports?\s*>|/>)\s*\Z")
_DECODER = json.JSONDecoder(parse_float=len, parse_int=len)  # numbers are only skipped: nothing here uses them
_SPACE = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class Page:
    """One page as received. ``next`` is absolute and on the same host, or None."""

    url: str
    door: Door
    sha256: str
    items: tuple[bytes, ...]
    next: str | None


class _Passing(Exception):
    """A failure that may pass. ``wait`` is what the other side asked for, in seconds."""

    def __init__(self, vi: str, en: str, wait: float | None = None) -> None:
        self.vi, self.en, self.wait = vi, en, wait
        super().__init__(en)


@dataclass(slots=True)
class HttpPullConnector:
    """Reads ``url`` and what follows it. ``token`` is sent as a bearer token and never shown."""

    url: str
    token: str = field(default="", repr=False)
    name: str = "http"
    timeout: float = 15.0
    sleep: Callable[[float], None] = field(default=time.sleep)
    wait_first: float = 0.5
    wait_most: float = 20.0

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
            raise ConnectorFault(
                "Địa chỉ lấy dữ liệu phải bắt đầu bằng http:// hoặc https:// và không chứa tên đăng nhập.",
                "The pull address must begin with http:// or https:// and hold no user name.",
            )

    def fetch(self, cursor: Cursor, limits: FetchLimits, visit: Visit) -> Iterator[Fetched]:
        """Items after the cursor. A page that changed since it was read comes again whole: repeats are harmless."""
        with httpx.Client(timeout=self.timeout, follow_redirects=False, trust_env=False) as client:
            page = self._first(client, cursor, limits)
            handed, seen = 0, {page.url}
            skip = cursor.get("done", 0) if cursor.get("sha256") == page.sha256 else 0
            for number in range(1, limits.max_pages + 1):
                for done, content in enumerate(page.items[skip:], start=skip + 1):
                    visit.cursor = None
                    yield self._fetched(page, content, done)
                    handed += 1
                    if handed >= limits.max_items:
                        return
                visit.cursor = _cursor_after(page)
                if page.next is None or number == limits.max_pages:
                    return
                if page.next in seen:
                    raise ConnectorFault("Các trang trỏ vòng về nhau.", "The pages lead in a circle.")
                page, skip = self._page(client, page.next, limits), 0
                seen.add(page.url)

    def settle(self, fetched: Fetched, outcome: object) -> None:
        """Nothing to do: the receipts are in the hub, where the sender's account sees them."""

    def _first(self, client: httpx.Client, cursor: Cursor, limits: FetchLimits) -> Page:
        stored = str(cursor.get("url", self.url))
        if stored == self.url or not self._same_host(stored):
            return self._page(client, self.url, limits)
        try:
            return self._page(client, stored, limits)
        except _Gone:  # the other side began its pages anew
            return self._page(client, self.url, limits)

    def _page(self, client: httpx.Client, url: str, limits: FetchLimits) -> Page:
        retry = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_Passing),
            stop=tenacity.stop_after_attempt(TRIES),
            wait=self._wait,
            sleep=self.sleep,
            reraise=True,
        )
        try:
            return retry(self._once, client, url, limits)
        except _Passing as failure:
            raise ConnectorFault(
                f"Hệ thống nguồn {self._host()}: {failure.vi}.", f"The source {self._host()}: {failure.en}."
            ) from None

    def _wait(self, state: tenacity.RetryCallState) -> float:
        failure = state.outcome.exception() if state.outcome else None
        backoff = tenacity.wait_random_exponential(multiplier=self.wait_first, max=self.wait_most)(state)
        return max(backoff, failure.wait or 0.0) if isinstance(failure, _Passing) else backoff

    def _once(self, client: httpx.Client, url: str, limits: FetchLimits) -> Page:
        headers = {"Accept": "application/json, application/xml", "Accept-Encoding": "identity"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            with client.stream("GET", url, headers=headers) as response:
                door = self._judge(response)
                content = _body(response, limits)
        except httpx.TimeoutException:
            raise _Passing("không trả lời kịp", "did not answer in time") from None
        except httpx.TransportError:
            raise _Passing("không kết nối được hoặc đứt giữa chừng", "cannot be reached or broke off") from None
        items, following = _split_json(content) if door == "json" else _split_xml(content, response)
        return Page(url, door, hashlib.sha256(content).hexdigest(), items, self._next(url, following))

    def _judge(self, response: httpx.Response) -> Door:
        """The door for a good answer. Raises _Passing for what may pass, ConnectorFault for what will not."""
        status, host = response.status_code, self._host()
        if status == 429 or status >= 500:
            wait = _retry_after(response)
            if wait is not None and wait > LONGEST_WAIT:
                raise ConnectorFault(
                    f"Hệ thống nguồn {host} yêu cầu chờ {wait:.0f} giây.",
                    f"The source {host} asks to wait {wait:.0f} seconds.",
                )
            raise _Passing(f"trả lời mã {status}", f"answered {status}", wait)
        if status in {404, 410}:
            raise _Gone(f"Hệ thống nguồn {host} không có trang này.", f"The source {host} has no such page.")
        if status != 200:
            raise ConnectorFault(f"Hệ thống nguồn {host} trả lời mã {status}.", f"The source {host} answered {status}.")
        media_type = response.headers.get("content-type", "").split(";")[0].strip().lower()
        encoded = response.headers.get("content-encoding", "identity").lower()
        if media_type not in MEDIA_TYPES or encoded != "identity":
            raise ConnectorFault(
                f"Hệ thống nguồn {host} gửi nội dung không phải JSON hay XML ({_plain(media_type)}).",
                f"The source {host} sent something that is neither JSON nor XML ({_plain(media_type)}).",
            )
        return MEDIA_TYPES[media_type]

    def _next(self, url: str, following: str | None) -> str | None:
        if following is None:
            return None
        try:
            absolute = urljoin(url, following)
        except ValueError:
            absolute = ""
        if not self._same_host(absolute):
            raise ConnectorFault(
                f"Hệ thống nguồn {self._host()} chỉ sang một máy chủ khác; không đi theo.",
                f"The source {self._host()} points to another server; not followed.",
            )
        return absolute

    def _same_host(self, url: str) -> bool:
        try:
            return _origin(url) == _origin(self.url) and urlsplit(url).username is None
        except ValueError:
            return False

    def _host(self) -> str:
        return urlsplit(self.url).hostname or ""

    def _fetched(self, page: Page, content: bytes, done: int) -> Fetched:
        # The bytes alone name an item: pages shift, replay and change order, reports stay what they are.
        envelope = Envelope(
            content=content,
            door=page.door,
            media_type="application/json" if page.door == "json" else "application/xml",
            idempotency_key=idempotency_key(self.name, self.name, content),
            intent="send",
            via=self.name,
        )
        cursor = _cursor_after(page) if done == len(page.items) else _cursor(page, done)
        return Fetched(envelope, cursor, f"{page.url}#{done}")


class _Gone(ConnectorFault):
    """The page is not there any more."""


def _cursor(page: Page, done: int) -> Cursor:
    return {"url": page.url, "done": done, "sha256": page.sha256}


def _cursor_after(page: Page) -> Cursor:
    """The next page; at the end, this page again with all of it done, for it may grow."""
    return {"url": page.next, "done": 0} if page.next else _cursor(page, len(page.items))


def _origin(url: str) -> tuple[str, str | None, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _retry_after(response: httpx.Response) -> float | None:
    text = response.headers.get("retry-after", "").strip()
    return float(text) if re.fullmatch(r"[0-9]{1,7}", text) else None


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9/+.-]", "?", text)[:60] or "?"


def _body(response: httpx.Response, limits: FetchLimits) -> bytes:
    """The whole page. ConnectorFault beyond the cap, _Passing if it drips longer than a page may take."""
    until = time.monotonic() + limits.page_seconds
    parts, size = [], 0
    for part in response.iter_bytes(65536):
        size += len(part)
        if size > limits.max_bytes:
            raise ConnectorFault(
                f"Một trang lớn hơn mức cho phép {limits.max_bytes} byte.",
                f"A page is larger than the {limits.max_bytes} bytes allowed.",
            )
        if time.monotonic() > until:
            raise _Passing("gửi quá chậm", "sends too slowly")
        parts.append(part)
    return b"".join(parts)


def _split_xml(content: bytes, response: httpx.Response) -> tuple[tuple[bytes, ...], str | None]:
    if not _XML_END.search(content[-200:]):
        raise _Passing("trang XML bị cụt", "the XML page is cut short")
    following = response.links.get("next", {}).get("url")
    return (content,), following


def _split_json(content: bytes) -> tuple[tuple[bytes, ...], str | None]:
    """The items in the very bytes received, and the next address. Numbers are never turned into floats."""
    try:
        text = content.decode("utf-8")
        items, fields = _walk_page(text)
    except (ValueError, RecursionError, IndexError):
        raise _Passing("trang JSON bị cụt hoặc sai", "the JSON page is cut short or broken") from None
    following = fields.get("next")
    if items is None or not (following is None or isinstance(following, str)):
        raise ConnectorFault(
            'Trang JSON không có dạng {"items": […], "next": …}; hệ thống nguồn có thể đã đổi cấu trúc.',
            'The JSON page is not {"items": […], "next": …}; the source may have changed its structure.',
        )
    return tuple(item.encode() for item in items), following


def _walk_page(text: str) -> tuple[list[str] | None, dict[str, object]]:
    """The top level of a page: slices of its list of items, and its other fields. ValueError if it is not JSON."""
    at = _skip(text, 0)
    if text[at] != "{":
        _DECODER.decode(text)
        return None, {}
    items, fields, at = None, {}, _skip(text, at + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        at = _expect(text, at, ":")
        if not isinstance(name, str) or name in fields or (items is not None and name in LISTS):
            raise ValueError("not a name, or a name twice")
        if name in LISTS and text[at] == "[":
            items, at = _walk_items(text, at)
        else:
            fields[name], at = _DECODER.raw_decode(text, at)
        at = _separator(text, at, "}")
    if text[at + 1 :].strip(" \t\r\n"):
        raise ValueError("text after the page")
    return items, fields


def _walk_items(text: str, at: int) -> tuple[list[str], int]:
    """Slices of the elements of the list that begins at ``at``, and the place after it."""
    items, at = [], _skip(text, at + 1)
    while text[at] != "]":
        _, end = _DECODER.raw_decode(text, at)
        items.append(text[at:end])
        at = _separator(text, end, "]")
    return items, at + 1


def _separator(text: str, at: int, closing: str) -> int:
    """After a comma, the place of the next element; else the place of ``closing``."""
    at = _skip(text, at)
    if text[at] == closing:
        return at
    at = _expect(text, at, ",")
    if text[at] == closing:
        raise ValueError("a comma before the end")
    return at


def _expect(text: str, at: int, mark: str) -> int:
    at = _skip(text, at)
    if text[at] != mark:
        raise ValueError(f"expected {mark}")
    return _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
