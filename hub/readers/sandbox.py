"""Runs one function over bytes in a fresh child process with limits on memory, CPU, wall time and output (P16).

The child is started anew (never forked from a process with threads), inherits no open files and no environment, and
ends with its parent. It answers in bytes; nothing is unpickled on either side of the border.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import resource
import selectors
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from hub.errors import Unavailable
from hub.readers.limits import MIB, Limits

_CHILD = "import sys; sys.path[:0] = sys.argv[1].split('\\n'); from hub.readers.sandbox import child_main; child_main()"
_ANSWER = b"answer\n"
_MEMORY = b"memory\n"
_ERROR = b"error\n"
_CHUNK = 1 << 16
_SLOTS = threading.BoundedSemaphore(2)
"""Children of one process at a time: fifty bombs at once must not need fifty times the memory."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the child gave no answer: it broke a limit, or it stopped on an error of its own."""

    reason: Literal["memory", "time", "output", "error"]


def run_limited(function_path: str, payload: bytes, limits: Limits) -> bytes | Failure:
    """What ``module:function`` answers to ``payload`` (bytes to bytes) in a child held to the limits.

    Unavailable if no child may start for a while because others are at work; the input is not to blame then.
    """
    wall = 3 * limits.parse_seconds
    if not _SLOTS.acquire(timeout=wall):
        raise Unavailable
    try:
        with _start(function_path, limits) as child:
            try:
                output = _converse(child, payload, time.monotonic() + wall, limits.parse_output)
            finally:
                child.kill()
        return output if isinstance(output, Failure) else _answer(output, child.returncode)
    finally:
        _SLOTS.release()


def _start(function_path: str, limits: Limits) -> subprocess.Popen[bytes]:
    root = str(Path(__file__).resolve().parents[2])
    path = "\n".join([root, *(entry for entry in sys.path if entry and entry != root)])
    caps = (str(limits.parse_memory_mb), str(limits.parse_seconds), str(os.getpid()))
    return subprocess.Popen(
        [sys.executable, "-I", "-c", _CHILD, path, function_path, *caps],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        close_fds=True,
        cwd="/",
        env={"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
        start_new_session=True,
    )


def _converse(child: subprocess.Popen[bytes], payload: bytes, deadline: float, most: int) -> bytes | Failure:
    """Feed the child and collect what it says, until it closes its output, says too much, or time is over."""
    assert child.stdin is not None
    assert child.stdout is not None
    waiting, size = memoryview(payload), 0
    chunks: list[bytes] = []
    with selectors.DefaultSelector() as selector:
        os.set_blocking(child.stdin.fileno(), False)
        selector.register(child.stdin, selectors.EVENT_WRITE)
        selector.register(child.stdout, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                return Failure("time")
            for key, _ in selector.select(left):
                if key.fileobj is child.stdin:
                    waiting = _feed(child.stdin, waiting, selector)
                    continue
                chunk = os.read(child.stdout.fileno(), _CHUNK)
                size += len(chunk)
                if size > most:
                    return Failure("output")
                if not chunk:
                    return b"".join(chunks)
                chunks.append(chunk)


def _feed(pipe: IO[bytes], waiting: memoryview, selector: selectors.BaseSelector) -> memoryview:
    """Write what the pipe takes; close it after the last byte, or when the child no longer listens."""
    try:
        waiting = waiting[os.write(pipe.fileno(), waiting[:_CHUNK]) :]
    except BlockingIOError:
        return waiting
    except BrokenPipeError:
        waiting = waiting[:0]
    if not waiting:
        selector.unregister(pipe)
        pipe.close()
    return waiting


def _answer(output: bytes, returncode: int) -> bytes | Failure:
    if output.startswith(_ANSWER):
        return output[len(_ANSWER) :]
    if output == _ERROR:
        return Failure("error")
    if returncode in (-signal.SIGXCPU, -signal.SIGKILL) and not output.startswith(_MEMORY):
        return Failure("time")
    return Failure("memory")


def child_main() -> None:
    """The child: take on the limits, then read all input, call the function, and answer."""
    function_path, memory_mb, cpu_seconds, parent = sys.argv[2:6]
    _take_limits(int(memory_mb) * MIB, int(cpu_seconds), int(parent))
    try:
        payload = sys.stdin.buffer.read()
        module, _, name = function_path.partition(":")
        function: Any = getattr(importlib.import_module(module), name)
        answer = _ANSWER + function(payload)
    except MemoryError:
        answer = _MEMORY
    except Exception:
        answer = _ERROR
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    os._exit(0)


def _take_limits(memory: int, cpu_seconds: int, parent: int) -> None:
    """Limits that the kernel keeps; the child also dies with its parent (prctl PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(kind, (most, most))
