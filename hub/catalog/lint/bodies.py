"""Bodies that a regime names: its owner, and the units that report where not all of a level do."""

from __future__ import annotations

from collections.abc import Iterator

from hub.catalog.draft import Draft
from hub.domain.org import OrgRegister


def body_problems(draft: Draft, orgs: OrgRegister) -> Iterator[str]:
    """An owner that was no body on the edition's first day (nobody could accept its reports), and unknown units."""
    edition = draft.edition
    if orgs.find(edition.owner, edition.valid_from) is None:
        text = f"the register has no body {edition.owner!r} on {edition.valid_from}"
        yield draft.regime.problem(["owner"], text)
    for position, reporter in enumerate(edition.reporters):
        for unit_id in reporter.units:
            if unit_id not in orgs.units or orgs.units[unit_id].level != reporter.level:
                text = f"the register has no {reporter.level} {unit_id!r}"
                yield draft.regime.problem(["reporters", position, "units"], text)
