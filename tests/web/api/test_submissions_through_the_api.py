"""The machine door: keys, receipts, intents, content types and problems."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from hub.services import filings


@pytest.fixture
def machine(app, make_actor, token_for):
    """``machine(role, unit, scopes) -> call``: a system with a token; ``call(path, body, key, …)``."""

    def make(role: str = "approver", unit: str = "X11", scopes=("read", "submit", "send")):
        token = token_for(make_actor(role, unit), scopes)

        def call(path, body=None, key="k1", content_type="application/json", **headers):
            sent = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key and body is not None else {})
            client = app.test_client()
            if body is None:
                return client.get(path, headers=sent | headers)
            return client.post(path, data=body, content_type=content_type, headers=sent | headers)

        return call

    return make


SUBMIT = "/api/v1/submissions"


def test_a_right_report_is_sent_and_answered_with_the_stored_receipt(machine, report_of, filing_of):
    answer = machine()(SUBMIT, report_of("X11"))
    assert answer.status_code == 201
    assert (answer.json["verdict"], answer.json["state"], answer.json["on_time"]) == ("accepted", "submitted", True)
    assert filing_of("X11").state == "submitted"


def test_a_repeat_gets_the_very_same_bytes_and_adds_nothing(machine, report_of, filing_of):
    call = machine()
    first, again = call(SUBMIT, report_of("X11")), call(SUBMIT, report_of("X11"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.data == again.data
    assert filing_of("X11").version == 1


def test_the_same_key_for_another_body_is_a_conflict(machine, report_of):
    call = machine()
    call(SUBMIT, report_of("X11"))
    answer = call(SUBMIT, report_of("X11", men=5))
    assert (answer.status_code, answer.json["code"], answer.mimetype) == (409, "conflict", "application/problem+json")


def test_a_refused_report_is_kept_and_its_repeat_gets_the_same_answer(machine, report_of, filing_of):
    call, wrong = machine(), report_of("X11", **{"r01.c01": 99})
    first, again = call(SUBMIT, wrong), call(SUBMIT, wrong)
    assert first.status_code == again.status_code == 422
    assert first.data == again.data
    finding = first.json["findings"][0]
    assert finding["place"] == {"pointer": "/forms/F1/cells/r01.c01"}
    assert finding["message"]["vi"]
    assert filing_of("X11").version is None


def test_twenty_at_once_with_one_key_are_one_submission_with_identical_receipts(machine, report_of, hub, filing_of):
    call, body = machine(), report_of("X11")
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: call(SUBMIT, body), range(20)))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.data for answer in answers}) == 1
    with hub.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM submission").scalar_one() == 1


def test_keys_of_two_accounts_do_not_meet(machine, report_of):
    assert machine("approver", "X11")(SUBMIT, report_of("X11")).status_code == 201
    assert machine("approver", "X12")(SUBMIT, report_of("X12")).status_code == 201


@pytest.mark.parametrize("key", [None, "", "a b", "a#1", "á", "x" * 181])
def test_a_missing_or_unusable_key_is_explained(key, machine, report_of, filing_of):
    headers = {} if key is None else {"Idempotency-Key": key.encode().decode("latin-1")}
    answer = machine()(SUBMIT, report_of("X11"), key=None, **headers)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert filing_of("X11").version is None


def test_a_dry_run_checks_and_keeps_nothing(machine, report_of, hub):
    answer = machine()(f"{SUBMIT}?intent=dry_run", report_of("X11", **{"r01.c01": 99}))
    assert answer.json["verdict"] == "dry_run"
    assert answer.json["findings"]
    with hub.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM submission").scalar_one() == 0


def test_a_draft_may_be_incomplete(machine, filing_of):
    body = b'{"regime":"THU-01","unit":"X11","period":"2026-M09","forms":{"F1":{"cells":{"r02.c02":1}}}}'
    assert machine()(f"{SUBMIT}?intent=draft", body).status_code == 201
    assert filing_of("X11").state == "draft"
    assert machine()(f"{SUBMIT}?intent=later", body).status_code == 400


def test_many_reports_in_one_body_get_one_receipt_each(machine, report_of):
    both = b'{"reports": [' + report_of("X11") + b"," + report_of("X12") + b"]}"
    answer = machine()(SUBMIT, both)
    assert answer.status_code == 200
    assert [receipt["verdict"] for receipt in answer.json["receipts"]] == ["accepted", "refused"]
    foreign = b'{"reports": [' + report_of("X21") + b"," + report_of("X12") + b"]}"
    assert machine()(SUBMIT, foreign, key="k2").status_code == 422


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/csv", b"regime,unit,period,form,row,column,value\nTHU-01,X11,2026-M09,F1,r02,c02,1\n"),
        (
            "application/xml",
            b'<report xmlns="urn:vn:hub:report:1" regime="THU-01" unit="X11" period="2026-M09"><form code="F1">'
            b'<row code="r02"><c02>1</c02></row></form></report>',
        ),
    ],
)
def test_csv_and_xml_are_taken_by_their_content_type(content_type, body, machine, filing_of):
    assert machine()(f"{SUBMIT}?intent=draft", body, content_type=content_type).status_code == 201
    assert filing_of("X11").version == 1


def test_a_workbook_goes_out_and_comes_back(machine, filing_of):
    call = machine()
    workbook = call(f"/api/v1/filings/{filing_of('X11').id}/workbook")
    assert workbook.data.startswith(b"PK")
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert call(f"{SUBMIT}?intent=draft", workbook.data, content_type=sheet).status_code == 201


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/html", "", "image/png"])
def test_other_content_types_are_refused(content_type, machine, report_of):
    answer = machine()(SUBMIT, report_of("X11"), content_type=content_type)
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_type")


def test_scopes_limit_a_token(machine, report_of, filing_of):
    assert machine(scopes=("read",))(SUBMIT, report_of("X11")).status_code == 403
    assert machine(scopes=("submit",))(SUBMIT, report_of("X11")).status_code == 403, "sending needs its own scope"
    assert machine(scopes=("submit",))(f"{SUBMIT}?intent=draft", report_of("X11")).status_code == 201
    assert machine(scopes=("submit",))("/api/v1/filings").status_code == 403
    assert filing_of("X11").state == "draft"


def test_a_reporters_token_cannot_send(machine, report_of):
    assert machine("reporter")(SUBMIT, report_of("X11")).status_code == 403


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer hubt_" + "x" * 40])
def test_without_a_valid_token_the_answer_is_401_with_a_problem(header, app):
    answer = app.test_client().get("/api/v1/filings", headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.json["code"], answer.headers["WWW-Authenticate"]) == (
        401, "not_signed_in", 'Bearer realm="hub"',
    )  # fmt: skip


def test_a_filing_shows_its_figures_as_exact_text_and_its_arrivals(machine, report_of, filing_of):
    call = machine()
    receipt = call(SUBMIT, report_of("X11")).json
    shown = call(f"/api/v1/filings/{filing_of('X11').id}").json
    assert shown["document"]["forms"]["F1"]["cells"]["r02.c04"] == "4.50"
    assert shown["filing"]["state"] == "submitted"
    assert [item["id"] for item in shown["submissions"]] == [receipt["submission_id"]]
    assert call(f"/api/v1/submissions/{receipt['submission_id']}").json["sha256"] == receipt["sha256"]


def test_an_arrival_whose_file_holds_anothers_report_too_is_told_without_it(machine, report_of, filing_of):
    """Two reports came in one file: each side is told of its own, and that there is more in it; neither opens it."""
    bodies = [json.loads(report_of(unit)) for unit in ("X11", "X21")]
    both = machine("approver", "VN")(SUBMIT, json.dumps({"reports": bodies})).json["receipts"]
    mine, others = (each["submission_id"] for each in both)
    for reader in (machine("approver", "X11"), machine("officer", "P1")):
        shown = reader(f"/api/v1/submissions/{mine}")
        assert (shown.status_code, shown.json["whole"], shown.json["filing_id"]) == (200, False, filing_of("X11").id)
        assert filing_of("X21").id not in shown.text
        assert reader(f"/api/v1/submissions/{others}").status_code == 404
    assert machine("central", "VN")(f"/api/v1/submissions/{mine}").json["whole"] is True
    alone = machine("approver", "X12")
    only = alone(SUBMIT, report_of("X12"), "k2").json["submission_id"]
    assert alone(f"/api/v1/submissions/{only}").json["whole"] is True


@pytest.mark.parametrize(
    "query", ["page=１", "page=1.5", "page=-1", "size=1_0", "size=201", "state=x", "text=%00", "x=1"]
)
def test_filters_are_read_strictly(query, machine):
    assert machine()(f"/api/v1/filings?{query}").status_code == 400


def test_lists_are_paged(machine):
    answer = machine()("/api/v1/filings?size=1&page=2").json
    assert (len(answer["filings"]), answer["total"], answer["page"]) == (1, 2, 2)


def test_publications_are_read_with_their_files(machine, published):
    call = machine("officer", "G12", ("read",))
    assert [row["id"] for row in call("/api/v1/publications").json["publications"]] == [published.id]
    assert machine()("/api/v1/publications").json["publications"] == []
    detail = call(f"/api/v1/publications/{published.id}").json
    for file in detail["files"]:
        answer = call(f"/api/v1/publications/{published.id}/files/{file['name']}")
        assert len(answer.data) == file["size"]


def test_the_description_names_every_route_of_the_api(app):
    document = app.test_client().get("/api/v1/openapi.json").json
    described = {path.replace("{", "<").replace("}", ">") for path in document["paths"]}
    routes = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")}
    assert described == routes
    assert document["openapi"] == "3.1.0"
    refs = json.dumps(document)
    for name in {part.partition('"')[0] for part in refs.split("#/components/schemas/")[1:]}:
        assert name in document["components"]["schemas"]


def test_the_address_that_the_hub_prints_leads_to_its_description(app):
    found = app.test_client().get("/api/v1/").json
    assert app.test_client().get(found["description"]).json["openapi"] == "3.1.0"
    assert found["documentation"] == "/api/docs"


def test_health_is_open_and_an_unforeseen_error_is_a_problem(app, machine, monkeypatch):
    assert app.test_client().get("/api/v1/health").json == {"status": "ok"}

    def explode(*args: object, **kwargs: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(filings, "search", explode)
    answer = machine()("/api/v1/filings")
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert b"secret" not in answer.data


def test_an_unknown_address_below_the_api_is_a_problem_too(app):
    answer = app.test_client().get("/api/v2/nothing")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
