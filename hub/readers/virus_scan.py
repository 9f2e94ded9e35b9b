"""The virus scanner of the operator's choice: a command that reads a file from its input and tells by its exit code."""

from __future__ import annotations

import shlex
import subprocess

from hub.errors import Unavailable

SECONDS = 60


def is_clean(command: str, content: bytes) -> bool:
    """True if the scanner says so (0), False if it found something (1); Unavailable if it could not tell."""
    try:
        done = subprocess.run(
            shlex.split(command), input=content, timeout=SECONDS, check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise Unavailable(
            "Máy quét vi-rút chưa trả lời được. Hãy thử lại sau.", "The virus scanner gave no answer. Try again later."
        ) from error
    if done.returncode not in {0, 1}:
        raise Unavailable(
            "Máy quét vi-rút chưa trả lời được. Hãy thử lại sau.", "The virus scanner gave no answer. Try again later."
        )
    return done.returncode == 0
