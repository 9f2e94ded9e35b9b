"""Signed files are judged in a child process: what is appended to a document can be anything (P16).

One question and one answer in bytes: a line of JSON with the sizes of what follows, then the parts one after another.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from hub.domain.signature import Kind, Verdict
from hub.readers.limits import MIB, Limits
from hub.readers.sandbox import Failure, run_limited

MOST_ADDED = 8 * MIB
"""What signatures, their pictures and their evidence may add to a document."""


def judge(
    kind: Kind, content: bytes, document: bytes, roots: Sequence[bytes], *, made_at: datetime, now: datetime,
    limits: Limits,
) -> Verdict:  # fmt: skip
    """Whether ``content`` is ``document`` signed by somebody whose certificate leads to one of ``roots`` (PEM).

    Nothing that the file holds makes this raise; Unavailable if too many files are being judged already.
    """
    if len(content) > len(document) + MOST_ADDED:
        return Verdict(kind, "too_large")
    parts = [content, document, *roots]
    head = {
        "kind": kind, "made_at": made_at.isoformat(), "now": now.isoformat(), "sizes": [len(part) for part in parts],
    }  # fmt: skip
    payload = json.dumps(head).encode() + b"\n" + b"".join(parts)
    answer = run_limited("hub.readers.signed:answer", payload, replace(limits, parse_output=MIB))
    if isinstance(answer, Failure):
        return Verdict(kind, "broken" if answer.reason == "error" else "too_slow")
    return Verdict.from_json(json.loads(answer))


def answer(payload: bytes) -> bytes:
    """What the child says to the question that ``judge`` put."""
    from hub.readers.certificates import roots_of

    line, _, rest = payload.partition(b"\n")
    head = json.loads(line)
    parts, at = [], 0
    for size in head["sizes"]:
        parts.append(rest[at : at + size])
        at += size
    content, document, *pems = parts
    verdict = _judge_of(head["kind"])(
        content, document, roots_of(pems),
        made_at=datetime.fromisoformat(head["made_at"]), now=datetime.fromisoformat(head["now"]),
    )  # fmt: skip
    return json.dumps(verdict.as_json(), ensure_ascii=False).encode()


def _judge_of(kind: Kind) -> Callable[..., Verdict]:
    """Loaded in the child alone, and only the one that is needed: each brings much along."""
    if kind == "pdf":
        from hub.readers.signed_pdf import judge_pdf

        return judge_pdf
    from hub.readers.signed_xml import judge_xml

    return judge_xml
