"""Smaller answers: text of more than a kilobyte goes out compressed to whoever takes it so.

The one secret that a page shows, its token against forged requests, is masked anew in every response
(``hub.web.security.csrf_token``), so that the size of an answer says nothing about it (BREACH).
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Response, request

LEAST = 1_000
"""Bytes below which compressing gains nothing."""
TYPES = frozenset(
    {
        "text/html", "text/css", "text/javascript", "text/plain", "text/csv", "application/json",
        "application/problem+json", "application/xml", "image/svg+xml",
    }
)  # fmt: skip


def takes_gzip(mimetype: str | None, content: bytes) -> bool:
    """Whether this reader takes it compressed and it is worth it."""
    return mimetype in TYPES and len(content) >= LEAST and request.accept_encodings["gzip"] > 0


@lru_cache(maxsize=64)
def compressed(content: bytes) -> bytes:
    """For files that never change: as small as gzip makes them."""
    return gzip.compress(content, 9, mtime=0)


def compress(response: Response) -> Response:
    """Compresses a finished text; streams, files being sent, parts of files and downloads stay as they are."""
    if response.direct_passthrough or response.is_streamed or response.mimetype not in TYPES:
        return response
    response.vary.add("Accept-Encoding")
    if response.content_encoding or response.status_code in {204, 206, 304} or _is_download(response):
        return response
    content = response.get_data()
    if takes_gzip(response.mimetype, content):
        response.set_data(gzip.compress(content, 5, mtime=0))
        response.content_encoding = "gzip"
        _weaken(response)
    return response


def _is_download(response: Response) -> bool:
    """A file is handed out byte for byte as it was published or received."""
    return response.headers.get("Content-Disposition", "").startswith("attachment")


def _weaken(response: Response) -> None:
    """The compressed bytes are not the ones the tag was made for: it holds weakly."""
    tag, weak = response.get_etag()
    if tag is not None and not weak:
        response.set_etag(tag, weak=True)
