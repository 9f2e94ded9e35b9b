"""Receipts as stored bytes: written once, answered unchanged to every repeat (P6)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from hub.domain.envelope import Receipt
from hub.domain.findings import Finding, Place
from hub.domain.form import Address

_WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def receipt_json(receipt: Receipt) -> bytes:
    """The receipt in its one stored form: UTF-8 JSON with sorted keys."""
    data = {
        "submission_id": receipt.submission_id,
        "received_at": receipt.received_at.isoformat(),
        "sha256": receipt.sha256,
        "size": receipt.size,
        "verdict": receipt.verdict,
        "filing_id": receipt.filing_id,
        "version": receipt.version,
        "version_sha256": receipt.version_sha256,
        "state": receipt.state,
        "on_time": receipt.on_time,
        "findings": [finding.as_json() for finding in receipt.findings],
    }
    return _WRITER.encode(data).encode()


def receipt_from_json(content: bytes, repeat_of: str | None = None) -> Receipt:
    """The receipt that :func:`receipt_json` wrote."""
    data = json.loads(content)
    return Receipt(
        submission_id=data["submission_id"],
        received_at=datetime.fromisoformat(data["received_at"]),
        sha256=data["sha256"],
        size=data["size"],
        verdict=data["verdict"],
        filing_id=data["filing_id"],
        version=data["version"],
        version_sha256=data["version_sha256"],
        state=data["state"],
        findings=tuple(finding_from_json(item) for item in data["findings"]),
        on_time=data["on_time"],
        repeat_of=repeat_of,
    )


def finding_from_json(data: dict[str, Any]) -> Finding:
    """The finding that ``Finding.as_json`` wrote."""
    return Finding(
        code=data["code"],
        severity=data["severity"],
        stage=data["stage"],
        message_vi=data["message"]["vi"],
        message_en=data["message"]["en"],
        address=address_from_text(data["address"]) if data["address"] else None,
        place=Place(**data["place"]),
        found=data["found"],
        expected=data["expected"],
        difference=data["difference"],
        beta=data["beta"],
    )


def address_from_text(text: str) -> Address:
    """``F1.r01.c03`` or ``F1[3].c03`` → the address. ValueError for anything else."""
    head, dot, column = text.rpartition(".")
    if not dot:
        raise ValueError(text)
    if head.endswith("]"):
        form, _, record = head[:-1].partition("[")
        return Address(form, record, column)
    form, dot, row = head.partition(".")
    if not dot:
        raise ValueError(text)
    return Address(form, row, column)
