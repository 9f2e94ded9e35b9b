"""Samples as the files that stand beside an edition."""

from __future__ import annotations

import json
from collections.abc import Iterator

from hub.demonstration.samples import Proposal, Wrong, propose
from hub.domain.org import OrgRegister
from hub.domain.regime import Edition


def make_files(edition: Edition, orgs: OrgRegister) -> dict[str, str]:
    """Proposed samples of an edition, by file name. CannotInvent if no figures keep its rules."""
    return sample_files(propose(edition, orgs))


def sample_files(proposal: Proposal) -> dict[str, str]:
    """One JSON report for each right sample, and ``invalid.yaml`` for the mistakes: name → text."""
    files = {}
    for name, right in proposal.right.items():
        body = right.body | ({"before": {"prev": right.before}} if right.before else {})
        files[f"{name}.json"] = json.dumps(body, ensure_ascii=False, indent=1) + "\n"
    return files | {"invalid.yaml": "invalid:\n" + "".join(_lines(proposal.wrong))}


def _lines(wrong: tuple[Wrong, ...]) -> Iterator[str]:
    for each in wrong:
        change = ", ".join(f"{_quoted(at)}: {_text(text)}" for at, text in each.change.items())
        yield f"- name: {each.name}\n  of: {each.of}\n  set: {{{change}}}\n  findings:\n"
        for finding in each.findings:
            at = f", at: {_quoted(str(finding.address))}" if finding.address is not None else ""
            yield f"  - {{code: {finding.code}{at}, severity: {finding.severity}}}\n"


def _quoted(address: str) -> str:
    return json.dumps(address) if "[" in address or "*" in address else address


def _text(text: str | None) -> str:
    return "null" if text is None else json.dumps(text, ensure_ascii=False)
