"""What the child process of the sandbox tests is asked to do."""

from __future__ import annotations

import os
import sys
import time


def echo(payload: bytes) -> bytes:
    return payload[::-1]


def eat_memory(payload: bytes) -> bytes:
    held = [bytearray(16 * 1024 * 1024) for _ in range(200)]
    return str(len(held)).encode()


def spin(payload: bytes) -> bytes:
    while True:
        pass


def sleep(payload: bytes) -> bytes:
    time.sleep(600)
    return b""


def shout(payload: bytes) -> bytes:
    return b"x" * (8 * 1024 * 1024)


def fail(payload: bytes) -> bytes:
    raise RuntimeError("secret detail")


def crash(payload: bytes) -> bytes:
    os.abort()


def deaf(payload: bytes) -> bytes:
    os.close(sys.stdin.fileno())
    return b"never mind"


def surroundings(payload: bytes) -> bytes:
    names = sorted(os.listdir("/proc/self/fd"))
    return f"{len(names)} {'SECRET_CANARY' in os.environ} {os.getcwd()}".encode()


def write_file(payload: bytes) -> bytes:
    with open(payload.decode(), "wb") as file:
        file.write(b"x" * 10)
    return b"written"
