"""Every page: no serious finding of axe-core, light and dark, on a desk and a telephone; and light on the wire."""

from __future__ import annotations

import pytest

from hub.domain.access import SYSTEM
from hub.domain.export_request import ExportRequest
from hub.services import exports, filings, review, rollup_filing, uploads

pytestmark = pytest.mark.browser
ELSEWHERE = ("regimes.", "workshop.", "regime_trial.", "national.indicator")
"""The pages by which a regime is added need a folder of drafts: they are judged beside this file."""
FOR_PROGRAMS = ("api_v", "api_e", "api_f", "api_k", "api_u", "sdmx.", "odata.")
DOWNLOADS = frozenset({"data.exported", "data.file", "signing.file", "guides.sample", "attachments.download"})
"""What gives a file, and nothing here has one: no page."""


@pytest.fixture
def sent_twice(published, submit, filing_of, make_actor, hub, now):
    """X12's report, sent back with a point and sent anew: two versions, a history, a receipt."""
    submit("X12")
    row = filing_of("X12")
    review.send_back(
        hub, make_actor("officer", "P1"), row.id, revision=row.revision, version=1, reason="Xem lại số nam.", now=now,
        points={"F1/r02/c02": "Khác sổ gốc."},
    )  # fmt: skip
    submit("X12", men=5, women=6)
    return filing_of("X12")


@pytest.fixture
def rolled_up(sent_twice, filing_of, make_actor, hub, now):
    """The province's roll-up, built of what it accepted."""
    row = filing_of("P1")
    return rollup_filing.build(hub, make_actor("approver", "P1"), row.id, revision=row.revision, now=now)


def test_every_page_is_accessible_and_light(
    judged, hub, published, sent_twice, rolled_up, filing_of, make_actor, sign_in, now, report_of
):
    view = filings.open_one(hub, SYSTEM, sent_twice.id, now)
    people = [
        sign_in(make_actor(*who))
        for who in (("approver", "X21"), ("approver", "X11"), ("approver", "P1"), ("officer", "P1"), ("central", "VN"),
                    ("administrator", "VN"))
    ]  # fmt: skip
    both = b'{"reports": [' + report_of("X21") + b"," + report_of("X21", **{"r02.c02": "x"}) + b"]}"
    uploaded = uploads.keep(
        hub, people[0].actor, both, filename="nhieu.json", media_type="", intent="draft", key="k", now=now
    )
    uploads.work(hub, uploaded, now)
    values = {
        "filing_id": [filing_of("X21").id, sent_twice.id, rolled_up.id],
        "submission_id": [view.submissions[0].id],
        "upload_id": [uploaded],
        "publication_id": [published.id],
        "decision_id": [next(each.id for each in view.decisions if each.event == "send")],
        "regime": ["THU-01"], "edition": ["2025-07-01"], "period": ["2026-M09"], "name": ["manifest.json"],
        "job": ["roll_up"], "filename": ["hub.css"], "kind": ["csv"], "topic": ["keyboard"],
        "code": ["number_ambiguous"],
        "kpi_set": ["THU-KPI"], "kpi": ["1.1"],
    }  # fmt: skip
    asked = ExportRequest("THU-01", ("THU-01/F1.r02.c02",))
    ordered = [exports.order(hub, people[4].actor, asked, key, now) for key in ("made", "waiting")]
    exports.work(hub, ordered[0], now)
    values |= {"job_id": ordered, "form": ["F1"], "row": ["r02"], "column": ["c02"], "unit_id": ["P1"]}
    queries = {
        "national_figure.show": ["", "?basis=then&known_at=2026-09-01"],
        "national_figure.trace": [f"?measure=THU-01/F1.r02.c02&period=2026-M09&unit={unit}" for unit in ("VN", "P1")],
        "national_compare.show": ["", "?regime=THU-01&m=THU-01/F1.r02.c02&u=P1&u=P2"],
        "national_punctuality.show": ["", "?level=commune&first=2026-09-01&last=2026-12-31"],
        "national_punctuality.cell": ["?level=commune&first=2026-09-01&last=2026-12-31"],
        "data.show": ["", *(f"?regime=THU-01&m=THU-01/F1.r02.c02{when}" for when in ("", "&known_at=2026-09-01"))],
        "review.compare": ["?old=1&new=2"],
        "receipts.of_version": ["?version=1"],
        "reports.trace": ["?cell=F1.r01.c02"],
        "inbox.show": ["", "?state=accepted"],
        "inbox.campaign": [f"?edition=THU-01/2025-07-01&period=2026-M09&tab={tab}" for tab in ("all", "waiting")],
        "inbox.export": ["?edition=THU-01/2025-07-01&period=2026-M09"],
        "due_calendar.show": ["?month=2026-09"],
        "uploads.template": ["?campaign=THU-01/2025-07-01+2026-M09"],
    }
    wrong, heavy, unopened = judged(
        [*people, None], values, queries,
        lambda endpoint: not endpoint.startswith((*ELSEWHERE, *FOR_PROGRAMS)) and endpoint not in DOWNLOADS,
    )  # fmt: skip
    assert " ".join(unopened) == "", "say above what stands in the address of these pages"
    assert heavy == []
    assert not wrong, "\n" + "\n".join(wrong)
