"""``python -m scheduler``: the scheduler alone, until it is told to stop."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable

import structlog

from hub.boot import open_core
from hub.config import load_config
from hub.errors import HubError
from scheduler.runner import start_background


def worker_id() -> str:
    """Names this process among all that share the database."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"


def configure_log(level: str) -> None:
    """One JSON object a line on standard error; the tick engine's own lines only when they warn."""
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper(), logging.INFO)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def told_to_stop() -> Callable[[], object]:
    """SIGTERM and SIGINT no longer kill; the answer waits for one.

    A pipe and not an Event: ``Event.set`` in a signal handler can meet its own lock, held by the wait it interrupts.
    The byte is written by the interpreter's wake-up descriptor: a handler in Python would not run if the signal came
    between the last bytecode and the blocking read.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    return lambda: os.read(reading, 1)


def main() -> int:
    """Runs until SIGTERM or SIGINT, then lets runs under way end. 2 if the hub cannot start."""
    wait = told_to_stop()
    try:
        config = load_config()
        configure_log(config.log_level)
        core = open_core(config)
    except HubError as error:
        sys.stderr.write(f"{error.message_vi}\n{error.message_en}\n")
        return 2
    worker = worker_id()
    stop = start_background(core, worker)
    structlog.get_logger("scheduler").info("started", worker=worker)
    wait()
    stop()
    core.database.dispose()
    structlog.get_logger("scheduler").info("stopped", worker=worker)
    return 0


if __name__ == "__main__":
    sys.exit(main())
