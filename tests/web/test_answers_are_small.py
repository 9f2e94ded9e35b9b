"""Text goes out compressed, scripts and styles are kept for a year, and no secret can be guessed from a size."""

from __future__ import annotations

import gzip
import re

import pytest

from hub.web.security import MASKED, unmasked

GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
def reader(sign_in, make_actor):
    return sign_in(make_actor("central", "VN"))


def test_a_page_is_compressed_for_whoever_takes_it(reader):
    plain, packed = reader.get("/board"), reader.get("/board", headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert len(packed.data) * 2 < len(plain.data)
    assert gzip.decompress(packed.data).startswith(b"<!doctype html>")
    assert int(packed.headers["Content-Length"]) == len(packed.data)


def test_a_small_answer_and_a_download_stay_as_they_are(reader, published):
    assert "Content-Encoding" not in reader.get("/nowhere", headers=GZIP | {"Accept-Encoding": "gzip;q=0"}).headers
    file = reader.get(f"/reports/{published.id}/files/manifest.json", headers=GZIP)
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "Content-Encoding" not in file.headers
    assert "Content-Encoding" not in reader.post("/theme", {"theme": "dark"}, headers=GZIP).headers


def test_the_api_answers_compressed(app):
    packed = app.test_client().get("/api/v1/openapi.json", headers=GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data).startswith(b"{")


@pytest.mark.parametrize("name", ["bootstrap.min.css", "hub.css", "hub.js", "star.svg"])
def test_scripts_and_styles_are_kept_for_a_year_under_their_version(app, reader, name):
    address = re.search(rf"/static/{re.escape(name)}\?v=\w+", reader.get("/board").get_data(as_text=True))[0]
    client = app.test_client()
    for headers in ({}, GZIP):
        first = client.get(address, headers=headers)
        assert first.status_code == 200
        assert "max-age=31536000" in first.headers["Cache-Control"]
        assert "immutable" in first.headers["Cache-Control"]
        again = client.get(address, headers=headers | {"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
    assert "immutable" not in client.get(f"/static/{name}?v=old").headers["Cache-Control"]


@pytest.mark.parametrize("name", ["../app.py", "nothing.css", "%2e%2e/pages/base.html", "bootstrap.min.css.map"])
def test_nothing_else_is_served_as_a_file(app, name):
    assert app.test_client().get(f"/static/{name}").status_code == 404


def test_the_token_never_stands_twice_the_same_and_never_bare(reader):
    pages = [reader.get("/board").get_data(as_text=True) for _ in range(3)]
    tokens = {re.search(r'name="csrf_token" value="([^"]+)"', page)[1] for page in pages}
    assert len(tokens) == 3
    assert {unmasked(token) for token in tokens} == {reader.csrf}
    assert all(reader.csrf not in page for page in pages)
    for token in tokens:
        assert reader.client.post("/theme", data={"theme": "dark", "csrf_token": token}).status_code == 303


@pytest.mark.parametrize("given", ["m.", "m.!!!!", "m.QUJD", "m.é", MASKED + "A" * 400, "m." * 40])
def test_a_token_masked_wrongly_is_worth_nothing(reader, given):
    assert reader.client.post("/theme", data={"theme": "dark", "csrf_token": given}).status_code == 403
