"""How far a long run is, for whoever looks at the page of jobs meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[int, int], None]

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


def tell(done: int, total: int) -> None:
    """``done`` of ``total`` pieces of the run are done. A body may say so as often as it likes."""
    listener = _listener.get()
    if listener is not None:
        listener(done, total)


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Within, the listener hears what the body of a run tells."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
