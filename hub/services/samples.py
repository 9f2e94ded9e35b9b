"""Sample reports of an edition: a right one is accepted, a wrong one gives exactly the findings beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from hub.catalog.samples import InvalidSample, Samples, ValidSample
from hub.domain.checks import Context, check
from hub.domain.envelope import Reading
from hub.domain.findings import Finding
from hub.domain.period import Period
from hub.domain.regime import Edition
from hub.domain.swings import SWING_CODES
from hub.domain.values import Values
from hub.readers import json as json_door
from hub.readers.limits import Limits

Body = dict[str, Any]
"""A report as the JSON door reads it."""
Change = Mapping[str, Any]
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


def findings_of(edition: Edition, body: Mapping[str, Any], previous: Mapping[str, Any] | None = None) -> list[Finding]:
    """What the check says of a report that came through the JSON door, beside the report of the period before.

    Less the figures that swing: how far two made-up reports lie apart is no mistake of either.
    """
    period = Period.parse(str(body["period"]))
    before = values_of(edition, previous) if previous is not None else None
    found = check(edition, _reading(edition, body), Context(period.code, period.frequency, before)).findings
    return [finding for finding in found if finding.code not in SWING_CODES]


def values_of(edition: Edition, body: Mapping[str, Any]) -> Values:
    """The values of a sample, as far as they can be read."""
    period = Period.parse(str(body["period"]))
    return check(edition, _reading(edition, body), Context(period.code, period.frequency)).values


def _reading(edition: Edition, body: Mapping[str, Any]) -> Reading:
    """ValueError if the body is not one report."""
    content = json.dumps(body, ensure_ascii=False).encode()
    readings = list(json_door.read(content, lambda _: edition, None, Limits()))
    if len(readings) != 1:
        raise ValueError("a sample is one report")
    return readings[0]


def sample_problems(edition: Edition, samples: Samples) -> list[str]:
    """What the samples say that is not so: right ones with an error or warning, wrong ones with other findings.

    One right and one wrong sample are the least; what the files themselves get wrong comes first.
    """
    problems = list(samples.problems)
    bodies = {sample.name: sample.body for sample in samples.valid}
    before = {sample.name: bodies.get(sample.before.get("prev", "")) for sample in samples.valid}
    problems += [
        f"{edition.key}: there is no {kind} sample" for kind in ("valid", "invalid") if not getattr(samples, kind)
    ]
    for right in samples.valid:
        problems += _right_problems(edition, right, before[right.name])
    for wrong in samples.invalid:
        if wrong.of in bodies:
            problems += _wrong_problems(edition, wrong, bodies[wrong.of], before[wrong.of])
    return problems


def _right_problems(edition: Edition, sample: ValidSample, before: Mapping[str, Any] | None) -> list[str]:
    found = [finding for finding in findings_of(edition, sample.body, before) if finding.severity != "note"]
    return [f"{edition.key} {sample.name}: is said to be right, but: {_line(finding)}" for finding in found]


def _wrong_problems(
    edition: Edition, sample: InvalidSample, body: Mapping[str, Any], before: Mapping[str, Any] | None
) -> list[str]:
    found = {_line(finding) for finding in findings_of(edition, wrong_body(sample, body), before)}
    said = {f"{each.code} {each.at} {each.severity}".replace("  ", " ") for each in sample.findings}
    where = f"{edition.key} {sample.name}"
    return [f"{where}: should be found but is not: {line}" for line in sorted(said - found)] + [
        f"{where}: is found but not said: {line}" for line in sorted(found - said)
    ]


def wrong_body(sample: InvalidSample, body: Mapping[str, Any]) -> Body:
    """The right report with the mistakes of a wrong sample in it."""
    result = changed(body, sample.set)
    for form in sample.nil:
        result["forms"][form] = {"nil": True}
    return result


def _line(finding: Finding) -> str:
    at = f" {finding.address}" if finding.address is not None else ""
    return f"{finding.code}{at} {finding.severity}"
