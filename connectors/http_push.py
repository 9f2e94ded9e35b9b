"""An outside system that takes issued editions over HTTP: each file is posted with a key, so that a repeat is known.

``POST <url>`` with ``Idempotency-Key``, ``Content-Digest`` (RFC 9530), ``Content-Disposition`` and ``X-Hub-…`` headers
that say what it is. Any answer from 200 to 299 that is no web page means that it was taken. No redirect is followed.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

import httpx
import tenacity

from connectors.base import ConnectorFault
from connectors.outgoing import Parcel, ParcelRefused, TargetAway

TRIES = 3
"""How often one parcel is posted in one turn."""
LONGEST_WAIT = 30.0
"""Seconds; a ``Retry-After`` beyond this ends the turn, and a later one tries again."""
PASSING = frozenset({408, 425, 429})
NOT_THE_PARCEL_S_FAULT = frozenset({401, 403, 404, 405, 410})
"""Answers about the address or the token, not about the parcel: they are mended by the operator, and tried again."""


class _Passing(TargetAway):
    """A failure that may pass within the turn. ``wait``: what the other side asked for, in seconds."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass(slots=True)
class HttpPush:
    """Posts to ``url``. ``token`` is sent as a bearer token and never shown."""

    url: str
    token: str = field(default="", repr=False)
    name: str = "http"
    timeout: float = 30.0
    sleep: Callable[[float], None] = field(default=time.sleep)
    wait_first: float = 0.5
    wait_most: float = 10.0

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
            raise ConnectorFault(
                "Địa chỉ giao ấn bản phải bắt đầu bằng http:// hoặc https:// và không chứa tên đăng nhập.",
                "The address for deliveries must begin with http:// or https:// and hold no user name.",
            )

    def deliver(self, parcel: Parcel) -> None:
        """The other side has taken the parcel. TargetAway after a few tries, ParcelRefused where it says no."""
        retry = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, _Passing) and not _too_long(error)),
            stop=tenacity.stop_after_attempt(TRIES),
            wait=self._wait,
            sleep=self.sleep,
            reraise=True,
        )
        with httpx.Client(timeout=self.timeout, follow_redirects=False, trust_env=False) as client:
            retry(self._once, client, parcel)

    def _wait(self, state: tenacity.RetryCallState) -> float:
        failure = state.outcome.exception() if state.outcome else None
        backoff = tenacity.wait_random_exponential(multiplier=self.wait_first, max=self.wait_most)(state)
        return max(backoff, failure.wait or 0.0) if isinstance(failure, _Passing) else backoff

    def _once(self, client: httpx.Client, parcel: Parcel) -> None:
        try:
            with client.stream("POST", self.url, headers=self._headers(parcel), content=parcel.content) as response:
                _judge(response)
        except httpx.TimeoutException:
            raise _Passing("no answer in time") from None
        except httpx.TransportError:
            raise _Passing("cannot be reached or broke off") from None

    def _headers(self, parcel: Parcel) -> dict[str, str]:
        digest = base64.b64encode(bytes.fromhex(parcel.sha256)).decode()
        headers = {
            "Content-Type": parcel.media_type,
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(parcel.name)}",
            "Content-Digest": f"sha-256=:{digest}:",
            "Idempotency-Key": parcel.key,
            "Accept": "application/json",
        }
        headers |= {f"X-Hub-{name.replace('_', '-')}": quote(text) for name, text in parcel.about.items()}
        return headers | ({"Authorization": f"Bearer {self.token}"} if self.token else {})


def _too_long(failure: _Passing) -> bool:
    return failure.wait is not None and failure.wait > LONGEST_WAIT


def _judge(response: httpx.Response) -> None:
    """Nothing for a good answer; else what kind of failure it is."""
    status = response.status_code
    if status in PASSING or status >= 500:
        asked = response.headers.get("retry-after", "").strip()
        raise _Passing(f"answered {status}", float(asked) if re.fullmatch(r"[0-9]{1,7}", asked) else None)
    if status in NOT_THE_PARCEL_S_FAULT or 300 <= status < 400:
        raise TargetAway(f"answered {status}")
    if not 200 <= status < 300:
        raise ParcelRefused(f"answered {status}")
    if response.headers.get("content-type", "").split(";")[0].strip().lower() == "text/html":
        raise TargetAway("answered with a web page, as a sign-in page would")
