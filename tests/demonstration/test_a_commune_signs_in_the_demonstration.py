"""In the demonstration one commune's report is checked and signed by different people, and marked as what it is."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from hub.config import load_config
from hub.demonstration.plan import DAY, Size, instant
from hub.demonstration.show import run
from hub.domain.access import SYSTEM
from hub.domain.filing import FilingQuery
from hub.services import filings, signing
from hub.services.core import Core
from hub.services.verify import everything


@pytest.fixture
def shown(real_catalog, with_regimes, sqlite_database, tmp_path):
    catalog = with_regimes(real_catalog, {"VPCP-TTHC06"})
    config = load_config({}, var=tmp_path, inbox=tmp_path / "inbox", demonstration=True)
    core = Core(config, catalog, sqlite_database)
    size = Size(whole=0, communes=7, provinces=1, ministries=2, few=(7, 1, 1))
    return core, run(core, Console(file=StringIO()), size)


def test_three_people_take_it_through_its_steps_and_it_is_accepted_like_any_other(shown):
    core, outcome = shown
    assert outcome.record.surprises == []
    now = instant(DAY, 3)
    rows = filings.search(core, SYSTEM, FilingQuery(size=1_000_000), now).rows
    sent = [row.id for row in rows if row.level == "commune" and row.first_sent_at is not None]
    views = [filings.open_one(core, SYSTEM, filing_id, now) for filing_id in sent]
    signed = [view for view in views if any(each.event == "sign" for each in view.decisions)]
    assert len(signed) == 1
    makers = {each.event: each.account_id for each in signed[0].decisions}
    assert len({makers["check"], makers["sign"], signed[0].versions[0].account_id}) == 3
    assert signed[0].row.state in {"accepted", "aggregated", "finalized"}
    kept = signing.of_filing(core, SYSTEM, signed[0].row.id, now)
    assert "(minh họa)" in kept[0].signer
    assert "MINH HOA" in kept[0].issuer
    assert everything(core).holds
