"""The feeds say the same whichever database the hub stands on."""

from __future__ import annotations

import json
from decimal import Decimal

from hub.app import create_app


def test_feeds_hold_the_same_figures_on_both_databases(core, filled, served):
    token = filled(core)
    client = create_app(core, clock=lambda: served.now).test_client()
    headers = {"Authorization": f"Bearer {token}"}
    table = client.get("/sdmx/2.1/data/DF_THU-01_F2?format=csvdata", headers=headers).get_data(as_text=True)
    assert table == served.get("/sdmx/2.1/data/DF_THU-01_F2?format=csvdata").text
    assert "9382715604938269.00" in table
    query = "/odata/v1/THU_01_F1?$orderby=value desc&$filter=value gt 20"
    rows = json.loads(client.get(query, headers=headers).data, parse_float=Decimal)["value"]
    assert rows == json.loads(served.get(query).text, parse_float=Decimal)["value"]
