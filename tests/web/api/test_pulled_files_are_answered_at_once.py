"""Files of editions go out the short way just as they go the long way; what is not given goes the long way alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.app import create_app
from hub.domain.access import SYSTEM
from hub.services import access
from hub.store import publications
from hub.web.admission import LONGEST_WAIT, QUEUED

CHANGING = ("X-Request-Id", "RateLimit-Remaining", "RateLimit-Reset", "Date")


@pytest.fixture
def officer(make_actor):
    return make_actor("officer", "G12")


@pytest.fixture
def token(officer, token_for) -> str:
    return token_for(officer, ("read",))


@pytest.fixture
def names(hub, published) -> dict[str, str]:
    """Ending → the name of the edition's file."""
    with hub.database.read() as connection:
        found = publications.files(connection, published.id)
    return {name.rpartition(".")[2]: name for name, *_ in found if not name.startswith("manifest")}


@pytest.fixture
def pull(app, published, names, token):
    """``pull(ending, long=…, token=…, …headers)``: the long way is the one that a needless parameter makes it take."""

    def ask(ending="json", *, long=False, token=token, method="GET", environ=None, **headers):
        path = f"/api/v1/publications/{published.id}/files/{names[ending]}{'?long=1' if long else ''}"
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        given |= {"Authorization": f"Bearer {token}"} if token else {}
        return app.test_client().open(path, method=method, headers=given, environ_overrides=environ)

    return ask


@pytest.fixture
def only_the_short_way(app, monkeypatch):
    """The application is not there to ask."""

    def close():
        monkeypatch.setitem(app.view_functions, "api_v1.publication_file", None)

    return close


def _said(answer):
    headers = sorted((name, value) for name, value in answer.headers if name not in CHANGING)
    return answer.status_code, headers, answer.data


@pytest.mark.parametrize("ending", ["json", "xlsx", "csv"])
@pytest.mark.parametrize("accepted", ["gzip", "identity", "gzip;q=0", "br, gzip;q=0.5", "*"])
def test_both_ways_give_the_same_answer(pull, only_the_short_way, ending, accepted):
    long = pull(ending, long=True, Accept_Encoding=accepted)
    tag = long.headers["ETag"]
    tags = [tag, f"W/{tag}", f'"other", {tag}', "*", '"other"', tag.strip('"'), ""]
    known = [pull(ending, long=True, Accept_Encoding=accepted, If_None_Match=each) for each in tags]
    assert {answer.status_code for answer in known} == {200, 304}
    only_the_short_way()
    assert _said(pull(ending, Accept_Encoding=accepted)) == _said(long)
    again = [pull(ending, Accept_Encoding=accepted, If_None_Match=each) for each in tags]
    assert [_said(answer) for answer in again] == [_said(answer) for answer in known]


def test_a_request_keeps_its_own_name(pull, only_the_short_way):
    only_the_short_way()
    assert pull(X_Request_Id="abc-1").headers["X-Request-Id"] == "abc-1"
    assert len(pull(X_Request_Id="not usable!").headers["X-Request-Id"]) == 16


@pytest.mark.parametrize(
    ("method", "headers"), [("HEAD", {}), ("GET", {"Range": "bytes=0-9"}), ("GET", {"If_Match": '"other"'})]
)
def test_what_is_asked_in_another_way_is_answered_as_ever(pull, method, headers):
    assert _said(pull(method=method, **headers)) == _said(pull(method=method, long=True, **headers))


def test_who_may_not_read_learns_nothing_even_with_the_right_tag(pull, make_actor, token_for, officer, hub, now):
    tag = pull().headers["ETag"]
    strangers = {
        "a commune": (token_for(make_actor("approver", "X11"), ("read",)), 404),
        "a token that does not read": (token_for(make_actor("officer", "G12"), ("submit",)), 403),
        "an unknown token": ("hubt_" + "x" * 40, 401),
        "nobody": ("", 401),
    }
    for who, (token, status) in strangers.items():
        assert pull(token=token, If_None_Match=tag).status_code == status, who
        assert pull(token=token).status_code == status, who


def test_what_is_taken_away_opens_nothing_from_the_next_request_on(pull, officer, hub, now):
    tag = pull().headers["ETag"]
    access.revoke(hub, SYSTEM, officer.account_id, "officer", "G12", now)
    assert pull(If_None_Match=tag).status_code == 404
    access.grant(hub, SYSTEM, officer.account_id, "officer", "G12", now)
    assert pull(If_None_Match=tag).status_code == 304
    held = access.tokens_of(hub, officer, officer.account_id, now)
    access.revoke_token(hub, officer, held[0].id, now)
    assert pull(If_None_Match=tag).status_code == 401


def test_a_file_that_is_not_there_is_refused_as_ever(app, published, token):
    answer = app.test_client().get(
        f"/api/v1/publications/{published.id}/files/nothing.json", headers={"Authorization": f"Bearer {token}"}
    )
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_both_ways_are_counted_together_and_one_too_many_is_refused(hub, published, names, token, now):
    few = create_app(replace(hub, config=replace(hub.config, rate_read=4)), clock=lambda: now).test_client()
    path = f"/api/v1/publications/{published.id}/files/{names['json']}"

    def ask(query=""):
        return few.get(path + query, headers={"Authorization": f"Bearer {token}"})

    left = [ask(query).headers["RateLimit-Remaining"] for query in ("", "?long=1", "", "")]
    assert left == ["3", "2", "1", "0"]
    refused = ask()
    assert (refused.status_code, refused.headers["RateLimit-Limit"], refused.mimetype) == (
        429, "4", "application/problem+json",
    )  # fmt: skip


def test_what_waited_too_long_is_refused_here_too(pull):
    assert pull(environ={QUEUED: LONGEST_WAIT + 0.1}).status_code == 503
    assert pull(environ={QUEUED: LONGEST_WAIT}).status_code == 200
