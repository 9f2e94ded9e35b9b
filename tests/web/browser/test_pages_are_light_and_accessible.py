"""Every page: no serious finding of axe-core, light and dark, on a desk and a telephone; and light on the wire."""

from __future__ import annotations

import pytest

from hub.domain.access import SYSTEM
from hub.services import filings

pytestmark = pytest.mark.browser
ELSEWHERE = ("regimes.", "workshop.", "regime_trial.")
"""The pages by which a regime is added need a folder of drafts: they are judged beside this file."""


@pytest.fixture
def two_versions(published, submit, accept, filing_of, hub, now):
    """X12's report was finalised, opened again and sent anew: it has two versions, and a history."""
    submit("X12")
    submit("X12", men=5, women=6)
    return filing_of("X12")


def test_every_page_is_accessible_and_light(judged, hub, published, two_versions, filing_of, make_actor, sign_in, now):
    view = filings.open_one(hub, SYSTEM, filing_of("X11").id, now)
    people = [
        sign_in(make_actor(*who))
        for who in (("approver", "X21"), ("approver", "X11"), ("officer", "P1"), ("central", "VN"),
                    ("administrator", "VN"))
    ]  # fmt: skip
    values = {
        "filing_id": [filing_of("X21").id, filing_of("X11").id, two_versions.id],
        "submission_id": [view.submissions[0].id],
        "publication_id": [published.id],
        "regime": ["THU-01"], "edition": ["2025-07-01"], "period": ["2026-M09"], "name": ["manifest.json"],
        "filename": ["hub.css"],
    }  # fmt: skip
    queries = {
        "review.compare": ["?old=1&new=2"],
        "reports.trace": ["?cell=F1.r01.c02"],
        "desk.listing": ["", "?state=submitted"],
        "inbox.show": ["", "?state=accepted"],
    }
    wrong, heavy, unopened = judged(
        [*people, None], values, queries,
        lambda endpoint: not endpoint.startswith((*ELSEWHERE, "api_v1.")),
    )  # fmt: skip
    assert unopened == [], "say above what stands in the address of these pages"
    assert heavy == []
    assert "\n".join(wrong) == ""
