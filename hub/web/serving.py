"""The waitress server of ``hub serve``. Waitress reads whole bodies before it calls us, so it notes the first byte."""

from __future__ import annotations

import errno
import gc
import logging
import resource
from time import monotonic
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer, create_server
from waitress.task import WSGITask

from hub.web.admission import QUEUED
from hub.web.arrival import ARRIVED, system_clock

CONNECTIONS = 2_000
"""Browsers keep theirs open: what is not accepted waits where nobody sees how long."""
_OTHER_FILES = 200
"""Files and database connections that the process needs besides."""


class _StampedRequest(HTTPRequestParser):  # type: ignore[misc]
    """A request that knows when its first byte came: the parser is made at that moment."""

    def __init__(self, adjustments: Adjustments) -> None:
        super().__init__(adjustments)
        self.arrived = system_clock()
        self.complete_at: float | None = None

    def received(self, data: bytes) -> int:
        taken: int = super().received(data)
        if self.completed and self.complete_at is None:
            self.complete_at = monotonic()
        return taken


class _StampedTask(WSGITask):  # type: ignore[misc]
    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[ARRIVED] = self.request.arrived
        if self.request.complete_at is not None:
            environ[QUEUED] = monotonic() - self.request.complete_at
        return environ

    def set_close_on_finish(self) -> None:
        """Waitress closes the connection after every 204 and 304, since they name no length: they need none."""
        asked = self.request.headers.get("CONNECTION", "").lower()
        if self.version != "1.1" or self.has_body or asked == "close" or self.request.error is not None:
            super().set_close_on_finish()


class _StampedChannel(HTTPChannel):  # type: ignore[misc]
    parser_class = _StampedRequest
    task_class = _StampedTask


def settle() -> None:
    """What is there by now is never looked through for garbage again: every answer would wait for that now and then."""
    gc.collect()
    gc.freeze()


def make_server(app: Flask, host: str, port: int, threads: int = 8) -> TcpWSGIServer:
    """A bound waitress server; ``run()`` serves until ``close()``. Port 0 takes a free one: see ``effective_port``.

    Bodies above the configured size are refused by waitress itself; no forwarded header is believed.
    """
    server = create_server(
        app,
        host=host,
        port=port,
        threads=threads,
        ident=None,
        max_request_body_size=app.config["MAX_CONTENT_LENGTH"] + 1,
        channel_timeout=60,
        connection_limit=_connections(),
        backlog=CONNECTIONS,
        asyncore_use_poll=True,
        clear_untrusted_proxy_headers=True,
        expose_tracebacks=False,
    )
    server.channel_class = _StampedChannel
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line a request, just when there are most
    return server


def _connections() -> int:
    """As many as the process may hold open at all, and no more than that many people need."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return CONNECTIONS if allowed == resource.RLIM_INFINITY else max(100, min(CONNECTIONS, allowed - _OTHER_FILES))


def stop(server: TcpWSGIServer) -> None:
    """``run()`` returns soon after, from whatever thread this is called; requests being answered are finished first."""
    server.task_dispatcher.shutdown()
    # The loop owns its sockets: it closes them itself, between two rounds. It may do so before this call has rung: then
    # the bell is gone, and there is nobody left to wake.
    try:
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
    except OSError as gone:
        if gone.errno != errno.EBADF:
            raise
