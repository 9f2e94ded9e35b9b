"""Marking of a large workbook in a child process held to limits, as large workbooks are read."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from hub.domain.form import Label
from hub.readers.guard import Refusal, open_archive
from hub.readers.limits import Limits
from hub.readers.sandbox import Failure, run_limited
from hub.services.receipts import finding_from_json
from hub.writers.marked_workbook import Head, Item, Unmarkable, mark_workbook

_TOO_LARGE = (
    "Tệp quá lớn hoặc quá phức tạp nên không đánh dấu được ngay trong tệp; tệp này chỉ có kết quả kiểm tra.",
    "The file is too large or complex to be marked in itself; this file holds the findings alone.",
)
_MARKED, _UNMARKABLE = b"marked\n", b"unmarkable\n"


def mark_apart(content: bytes, head: Head, items: list[Item], limits: Limits) -> bytes:
    """As ``mark_workbook``. Unmarkable also if the child broke a limit, Unavailable if too many are at work."""
    question = json.dumps(
        {"limits": asdict(limits), "head": asdict(head), "items": [_item_json(item) for item in items]}
    )
    answer = run_limited("hub.services.marked_apart:answer_in_child", question.encode() + b"\n" + content, limits)
    if isinstance(answer, Failure):
        raise Unmarkable(*_TOO_LARGE)
    if answer.startswith(_MARKED):
        return answer[len(_MARKED) :]
    raise Unmarkable(*json.loads(answer[len(_UNMARKABLE) :]))


def answer_in_child(payload: bytes) -> bytes:
    """In the child: the marked workbook, or why it could not be marked."""
    header, _, content = payload.partition(b"\n")
    question = json.loads(header)
    items = [_item_from_json(data) for data in question["items"]]
    try:
        archive = open_archive(content, Limits(**question["limits"]))
        return _MARKED + mark_workbook(archive, _head_from_json(question["head"]), items)
    except Unmarkable as reason:
        return _UNMARKABLE + json.dumps([reason.reason.vi, reason.reason.en]).encode()
    except Refusal:
        return _UNMARKABLE + json.dumps(_TOO_LARGE).encode()


def _item_json(item: Item) -> dict[str, Any]:
    named = {name: getattr(item, name) for name in ("sheet", "cell", "row", "column", "explanation")}
    return named | {"finding": item.finding.as_json()}


def _item_from_json(data: dict[str, Any]) -> Item:
    return Item(**(data | {"finding": finding_from_json(data["finding"])}))


def _head_from_json(data: dict[str, Any]) -> Head:
    facts = tuple((Label(**name), value) for name, value in data["facts"])
    notice = Label(**data["notice"]) if data["notice"] is not None else None
    verdict = Label(**data["verdict"]) if data["verdict"] is not None else None
    return Head(Label(**data["title"]), facts, verdict, notice)
