"""P18, short form: random input to every route, as every role, gives no 5xx and no traceback."""

from __future__ import annotations

import io
import random

SEED, REQUESTS = 20260915, 600
ODD = [
    "", " ", "0", "-1", "1e999", "１２", "1_000", "\x00", "\ud800", "é" * 300, "../../etc/passwd", "%s%n", "<script>",
    "' OR 1=1 --", "=cmd|'/c calc'!A0", "F1.r01.c01", "VN:F1.r01.c01", "2026-M09", "9" * 400, "null", "[]", "{",
    "\u202e", "F1[99999999999].c01", "@", "²", "a\r\nSet-Cookie: x=1", "THU-01/2025-07-01", "rows:F2", "send", "accept",
]  # fmt: skip
NAMES = [
    "action", "revision", "version", "reason", "resend_due", "cell.F1.r02.c02", "rec.F2.1.c01", "rec.F2.999999.c01",
    "rec.F2.-1.c01", "nil.F2", "outline.s1", "explain.x@y", "cell.F9.r1.c1", "report", "period", "note", "page",
    "state", "regime", "text", "unit", "cell", "old", "new", "before", "verify", "username", "name", "role",
    "account", "scope",
    "days", "filing", "intent", "next", "edit", "done", "edition", "size", "owed",
]  # fmt: skip
BODIES = [b"", b"{", b"[" * 5000, b'{"a":NaN}', b"PK\x03\x04", b"<a/>", b"\xff\xfe\x00", b"regime,unit\n", b"\x00" * 64]


def test_random_requests_to_every_route_never_fail_inside(
    app, published, filing_of, make_actor, sign_in, token_for, report_of
):
    chance = random.Random(SEED)
    people = [
        sign_in(make_actor(role, unit))
        for role, unit in (("approver", "X11"), ("officer", "P1"), ("central", "VN"), ("administrator", "VN"))
    ]
    tokens = [token_for(person.actor) for person in people]
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in {"static", "sign_in.leave"}]
    real = [filing_of("X11").id, filing_of("G12").id, published.id, "THU-01", "2025-07-01", "2026-M09", "manifest.json"]
    failed = []
    for _ in range(REQUESTS):
        rule, who = chance.choice(rules), chance.randrange(len(people))
        values = {name: chance.choice(real + ODD[:20]) or "x" for name in rule.arguments}
        path = app.url_map.bind("localhost").build(rule.endpoint, _addressable(values))
        method = chance.choice(sorted((rule.methods or set()) - {"OPTIONS"}))
        options = _options(chance, method, rule.endpoint, people[who].csrf, tokens[who], report_of)
        response = people[who].client.open(path, method=method, **options)
        if response.status_code >= 500 or b"Traceback" in response.data:
            failed.append((method, path, options, response.status_code))
    assert failed == []


def _addressable(values):
    return {name: value.encode("utf-8", "replace").decode() for name, value in values.items()}


def _options(chance, method, endpoint, csrf, token, report_of):
    fields = {chance.choice(NAMES): chance.choice(ODD) for _ in range(chance.randrange(5))}
    fields = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}
    options = {"query_string": {chance.choice(NAMES): chance.choice(ODD[:7] + ODD[8:]) for _ in range(2)}}
    if "ud800" in ascii(options):
        options = {}
    if endpoint.startswith(("api_", "sdmx.", "odata.")):
        options["headers"] = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(chance.random())}
        if method == "POST":
            kinds = ["application/json", "application/xml", "text/csv", "text/html"]
            options |= {"data": chance.choice([*BODIES, report_of("X11")]), "content_type": chance.choice(kinds)}
    elif method == "POST":
        options["data"] = fields | {"csrf_token": csrf}
        if chance.random() < 0.3:
            options["data"]["file"] = (
                io.BytesIO(chance.choice(BODIES)),
                chance.choice(["a.xlsx", "b.xml", "c", "d.csv"]),
            )
    return options
