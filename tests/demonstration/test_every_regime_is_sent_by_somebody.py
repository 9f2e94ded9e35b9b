"""A report that only some provinces owe, or provinces as they were, still comes in from somebody who owes it."""

from __future__ import annotations

import re

from hub.demonstration.plan import Size

FEATURED = "LDTBXH-TNLD-TINH"
"""A demonstration ends with a report that the national overview draws on."""


def test_a_report_that_none_of_the_chosen_few_owes_is_sent_by_others_that_do(
    real_catalog, with_regimes, make_hub, run_demonstration, tmp_path
):
    named = {
        code: sum(len(reporter.units) for reporter in regime.editions[-1].reporters)
        for code, regime in real_catalog.regimes.items()
        if all(reporter.units and reporter.level == "province" for reporter in regime.editions[-1].reporters)
    }
    code = min(named, key=named.__getitem__)
    catalog = with_regimes(real_catalog, {code, FEATURED})
    _, said = run_demonstration(make_hub(catalog, tmp_path / "var"), Size(whole=0, communes=1, few=(1, 1, 1)))
    assert re.findall(rf"{code} \S+ provinces and ministries send: (\d+) sent", said) == ["1"]
