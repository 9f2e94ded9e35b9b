"""Passwords: what may be one, and Argon2id over it with a bounded number of computations at a time (P15)."""

from __future__ import annotations

import os
import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from hub.domain.plain_text import is_storable
from hub.errors import Refused, Unavailable

SHORTEST, LONGEST = 8, 256
WAIT_SECONDS = 10

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""19 MiB, two passes, one lane: OWASP's choice; about 24 ms."""
_slots = threading.BoundedSemaphore(os.cpu_count() or 1)


def check(password: str, username: str) -> None:
    """Refused, saying why, for a password that is too short or easily guessed. Nothing is ever cut off."""
    text = unicodedata.normalize("NFC", password)
    if not SHORTEST <= len(text) <= LONGEST or not is_storable(text):
        raise Refused(
            f"Mật khẩu cần từ {SHORTEST} đến {LONGEST} ký tự.",
            f"A password needs {SHORTEST} to {LONGEST} characters.",
        )
    folded = text.casefold()
    if folded in _common() or username.casefold() in folded or len(set(folded)) < 4:
        raise Refused(
            "Mật khẩu này quá dễ đoán hoặc chứa tên đăng nhập. Hãy chọn mật khẩu khác.",
            "This password is too easy to guess or holds the username. Choose another one.",
        )


def make_hash(password: str) -> str:
    """The Argon2id text to store. Unavailable when too many are waiting."""
    with _slot():
        return _hasher.hash(_bytes(password))


def matches(password_hash: str | None, password: str) -> bool:
    """True for the right password. With None (no such account) the same work is done and the answer is False (P28)."""
    with _slot():
        try:
            right = _hasher.verify(password_hash or _nobodys_hash(), _bytes(password))
        except VerifyMismatchError:
            return False
        except InvalidHashError:
            return False
    return right and password_hash is not None


def make_one_time() -> str:
    """A password for the first sign-in: 96 random bits."""
    return secrets.token_urlsafe(12)


@contextmanager
def _slot() -> Iterator[None]:
    if not _slots.acquire(timeout=WAIT_SECONDS):
        raise Unavailable
    try:
        yield
    finally:
        _slots.release()


def _bytes(password: str) -> bytes:
    """The same bytes however a keyboard composes its accents."""
    return unicodedata.normalize("NFC", password[: 4 * LONGEST]).encode("utf-8", "surrogatepass")


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_bytes(16))


@cache
def _common() -> frozenset[str]:
    lines = (files("hub.services") / "common_passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip().casefold() for line in lines if line.strip())
