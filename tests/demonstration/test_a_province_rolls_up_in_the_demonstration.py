"""One regime goes the whole way: communes send, the province accepts and rolls up, its receiver accepts that."""

from __future__ import annotations

from datetime import UTC, datetime

from hub.demonstration.plan import Size
from hub.domain.access import SYSTEM
from hub.domain.filing import FilingQuery
from hub.services import filings, rollup_view, verify

FEATURED, ROLLED_UP = "LDTBXH-TNLD-TINH", "BYT-HIV-GS"
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def test_communes_province_and_ministry_go_the_whole_way(
    real_catalog, with_regimes, make_hub, run_demonstration, tmp_path
):
    catalog = with_regimes(real_catalog, {FEATURED, ROLLED_UP})
    core = make_hub(catalog, tmp_path / "var")
    outcome, said = run_demonstration(core, Size(whole=0, communes=4, provinces=6, ministries=1, few=(4, 4, 1)))
    assert outcome.record.surprises == []
    assert f"{ROLLED_UP} 2026-Q3 provinces roll up: 1 rolled up and sent" in said
    rows = filings.search(core, SYSTEM, FilingQuery(regime=ROLLED_UP, scope="rollup", size=100), NOW).rows
    seen = [view for row in rows if (view := rollup_view.overview(core, SYSTEM, row.id, NOW)) and view.built_version]
    assert [view.built_included > 1 for view in seen] == [True]
    built = [row for row in rows if row.state == "accepted" and row.version is not None]
    assert built
    verified = verify.everything(core)
    assert (verified.problems, verified.looked_at["roll-ups"]) == ([], 1)
