"""Files of editions for programs that pull them over and over: answered before the application is asked.

Only what is given is given here, 200 and 304, header for header as the application does it. Whatever else is asked, and
above all what is refused, goes on to the application, which says why: nothing is allowed here that it would refuse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, cast

from flask import Flask
from werkzeug.datastructures import Accept
from werkzeug.http import dump_options_header, is_resource_modified, parse_accept_header

from hub.errors import HubError
from hub.services import access
from hub.services.core import Core
from hub.services.pulled_editions import PulledFile, PulledFiles
from hub.web import rates, request_id, security
from hub.web.admission import LONGEST_WAIT, QUEUED
from hub.web.arrival import ARRIVED

_FILE = re.compile(r"/api/v1/publications/([A-Za-z0-9_-]+)/files/([A-Za-z0-9_.-]+)", re.ASCII)
_BEARER = re.compile(r"[Bb]earer (hubt_[A-Za-z0-9_-]+)", re.ASCII)
_LONG_WAY = ("HTTP_IF_MATCH", "HTTP_RANGE")
Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class PulledAtOnce:
    """WSGI middleware; ``files`` is what the application itself answers from."""

    def __init__(self, wrapped: Wsgi, app: Flask, files: PulledFiles) -> None:
        self._wrapped, self._app, self._files = wrapped, app, files

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        asked = _FILE.fullmatch(environ["PATH_INFO"])
        file = self._allowed(environ, asked[1], asked[2]) if asked is not None and _is_plain(environ) else None
        if asked is None or file is None:
            return self._wrapped(environ, start_response)
        packed = file.packed is not None and _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        tag = f'"{file.sha256}-gzip"' if packed else f'"{file.sha256}"'
        headers = [("ETag", tag), *_described(asked[2]), *self._of_this_request(environ)]
        if not is_resource_modified(environ, tag):
            start_response("304 NOT MODIFIED", headers)
            return []
        content = file.packed if packed and file.packed is not None else file.content
        headers += [("Content-Type", file.media_type), ("Content-Length", str(len(content)))]
        if packed:
            headers.append(("Content-Encoding", "gzip"))
        start_response("200 OK", headers)
        return [content]

    def _allowed(self, environ: Environ, publication_id: str, name: str) -> PulledFile | None:
        """The file, if this program may read it and did not ask too often; None where the application is to say."""
        bearer = _BEARER.fullmatch(environ.get("HTTP_AUTHORIZATION", ""))
        if bearer is None:
            return None
        counted = rates.programs(self._app).count(rates.asker_of(bearer[1]), "GET")
        environ[rates.COUNTED] = counted
        if counted is not None and not counted.allowed:
            return None
        core, now = cast(Core, self._app.extensions["hub"]), environ[ARRIVED]
        try:
            actor = access.actor_of_token(core, bearer[1], now, environ.get("REMOTE_ADDR", ""))
            if actor is None or "read" not in (actor.scopes or ()):
                return None
            return self._files.file(core, actor, publication_id, name, now)
        except HubError:
            return None

    def _of_this_request(self, environ: Environ) -> list[tuple[str, str]]:
        """What the answer says besides the file: how often may be asked, which request it was, how to treat it."""
        counted = environ[rates.COUNTED]
        told = {} if counted is None else rates.programs(self._app).told(counted)
        named = request_id.named(environ.get("HTTP_X_REQUEST_ID", ""))
        guarded = security.headers_of(cast(Core, self._app.extensions["hub"]).config)
        kept = ("Cache-Control", security.MAY_BE_KEPT)
        return [*told.items(), (request_id.HEADER, named), *guarded.items(), kept]


def _is_plain(environ: Environ) -> bool:
    """A GET that nothing special is asked of, and that did not wait too long."""
    return (
        environ["REQUEST_METHOD"] == "GET"
        and not environ.get("QUERY_STRING")
        and not any(name in environ for name in _LONG_WAY)
        and environ.get(QUEUED, 0.0) <= LONGEST_WAIT
    )


@lru_cache(maxsize=1_000)
def _described(name: str) -> tuple[tuple[str, str], ...]:
    saved = dump_options_header("attachment", {"filename": name})
    return ("Content-Disposition", saved), ("Vary", "Authorization, Accept-Encoding")


@lru_cache(maxsize=1_000)
def _takes_gzip(accepted: str) -> bool:
    return parse_accept_header(accepted, Accept)["gzip"] > 0
