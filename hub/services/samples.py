"""Sample reports of an edition: a right one is accepted, a wrong one gives exactly the findings beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from hub.domain.checks import Context, check
from hub.domain.findings import Finding
from hub.domain.period import Period
from hub.domain.regime import Edition
from hub.readers import json as json_door
from hub.readers.limits import Limits

Body = dict[str, Any]
"""A report as the JSON door reads it."""
Change = Mapping[str, str | None]
"""Address → the text to put there, or None to leave the cell out."""


def changed(body: Mapping[str, Any], change: Change) -> Body:
    """A copy of a report with some cells set or, where the text is None, removed.

    Keys are addresses: ``F1.r01.c03``, ``F2[3].c01``, ``outline.s1``. KeyError for a record that is not there.
    """
    result = deepcopy(dict(body))
    for address, text in change.items():
        box, key = box_of(result, address)
        if text is None:
            box.pop(key, None)
        else:
            box[key] = text
    return result


def box_of(body: Body, address: str) -> tuple[dict[str, Any], str]:
    """The mapping of the JSON body in which an address stands, and its key there. KeyError as for :func:`changed`."""
    if address.startswith("outline."):
        return body.setdefault("outline", {}), address.removeprefix("outline.")
    form, _, rest = address.partition(".")
    if form.endswith("]"):
        form, _, number = form[:-1].partition("[")
        records = body["forms"].setdefault(form, {"records": []}).setdefault("records", [])
        if not 0 < int(number) <= len(records):
            raise KeyError(address)
        return records[int(number) - 1], rest
    return body["forms"].setdefault(form, {"cells": {}}).setdefault("cells", {}), rest


def findings_of(edition: Edition, body: Mapping[str, Any]) -> list[Finding]:
    """What the check says of a report that came through the JSON door. ValueError if it is not one report."""
    content = json.dumps(body, ensure_ascii=False).encode()
    readings = list(json_door.read(content, lambda _: edition, None, Limits()))
    if len(readings) != 1:
        raise ValueError("a sample is one report")
    period = Period.parse(str(body["period"]))
    return check(edition, readings[0], Context(period.code, period.frequency)).findings
