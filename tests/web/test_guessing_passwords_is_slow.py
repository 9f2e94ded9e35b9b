"""Wrong passwords are counted by address; nobody is kept out by somebody else's guesses where they are known (P28)."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from hub.app import create_app
from hub.domain.access import SYSTEM, Grant
from hub.services import access

PASSWORD = "một câu đủ dài để thử"
HOME, AWAY = "10.0.0.1", "10.0.0.2"


@pytest.fixture
def try_as(hub, app):
    """``try_as(username, password, address) -> status`` where three wrong passwords a minute are heard."""
    for name in ("an.nguyen", "binh.tran"):
        access.create_account(
            hub, SYSTEM, username=name, name=name, unit_id="X11", password=PASSWORD, grants=[Grant("reporter", "X11")],
            now=app.config["CLOCK"](),
        )  # fmt: skip
    limited = create_app(replace(hub, config=replace(hub.config, rate_sign_in=3)), app.config["CLOCK"])

    def enter(username: str, password: str, address: str = HOME) -> int:
        client = limited.test_client()
        where = {"REMOTE_ADDR": address}
        page = client.get("/sign-in", environ_overrides=where).get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token is not None
        fields = {"username": username, "password": password, "csrf_token": token[1]}
        return client.post("/sign-in", data=fields, environ_overrides=where).status_code

    return enter


def test_an_address_that_guesses_names_and_passwords_is_not_heard_for_a_while(try_as):
    assert [try_as(f"nobody{n}", "x") for n in range(5)] == [401, 401, 401, 429, 429]
    assert try_as("an.nguyen", PASSWORD) == 429, "an account that never signed in from there waits with the guesser"
    assert try_as("an.nguyen", PASSWORD, AWAY) == 303, "elsewhere nothing is held up"


def test_who_has_signed_in_from_an_address_is_not_kept_out_by_a_neighbours_guesses(try_as):
    assert try_as("an.nguyen", PASSWORD) == 303
    assert [try_as("binh.tran", "x") for _ in range(4)] == [401, 401, 401, 429]
    assert try_as("an.nguyen", PASSWORD) == 303


def test_signing_in_rightly_is_never_counted(try_as):
    assert {try_as("an.nguyen", PASSWORD) for _ in range(5)} == {303}
