"""What the law asks every regime to say: its items, its issuer, its levels and its outline (R02-R05)."""

from __future__ import annotations

from collections.abc import Iterator

from hub.catalog.draft import Draft
from hub.catalog.lint.codes import twice

PERIODIC_ISSUERS: frozenset[str] = frozenset({"government", "prime_minister", "minister", "provincial_committee"})
"""Who may issue a periodic regime (R03)."""


def item_problems(draft: Draft) -> Iterator[str]:
    """Everything that ``regime.yaml`` does not say, or says of things that are not there."""
    yield from _lint_items(draft)
    yield from _lint_issuer(draft)
    yield from _lint_routing(draft)
    yield from twice(draft.regime, ["outline"], [section.code for section in draft.edition.outline])


def _lint_items(draft: Draft) -> Iterator[str]:
    """R02, R04, R05: a periodic regime says all of items 1-9; forms if it asks for data; a process if it has levels."""
    data, unread = draft.data, draft.data["unread"]
    edition = draft.edition
    filled = {
        "title": data["title"],
        "content_kind": data["content_kind"],
        "reporters": data["reporters"],
        "receiver": data["receiver"],
        "methods": data["methods"],
        "frequency": data["frequencies"],
        "outline": data["outline"] or edition.report_type != "periodic",
        "process": data["process"] or not _has_levels(draft),
    }
    for item, value in filled.items():
        if value and item in unread:
            yield draft.regime.problem(["unread", item], "is said to be unread but is filled")
        if not value and item not in unread:
            yield draft.regime.problem([], f"does not say its {item.replace('_', ' ')} (R02)")
    if data["legal_basis"] is None:
        yield draft.regime.problem([], "has no legal basis (R02)")
    if data["content_kind"] in {"data", "both"} and not edition.forms:
        yield draft.regime.problem(["content_kind"], "asks for data but has no forms (R04)")
    if data["content_kind"] == "narrative" and edition.forms:
        yield draft.regime.problem(["content_kind"], "is narrative only but has forms (R05)")
    if data["content_kind"] == "data" and edition.outline:
        yield draft.regime.problem(["content_kind"], "is data only but has an outline (R05)")


def _has_levels(draft: Draft) -> bool:
    return any(reporter.receiver != "owner" for reporter in draft.edition.reporters)


def _lint_issuer(draft: Draft) -> Iterator[str]:
    """R03: who may issue what."""
    issuer = draft.data["issuer"]
    if issuer is None:
        yield draft.regime.problem([], "has no issuer (R02)")
    elif draft.edition.report_type == "periodic" and issuer["kind"] not in PERIODIC_ISSUERS:
        yield draft.regime.problem(["issuer", "kind"], f"{issuer['kind']} may not issue a periodic regime (R03)")


def _lint_routing(draft: Draft) -> Iterator[str]:
    reporters = draft.edition.reporters
    yield from twice(draft.regime, ["reporters"], [f"{r.level}/{r.scope}" for r in reporters])
    levels = {reporter.level for reporter in reporters}
    for position, reporter in enumerate(reporters):
        if reporter.receiver != "owner" and reporter.receiver not in levels:
            text = f"sends to the {reporter.receiver} level, which does not report"
            yield draft.regime.problem(["reporters", position, "receiver"], text)
    yield from twice(draft.regime, ["frequencies"], list(draft.edition.frequencies))
    for name in ("parts", "windows"):
        for frequency in draft.data[name]:
            if frequency not in draft.edition.frequencies:
                yield draft.regime.problem([name, frequency], "is not one of the regime's frequencies")
