"""The OpenAPI document: complete, right, and true of the hub; its examples are requests that are really sent."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from werkzeug.test import TestResponse

from hub.api.openapi import document
from hub.domain.envelope import Envelope
from hub.services import filings, intake, profiles, subscriptions, uploads

CHECKS = [
    not_a_server_error, content_type_conformance, response_headers_conformance, response_schema_conformance,
    status_code_conformance, negative_data_rejection, ignored_auth, missing_required_header, unsupported_method,
]  # fmt: skip
OPERATIONS = [(method, path) for path, methods in document()["paths"].items() for method in methods]


@pytest.fixture
def here(app, hub, published, filing_of, make_actor, token_for, report_of, now):
    """(client, headers, ids): who asks, by the group of an operation, and what stands in addresses."""
    app.extensions["hub"] = hub = replace(hub, config=replace(hub.config, smtp_host="127.0.0.1", mail_from="a@hub.vn"))
    actor, sender = make_actor("central", "VN"), make_actor("approver", "X12")
    profiles.keep(hub, actor, email="a@g12.vn", phone="", language="vi", choices={}, now=now - timedelta(1))
    body, kind = report_of("X12"), "application/json"
    upload = uploads.keep(hub, sender, body, filename="x.json", media_type=kind, intent="dry_run", key="k", now=now)
    uploads.work(hub, upload, now)
    sheet = filings.template(hub, sender, filing_of("X12").id, now)[1]
    door = Envelope(sheet, "xlsx", filename="x12.xlsx", intent="draft", via="api")
    receipt = intake.receive(hub, sender, door, now)
    ids = {
        "filing_id": filing_of("X12").id, "publication_id": published.id, "upload_id": upload,
        "subscription_id": subscriptions.subscribe(hub, actor, "thu", "json", "mail", "", now).id,
        "submission_id": receipt.submission_id,
    }  # fmt: skip
    country, unit = ({"Authorization": f"Bearer {token_for(each)}"} for each in (actor, sender))
    return (
        app.test_client(),
        dict.fromkeys(("figures", "publications", "indicators", "service"), country) | {"reports": unit},
        ids,
    )


def test_the_document_is_right_openapi():
    assert list(OpenAPIV31SpecValidator(document()).iter_errors()) == []


def test_every_operation_has_a_name_of_its_own_a_group_and_its_refusals():
    said = [document()["paths"][path][method] for method, path in OPERATIONS]
    assert len({each["operationId"] for each in said}) == len(said)
    groups = {each["name"] for each in document()["tags"]}
    for each in said:
        assert set(each["tags"]) <= groups
        assert {"400", "429", "503"} <= set(each["responses"])
        for status, answer in each["responses"].items():
            assert answer["description"]
            assert "X-Request-Id" in answer["headers"]
            if status >= "400" and status != "422":
                assert list(answer["content"]) == ["application/problem+json"], (each["operationId"], status)


# --- examples are sent -------------------------------------------------------------------------------------------


def _strict(schema: Any) -> Any:
    """The document with nothing allowed in an answer that is not said in it."""
    if isinstance(schema, dict):
        closed = {name: _strict(each) for name, each in schema.items()}
        if "properties" in closed and "additionalProperties" not in closed:
            closed["additionalProperties"] = False
        return closed
    return [_strict(each) for each in schema] if isinstance(schema, list) else schema


def _holds(answer: TestResponse, said: dict[str, Any]) -> None:
    """The answer is of a declared type and has exactly the declared shape."""
    if answer.status_code in {204, 304}:
        return
    kinds = said["responses"][str(answer.status_code)]["content"]
    kind = next(each for each in kinds if each.partition(";")[0] == answer.mimetype)
    if kind.endswith("json"):
        whole = {"components": _strict(copy.deepcopy(document()["components"]))} | _strict(kinds[kind]["schema"])
        Draft202012Validator(whole).validate(answer.json)


def _example(path: str, method: str, ids: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """The address and the options of the request that the document gives as its example."""
    said, query, headers = document()["paths"][path][method], {}, {}
    for each in said["parameters"]:
        schema = each["schema"]
        if each["in"] == "path":
            value = (schema.get("examples") or schema.get("enum") or [ids.get(each["name"], "")])[0]
            path = path.replace(f"{{{each['name']}}}", value)
        elif each["in"] == "header":
            headers[each["name"]] = "example-1"
        elif "example" in each:
            query[each["name"]] = each["example"]
    options: dict[str, Any] = {"query_string": query, "headers": headers}
    if body := said.get("requestBody"):
        sent = body["content"]["application/json"]["example"]
        options |= {"data": json.dumps(sent), "content_type": "application/json"}
    return path, options


def test_the_example_of_every_operation_is_answered_as_declared(here, make_actor, token_for):
    client, headers, ids = here
    headers |= {"indicators": {"Authorization": f"Bearer {token_for(make_actor('approver', 'G12'))}"}}
    for method, path in sorted(OPERATIONS, key=lambda each: each[0] == "delete"):
        said = document()["paths"][path][method]
        own = headers[said["tags"][0]]
        place, options = _example(path, method, ids)
        answer = client.open(place, method=method.upper(), **options | {"headers": options["headers"] | own})
        assert answer.status_code < 300, (said["operationId"], answer.data)
        _holds(answer, said)


def test_what_one_has_already_is_not_sent_again(here):
    client, headers, ids = here
    for method, path in OPERATIONS:
        if method == "get" and not path.endswith("/health"):
            place, options = _example(path, method, ids)
            query, own = options["query_string"], headers[document()["paths"][path][method]["tags"][0]]
            first = client.get(place, query_string=query, headers=own)
            assert first.headers["Cache-Control"] == "private, no-cache", path
            again = client.get(place, query_string=query, headers=own | {"If-None-Match": first.headers["ETag"]})
            assert (again.status_code, again.data) == (304, b""), path
            assert again.headers["ETag"] == first.headers["ETag"]
            head = client.head(place, query_string=query, headers=own)
            assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", first.headers["ETag"]), path


# --- what nobody thought of --------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_schemathesis_finds_nothing(mode, app, here):
    _, headers, ids = here
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    found = []
    for made in schema.get_all_operations():
        operation = made.ok()

        @seed(20261122)
        @settings(
            max_examples=10, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=schemathesis.GenerationMode(mode)))
        def tried(case: schemathesis.Case) -> None:
            for name in set(case.path_parameters or {}) & set(ids):
                if mode == "positive":
                    case.path_parameters[name] = ids[name]
            own = headers[case.operation.tags[0]]
            case.call_and_validate(headers=own | {"Accept-Encoding": "identity"}, checks=CHECKS)

        try:
            tried()
        except Unsatisfiable:
            continue  # nothing about it can be wrong
        except FailureGroup as failures:
            found.append(f"{operation.label}\n{failures}")
        except Exception as failure:  # every operation is tried, whatever one of them shows
            found.append(f"{operation.label}\n{failure!r}")
    assert not found, "\n\n".join(found)[:8000]


def test_addresses_and_methods_that_are_not_there_are_problems(app):
    client = app.test_client()
    for path in ("/api/v1/nothing", "/api/v2/filings", "/api/v1/filings/a/b/c", "/api/", "/api/docs/x"):
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
            answer = client.open(path, method=method)
            assert (answer.status_code, answer.mimetype) == (404, "application/problem+json"), (method, path)
    for path, allowed in (("/api/v1/filings", "GET"), ("/sdmx/2.1/data/x", "GET"), ("/odata/v1", "GET")):
        answer = client.delete(path)
        assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
        assert allowed in answer.headers["Allow"]


def test_no_other_site_may_read_an_answer_in_a_browser(app, here):
    client, headers, _ = here
    answer = client.get("/api/v1/filings", headers=headers["reports"] | {"Origin": "https://example.org"})
    assert not any(name.lower().startswith("access-control") for name in answer.headers.keys())  # noqa: SIM118
    asked = client.options("/api/v1/filings", headers={"Origin": "https://example.org"})
    assert "Access-Control-Allow-Origin" not in asked.headers


def test_every_answer_names_its_request(app):
    client = app.test_client()
    assert client.get("/api/v1/health", headers={"X-Request-Id": "abc-1.2:3"}).headers["X-Request-Id"] == "abc-1.2:3"
    for text in ("", "a b", "x" * 81, "<script>", "é".encode().decode("latin-1")):
        answer = client.get("/sign-in", headers={"X-Request-Id": text} if text else {})
        assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["X-Request-Id"])


def descriptions(node: Any, named: bool = False) -> Iterator[dict[str, Any]]:
    """Every part of the document with a description; what stands below ``named`` are names of fields."""
    if isinstance(node, dict):
        if not named and isinstance(node.get("description"), str):
            yield node
        below = {"properties", "headers", "schemas", "securitySchemes"}
        for key, each in node.items():
            if named or key not in {"example", "examples"}:
                yield from descriptions(each, not named and key in below)
    elif isinstance(node, list):
        for each in node:
            yield from descriptions(each)


def test_everything_that_is_described_is_described_in_vietnamese_too():
    found = [*descriptions(document()["paths"], named=True), *descriptions(document()["components"])]
    assert len(found) > 300
    assert {each["description"] for each in found if "x-description-vi" not in each} == set()


def test_the_page_of_the_documentation_shows_every_operation_in_both_languages(app):
    client = app.test_client()
    page = client.get("/api/docs").get_data(as_text=True)
    client.set_cookie("hub_language", "en")
    english = client.get("/api/docs").get_data(as_text=True)
    for method, path in OPERATIONS:
        said = document()["paths"][path][method]
        assert f'<h3 id="{said["operationId"]}">{said["x-summary-vi"]}</h3>' in page
        assert f'id="{said["operationId"]}"' in english
        assert f"<code>{path}</code>" in page
    assert "Mỗi báo cáo một khóa" in page
    assert "One key for one report" in english
    assert 'src="http' not in page
