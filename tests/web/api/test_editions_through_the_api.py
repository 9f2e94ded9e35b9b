"""Programs read what changed between editions, which stood on a day, proof and holds; and subscribe to editions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hub.api.openapi import document
from hub.domain.access import SYSTEM
from hub.services import aggregation, holds, profiles, publication

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)


@pytest.fixture
def call_as(app, token_for, make_actor):
    """``call_as(role, unit, scopes) -> call(method, path, **options)``."""

    def make(role="central", unit="VN", scopes=("read", "subscribe")):
        actor = make_actor(role, unit)
        client, token = app.test_client(), token_for(actor, scopes)

        def call(path, method="GET", **options):
            return client.open(path, method=method, headers={"Authorization": f"Bearer {token}"}, **options)

        call.actor = actor
        return call

    return make


@pytest.fixture
def reissued(hub, published, submit, accept):
    """The second edition, with X12 added."""
    submit("X12")
    accept("X12")
    aggregation.run(hub, SYSTEM, "THU-01/2025-07-01", "2026-M09", NOW)
    return publication.issue(hub, SYSTEM, "thu", "2026-M09", NOW, "Bổ sung X12")


def test_changes_tell_each_figure_with_the_reports_that_moved_it(call_as, published, reissued):
    call = call_as()
    found = call(f"/api/v1/publications/{reissued.id}/changes").json
    assert (found["old"]["id"], found["new"]["id"]) == (published.id, reissued.id)
    assert [(each["unit_id"], each["kind"]) for each in found["reports"]] == [("X12", "added")]
    men = next(each for each in found["figures"] if each["figure"] == "THU-01@VN:F1.r02.c01")
    assert (men["old"], men["new"], men["difference"], men["exact"]) == ("8", "12", "4", True)
    assert [(part["unit_id"], part["moved"]) for part in men["parts"]] == [("X12", "4")]
    one = call(f"/api/v1/publications/{reissued.id}/changes?figure=THU-01@VN:F1.r02.c01&against={published.id}").json
    assert (len(one["figures"]), one["total"]) == (1, found["total"])
    assert len(call(f"/api/v1/publications/{reissued.id}/changes?skip=2&limit=3").json["figures"]) == 3


def test_the_first_edition_has_no_changes_and_a_bad_limit_is_a_problem(call_as, published):
    call = call_as()
    assert call(f"/api/v1/publications/{published.id}/changes").json["figures"] == []
    answer = call(f"/api/v1/publications/{published.id}/changes?limit=0")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_what_did_not_change_is_not_sent_again(call_as, reissued):
    call = call_as()
    tag = call(f"/api/v1/publications/{reissued.id}/proof").headers["ETag"]
    assert tag


def test_an_edition_is_proved_and_what_stood_on_a_day_is_told(call_as, published, reissued):
    call = call_as()
    proof = call(f"/api/v1/publications/{reissued.id}/proof").json
    assert (proof["holds"], proof["recomputed"], proof["problems"]) == (True, proof["figures"], [])
    stood = call("/api/v1/publications/in-force?report=thu&on=2026-09-15").json["publications"]
    assert [each["id"] for each in stood] == [reissued.id]
    for path in ("report=thu&on=2026-09-14", "report=khac&on=2026-09-15", "report=thu&on=2026-09-15&period=2026-M08"):
        assert call(f"/api/v1/publications/in-force?{path}").status_code == 404
    for path in ("report=thu", "report=thu&on=hôm qua", "report=thu&on=9999-12-31"):
        assert call(f"/api/v1/publications/in-force?{path}").status_code in {200, 400}


def test_who_may_not_read_a_report_learns_nothing_of_its_editions(call_as, reissued):
    call = call_as("officer", "P1")
    paths = (f"publications/{reissued.id}/changes", f"publications/{reissued.id}/proof")
    assert {call(f"/api/v1/{path}").status_code for path in paths} == {404}
    assert call("/api/v1/publications/in-force?report=thu&on=2026-09-15").status_code == 404
    assert call("/api/v1/holds").json == {"holds": []}


def test_holds_are_listed_for_who_may_read_the_report(call_as, hub, submit, accept):
    hub.catalog.edition("THU-01/2025-07-01").__dict__["publish_floor"] = 100
    submit("X11")
    accept("X11")
    aggregation.run(hub, SYSTEM, "THU-01/2025-07-01", "2026-M09", NOW)
    holds.publish_due(hub, "thu", "2026-M09", NOW)
    (held,) = call_as()("/api/v1/holds").json["holds"]
    assert (held["report"], held["accepted"], held["obliged"], held["floor"]) == ("thu", 1, 7, 100)


def test_a_program_subscribes_sees_and_ends_its_own_subscription(call_as, hub):
    object.__setattr__(hub, "config", replace(hub.config, smtp_host="127.0.0.1", mail_from="a@hub.example.vn"))
    call = call_as("officer", "G12")
    profiles.keep(
        hub, call.actor, email="a@g12.example.vn", phone="", language="vi", choices={}, now=NOW - timedelta(1)
    )
    asked = {"report": "thu", "format": "json"}
    made = call("/api/v1/subscriptions", "POST", json=asked)
    assert (made.status_code, made.json["channel"]) == (201, "mail")
    assert [each["id"] for each in call("/api/v1/subscriptions").json["subscriptions"]] == [made.json["id"]]
    assert call_as("officer", "G12")(f"/api/v1/subscriptions/{made.json['id']}", "DELETE").status_code == 404
    for _ in range(2):
        assert call(f"/api/v1/subscriptions/{made.json['id']}", "DELETE").status_code == 204
    assert call("/api/v1/subscriptions").json == {"subscriptions": []}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"json": {"report": "thu"}}, 400),
        ({"json": {"report": "thu", "format": "exe"}}, 400),
        ({"json": {"report": "khac", "format": "json"}}, 404),
        ({"json": {"report": "thu", "format": "json", "channel": "connector", "target": "folder"}}, 403),
        ({"json": []}, 400),
        ({"data": b"{", "content_type": "application/json"}, 400),
        ({"data": b"report=thu"}, 415),
    ],
)
def test_what_cannot_be_subscribed_to_is_said(call_as, body, status):
    answer = call_as()("/api/v1/subscriptions", "POST", **body)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


@pytest.mark.parametrize("scopes", [("read",), ("submit", "send"), ("read", "submit", "send")])
def test_a_token_without_the_scope_for_subscribing_begins_and_ends_no_subscription(call_as, hub, scopes):
    mine = call_as()
    object.__setattr__(hub, "config", replace(hub.config, smtp_host="127.0.0.1", mail_from="a@hub.example.vn"))
    profiles.keep(hub, mine.actor, email="a@hub.example.vn", phone="", language="vi", choices={}, now=NOW)
    kept = mine("/api/v1/subscriptions", "POST", json={"report": "thu", "format": "json"}).json["id"]
    other = call_as(scopes=scopes)
    assert other("/api/v1/subscriptions", "POST", json={"report": "thu", "format": "json"}).status_code == 403
    assert other(f"/api/v1/subscriptions/{kept}", "DELETE").status_code == 403
    assert [each["id"] for each in mine("/api/v1/subscriptions").json["subscriptions"]] == [kept]
    assert other("/api/v1/subscriptions").status_code == (200 if "read" in scopes else 403)


def test_the_document_says_which_scope_subscribing_asks_for():
    for path, method in (("/subscriptions", "post"), ("/subscriptions/{subscription_id}", "delete")):
        assert "`subscribe`" in document()["paths"][f"/api/v1{path}"][method]["description"]
