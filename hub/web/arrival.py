"""When a request arrived: stamped before its body is read, so that a slow upload is judged by its first byte (P13)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

ARRIVED = "hub.arrived"
"""Key of the WSGI environment that holds the aware UTC instant of arrival."""

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, aware, UTC: the one place of the web where a clock is read."""
    return datetime.now(UTC)


class ArrivalTime:
    """WSGI middleware: every request carries the instant at which it arrived, from an injectable clock.

    A server that buffers bodies and has stamped the request itself (``hub.web.serving``) is believed; a client cannot
    set the key, because WSGI servers give headers the prefix ``HTTP_``.
    """

    def __init__(self, wrapped: Callable[..., Iterable[bytes]], clock: Clock) -> None:
        self.wrapped = wrapped
        self.clock = clock

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ.setdefault(ARRIVED, self.clock())
        return self.wrapped(environ, start_response)
