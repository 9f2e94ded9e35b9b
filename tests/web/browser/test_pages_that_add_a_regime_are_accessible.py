"""The pages that add a regime: no serious finding of axe-core, light and dark, desk and telephone."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.catalog.keeper import keep
from hub.config import load_config
from hub.services.core import Core

pytestmark = pytest.mark.browser


@pytest.fixture
def core(database, tmp_path: Path, made_up) -> Core:
    """A hub whose workshop holds one draft."""
    made_up.write_regime(tmp_path / "outside")
    config = load_config({}, var=tmp_path / "var", inbox=tmp_path / "inbox", schemas=(tmp_path / "outside",))
    return Core(config, keep(made_up.empty_base(tmp_path / "base"), config.schemas), database)


def test_every_page_that_adds_a_regime_is_accessible_and_light(judged, made_up, make_actor, sign_in):
    regime, _, edition = made_up.KEY.partition("/")
    queries = {
        "regimes.diff": ["", f"?old={made_up.KEY}&new={made_up.KEY}"],
        "regime_trial.backtest": [""],
    }
    wrong, heavy, unopened = judged(
        [sign_in(make_actor("central", "VN"))], {"regime": [regime], "edition": [edition]}, queries,
        lambda endpoint: endpoint.startswith(("regimes.", "workshop.", "regime_trial.")),
    )  # fmt: skip
    assert " ".join(unopened) == "", "say above what stands in the address of these pages"
    assert heavy == []
    assert not wrong, "\n" + "\n".join(wrong)
