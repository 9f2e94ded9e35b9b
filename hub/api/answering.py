"""Answers for programs: tagged, so that what did not change is not sent again; compressed; in pieces where long."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterable, Iterator

from flask import Response, request

LEAST = 1_000
"""Bytes below which compressing gains nothing."""
LARGEST_WHOLE = 8_000_000
"""Bytes up to which an answer is made whole and tagged; a longer one goes out while it is being made."""


def answer(
    pieces: Iterable[bytes], media_type: str, *, volatile: tuple[str, ...] = (), vary: str = "Accept"
) -> Response:
    """The pieces as one response.

    Up to ``LARGEST_WHOLE`` it has an ETag, and who already has it gets 304 without a body. ``volatile``: texts in it
    that say only when it was made; they do not count for the tag. What goes wrong before that many bytes are there is
    an error of its own and never half an answer.
    """
    iterator = iter(pieces)
    taken, size = [], 0
    for piece in iterator:
        taken.append(piece)
        size += len(piece)
        if size > LARGEST_WHOLE:
            return _streamed(taken, iterator, media_type, vary)
    return _whole(b"".join(taken), media_type, volatile, vary)


def _whole(body: bytes, media_type: str, volatile: tuple[str, ...], vary: str) -> Response:
    steady = body
    for text in volatile:
        steady = steady.replace(text.encode(), b"")
    compressed = len(body) >= LEAST and _takes_gzip()
    tag = hashlib.sha256(media_type.encode() + b"\n" + steady).hexdigest()[:32]
    response = Response(gzip.compress(body, 5, mtime=0) if compressed else body, content_type=media_type)
    response.set_etag(tag, weak=bool(volatile) or compressed)
    _mark(response, vary, compressed=compressed)
    response.make_conditional(request)
    return response


def _streamed(taken: list[bytes], rest: Iterator[bytes], media_type: str, vary: str) -> Response:
    def everything() -> Iterator[bytes]:
        yield from taken
        yield from rest

    compressed = _takes_gzip()
    response = Response(_gzipped(everything()) if compressed else everything(), content_type=media_type)
    _mark(response, vary, compressed=compressed)
    return response


def _gzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(5, zlib.DEFLATED, 31)
    for piece in pieces:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()


def _mark(response: Response, vary: str, *, compressed: bool) -> None:
    for name in (*vary.split(", "), "Authorization", "Accept-Encoding"):
        response.vary.add(name)
    if compressed:
        response.content_encoding = "gzip"


def _takes_gzip() -> bool:
    return request.accept_encodings["gzip"] > 0
