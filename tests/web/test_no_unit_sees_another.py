"""P19: every route, with another province's ids, as every role: refused, and its words appear nowhere.

The matrix is data; a route that is not in it fails the suite.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import pytest

from hub.domain.access import SYSTEM, Actor, Grant
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingQuery
from hub.services import access, aggregation, filings, intake, notifications, publication, uploads

ROLES = ("reporter", "approver", "officer", "central", "administrator", "anonymous")
SENT, KEPT, PERSON = "CANARY-DA-GUI", "CANARY-BAN-NHAP", "CANARY-CON-NGUOI"
SIGN_IN = {303, 401}
ANY = "*"


@dataclass(frozen=True)
class Row:
    """One route: its address, what is posted, and the answer for each role (``ANY`` for those not named)."""

    path: str
    expected: dict[str, set[int]]
    data: dict[str, Any] | None = None

    def answer_for(self, role: str) -> set[int]:
        default = SIGN_IN if role == "anonymous" else self.expected[ANY]
        return self.expected.get(role, default)


def foreign(path: str, data: dict[str, Any] | None = None, **more: set[int]) -> Row:
    return Row(path, {ANY: {404}} | more, data)


def only(role: str, path: str, data: dict[str, Any] | None = None, *, status: int = 200, **more: set[int]) -> Row:
    return Row(path, {ANY: {403}, role: {status}} | more, data)


def everybody(path: str, **more: set[int]) -> Row:
    return Row(path, {ANY: {200}} | more)


# The regimes are mended and published by the national centre and administrators of the nation; the administrator of
# this table is a province's.
MOVE = {"revision": "1", "version": "1", "reason": "x"}
CALL = {
    "what": "THU-01/2025-07-01 ad_hoc", "window_start": "01/09/2026", "window_end": "10/09/2026", "due": "20/09/2026",
    "reason": "x", "action": "call",
}  # fmt: skip
REMIND = {"edition": "THU-01/2025-07-01", "period": "2026-M09", "filing": "{filing}", "form_key": "abcdefgh"}
EXTEND = {
    "edition": "THU-01/2025-07-01", "period": "2026-M09", "filing": "{filing}", "until": "01/12/2026", "reason": "x",
}  # fmt: skip
OPEN = {"anonymous": {200}}
FOR_PROGRAMS = ("api_v1.", "api_kpi.", "api_editions.", "api_figures.", "api_uploads.", "sdmx.", "odata.")
"""Where a token says who asks."""
MATRIX: dict[tuple[str, str], Row] = {
    ("GET", "static"): everybody("/static/hub.css", **OPEN),
    ("GET", "sign_in.show"): Row("/sign-in", {ANY: {303}, "anonymous": {200}}),
    ("POST", "sign_in.enter"): Row("/sign-in", {ANY: {401, 403}, "anonymous": {401, 403}}, {"username": "a"}),
    ("POST", "language.choose"): Row("/language", {ANY: {303}, "anonymous": {403}}, {"language": "vi"}),
    ("POST", "look.choose"): Row("/theme", {ANY: {303}, "anonymous": {403}}, {"theme": "dark"}),
    ("GET", "sign_in.password"): everybody("/password"),
    ("POST", "sign_in.change_password"): Row("/password", {ANY: {403, 422}}, {"old": "a", "new": "b", "again": "b"}),
    ("GET", "desk.overview"): everybody("/"),
    ("GET", "desk.listing"): everybody("/filings?unit=X22&text=X22"),
    ("GET", "due_calendar.show"): everybody("/calendar?month=2026-09&unit=X22"),
    ("GET", "due_calendar.file"): everybody("/calendar.ics?unit=X22"),
    ("GET", "help.index"): everybody("/help?text=X22"),
    ("GET", "help.page"): everybody("/help/keyboard"),
    ("GET", "help.finding"): everybody("/help/findings/swing"),
    ("GET", "help.welcome"): everybody("/welcome"),
    ("POST", "help.note_tour"): Row("/welcome", {ANY: {303}}, {"seen": "1"}),
    ("GET", "guides.show"): everybody("/regimes/THU-01/guide"),
    ("GET", "guides.workbook"): everybody("/regimes/THU-01/guide/workbook.xlsx"),
    ("GET", "guides.sample"): Row("/regimes/THU-01/guide/sample.xlsx", {ANY: {404}}),
    ("GET", "uploads.index"): everybody("/uploads"),
    ("POST", "uploads.take"): Row("/uploads", {ANY: {303}}, {"file": "FILE", "form_key": "abcdefgh"}),
    ("GET", "uploads.template"): foreign(
        "/uploads/template.xlsx?campaign=THU-01/2025-07-01+2026-M09", reporter={200}, approver={200}
    ),
    ("GET", "uploads.show"): foreign("/uploads/{upload}"),
    ("GET", "uploads.refused"): foreign("/uploads/{upload}/refused"),
    ("GET", "entry.filing"): foreign("/filings/{filing}"),
    ("POST", "entry.save"): foreign("/filings/{filing}", {"cell.F1.r02.c02": "7", "action": "save"}),
    ("POST", "entry.move"): foreign("/filings/{filing}/move", MOVE | {"action": "send"}),
    ("GET", "unsaved.show"): foreign("/filings/{filing}/unsaved"),
    ("POST", "unsaved.change"): foreign("/filings/{filing}/unsaved", {}),
    ("POST", "unsaved.discard"): foreign("/filings/{filing}/unsaved/discard", {}),
    ("POST", "unsaved.use"): foreign("/filings/{filing}/unsaved/use", {"name": "cell.F1.r02.c02"}),
    ("POST", "entry.upload_here"): foreign("/filings/{filing}/upload", {"file": "FILE"}),
    ("GET", "entry.workbook"): foreign("/filings/{filing}/workbook.xlsx"),
    ("GET", "attachments.outline"): foreign("/filings/{filing}/outline.docx"),
    ("POST", "attachments.attach"): foreign("/filings/{filing}/attachments", {"file": "FILE"}),
    ("POST", "attachments.remove"): foreign("/filings/{filing}/attachments/x/remove", {}),
    ("GET", "attachments.download"): foreign("/filings/{filing}/attachments/x"),
    ("GET", "attachments.held"): Row("/quarantine", {ANY: {403}}),
    ("POST", "attachments.held_file"): Row("/quarantine/x/file", {ANY: {403}}, {}),
    ("POST", "attachments.decide"): Row("/quarantine/x", {ANY: {403}}, {"action": "release", "reason": "x"}),
    ("GET", "entry.schema"): foreign("/filings/{filing}/schema.xsd"),
    ("POST", "signing.hand_in"): foreign("/filings/{filing}/signatures", {"file": "FILE", "revision": "1"}),
    ("POST", "signing.sign_for_show"): foreign("/filings/{filing}/signatures/demonstration", {"kind": "pdf"}),
    ("GET", "signing.file"): foreign("/signatures/{filing}/file"),
    ("GET", "signing.show_steps"): foreign("/steps?unit=X22"),
    ("POST", "signing.set_steps"): foreign("/steps", {"unit": "X22", "check": "1"}),
    ("GET", "documents.pdf"): foreign("/filings/{filing}/report.pdf"),
    ("GET", "documents.xml"): foreign("/filings/{filing}/report.xml"),
    ("GET", "documents.docx"): foreign("/filings/{filing}/report.docx"),
    ("GET", "receipts.show"): foreign("/receipts/{sending}", central={200}),
    ("GET", "receipts.of_version"): foreign("/filings/{filing}/proof?version=1"),
    ("POST", "receipts.recognise"): foreign("/filings/{filing}/proof", {"version": "1", "file": "FILE"}),
    ("GET", "receipts.qr"): foreign("/receipts/{sending}/qr.svg", central={200}),
    ("GET", "receipts.pdf"): foreign("/receipts/{sending}/receipt.pdf", central={200}),
    ("POST", "review.decide"): foreign("/filings/{filing}/decide", MOVE | {"action": "accept"}),
    ("GET", "review.compare"): foreign("/filings/{filing}/compare?old=1&new=1"),
    ("POST", "remarks.add"): foreign(
        "/filings/{filing}/remarks", {"kind": "comment.both", "place": "", "text": "x", "form_key": "abcdefgh"}
    ),
    ("POST", "remarks.answer"): foreign("/filings/{filing}/remarks/x/answer", {"text": "x", "form_key": "abcdefgh"}),
    ("POST", "remarks.settle"): foreign("/filings/{filing}/remarks/x/settle", {"settled": "1"}),
    ("POST", "rollup.build"): foreign("/filings/{filing}/rollup", {"revision": "1"}),
    ("GET", "rollup.parts"): foreign("/filings/{filing}/parts?place=F1/r02/c02"),
    ("GET", "review.original"): foreign("/submissions/{submission}/original"),
    ("GET", "marked.download"): foreign("/submissions/{submission}/marked.xlsx"),
    ("GET", "inbox.show"): only("officer", "/inbox?edition=THU-01/2025-07-01&state=submitted"),
    ("POST", "inbox.accept"): only("officer", "/inbox/accept", {"filing": "{filing}"}),
    ("GET", "inbox.campaign"): only("officer", "/inbox/campaign?edition=THU-01/2025-07-01&period=2026-M09&tab=all"),
    ("GET", "inbox.export"): only("officer", "/inbox/list.csv?edition=THU-01/2025-07-01&period=2026-M09&tab=all"),
    ("POST", "inbox.remind"): only("officer", "/inbox/remind", REMIND, status=404),
    ("POST", "inbox.extend"): only("officer", "/inbox/extend", EXTEND, status=404),
    ("POST", "extensions.ask"): foreign("/filings/{filing}/extension", EXTEND),
    ("POST", "extensions.answer"): foreign("/filings/{filing}/extension/answer", EXTEND),
    ("POST", "extensions.enter_for"): foreign("/filings/{filing}/enter-for", {"reason": "x"}),
    ("GET", "contacts.show"): foreign("/contact?unit=X22"),
    ("POST", "contacts.keep"): foreign("/contact", {"unit": "X22", "name": "x", "phone": "0000 000 001"}),
    ("GET", "reports.listing"): everybody("/reports"),
    ("POST", "reports.issue"): only("central", "/reports", {"report": "thu", "period": "2026-M09"}, status=303),
    ("GET", "reports.show"): foreign("/reports/{publication}", central={200}),
    ("GET", "reports.trace"): foreign("/reports/{publication}/trace?cell=P2:F1.r02.c02", central={200}),
    ("GET", "reports.file"): foreign("/reports/{publication}/files/manifest.json", central={200}),
    ("GET", "editions.changes"): foreign("/reports/{publication}/changes", central={200}),
    ("POST", "editions.release"): only(
        "central", "/holds/release", {"report": "thu", "period": "2026-M09", "note": "x"}, status=422
    ),
    ("GET", "subscriptions.show"): everybody("/subscriptions"),
    ("POST", "subscriptions.subscribe"): foreign(
        "/subscriptions", {"report": "thu", "format": "json", "way": "mail"}, central={422}
    ),
    ("POST", "subscriptions.end"): foreign("/subscriptions/x/end", {}),
    ("POST", "subscriptions.retry"): only("central", "/subscriptions/retry", {}, status=303, administrator={303}),
    ("GET", "reports.coverage"): only("officer", "/coverage/THU-01/2025-07-01/2026-M09", central={200}),
    ("POST", "reports.roll_up"): only("central", "/coverage/THU-01/2025-07-01/2026-M09", {}, status=303),
    ("GET", "kpi.listing"): everybody("/kpi?unit=X22"),
    ("GET", "kpi.show"): everybody("/kpi/THU-KPI?unit=P2", administrator={404}),
    ("GET", "kpi.indicator"): everybody("/kpi/THU-KPI/indicators/1.1?unit=P2", administrator={404}),
    ("GET", "kpi.targets"): everybody("/kpi/THU-KPI/targets", administrator={404}),
    ("POST", "kpi.set_target"): only(
        "central", "/kpi/THU-KPI/targets", {"kpi": "1.1", "unit": "P2", "value": "9"}, status=303, administrator={404}
    ),
    ("GET", "national.overview"): Row("/national", {ANY: {302}, "central": {200}, "administrator": {404}}),
    ("GET", "national.regime"): foreign("/national/regimes/THU-01", central={200}),
    ("GET", "national.indicator"): Row("/national/indicators/x", {ANY: {404}}),
    ("GET", "national.unit"): foreign("/national/units/P2", central={200}),
    ("GET", "national_figure.show"): everybody("/national/figures/THU-01/F1/r02/c02?unit=P2", administrator={404}),
    ("GET", "national_figure.trace"): foreign(
        "/national/trace?measure=THU-01/F1.r02.c02&period=2026-M09&unit=P2", central={200}
    ),
    ("GET", "national_compare.show"): foreign(
        "/national/compare?regime=THU-01&m=THU-01/F1.r02.c02&u=P2&u=P1", central={200}
    ),
    ("GET", "national_punctuality.show"): foreign("/national/punctuality?level=commune", central={200}),
    ("GET", "national_punctuality.cell"): foreign("/national/punctuality/P2/THU-01?level=commune", central={200}),
    ("GET", "data.show"): everybody("/data?regime=THU-01&m=THU-01/F1.r02.c02", administrator={404}),
    ("GET", "data.file"): everybody("/data/file?regime=THU-01&m=THU-01/F1.r02.c02&format=json", administrator={404}),
    ("POST", "data.order"): Row(
        "/data/exports",
        {ANY: {303}, "administrator": {404}},
        {"regime": "THU-01", "m": "THU-01/F1.r02.c02", "form_key": "abcdefgh"},
    ),
    ("GET", "data.export"): foreign("/data/exports/x"),
    ("GET", "data.exported"): foreign("/data/exports/x/file"),
    ("GET", "data.punctual"): foreign("/data/punctuality?level=commune", central={200}),
    ("GET", "board.show"): only("officer", "/board?scope=all", central={200}, administrator={200}),
    ("GET", "regimes.listing"): only("central", "/regimes"),
    ("GET", "regimes.show"): only("central", "/regimes/THU-01/2025-07-01"),
    ("GET", "regimes.preview"): only("central", "/regimes/THU-01/2025-07-01/preview"),
    ("GET", "regimes.workbook"): only("central", "/regimes/THU-01/2025-07-01/workbook.xlsx"),
    ("GET", "regimes.schema"): only("central", "/regimes/THU-01/2025-07-01/schema.xsd"),
    ("GET", "regimes.folder"): only("central", "/regimes/THU-01/2025-07-01/folder.zip", status=404),
    ("GET", "regimes.diff"): only("central", "/regimes/diff"),
    ("GET", "regime_trial.show"): only("central", "/regimes/try"),
    ("POST", "regime_trial.judge"): only("central", "/regimes/try", {"file": "FILE"}),
    ("GET", "regime_trial.backtest"): only("central", "/regimes/THU-01/2025-07-01/backtest?rule=c01%3C0&form=F1"),
    ("GET", "workshop.form"): only("central", "/regimes/draft"),
    ("POST", "workshop.make"): only("central", "/regimes/draft", {"file": "FILE", "owner": "G12"}, status=400),
    ("GET", "workshop.edit"): only("central", "/regimes/THU-01/2025-07-01/edit", status=404),
    ("POST", "workshop.save"): only(
        "central", "/regimes/THU-01/2025-07-01/edit", {"file": "rules.yaml", "text": "x"}, status=404
    ),
    ("POST", "workshop.samples"): only("central", "/regimes/THU-01/2025-07-01/samples", {}, status=404),
    ("GET", "workshop.confirm"): only("central", "/regimes/THU-01/2025-07-01/publish", status=404),
    ("POST", "workshop.publish"): only("central", "/regimes/THU-01/2025-07-01/publish", {"seen": "x"}, status=403),
    ("GET", "campaigns.show"): only("officer", "/campaigns", central={200}),
    ("POST", "campaigns.call"): Row("/campaigns", {ANY: {403}, "central": {400}}, CALL),
    ("GET", "admin.accounts"): only("administrator", "/admin/accounts"),
    ("POST", "admin.create_account"): Row(
        "/admin/accounts", {ANY: {403}}, {"username": "abc", "name": "A", "unit": "X22", "role": "reporter"}
    ),
    ("POST", "admin.change_account"): only(
        "administrator", "/admin/accounts/{account}", {"action": "reset"}, status=404
    ),
    ("GET", "admin.tokens"): only("administrator", "/admin/tokens"),
    ("POST", "admin.issue_token"): only(
        "administrator", "/admin/tokens", {"account": "{account}", "name": "t", "scope": "read"}, status=404
    ),
    ("POST", "admin.revoke_token"): only("administrator", "/admin/tokens/{token}/revoke", {}, status=404),
    ("GET", "notifications.listing"): everybody("/notifications"),
    ("POST", "notifications.read"): foreign("/notifications/{notification}/read", {"action": "open"}),
    ("POST", "notifications.read_all"): Row("/notifications/read", {ANY: {303}}, {}),
    ("GET", "notifications.profile"): everybody("/profile"),
    ("POST", "notifications.save_profile"): Row("/profile", {ANY: {303}}, {"language": "vi"}),
    ("GET", "jobs.listing"): only("administrator", "/admin/jobs", central={200}),
    ("GET", "jobs.show"): only("administrator", "/admin/jobs/roll_up", central={200}),
    ("POST", "jobs.pause"): only(
        "administrator", "/admin/jobs/roll_up/pause", {"reason": ""}, status=400, central={400}
    ),
    ("POST", "jobs.resume"): only("administrator", "/admin/jobs/roll_up/resume", {}, status=303, central={303}),
    ("POST", "jobs.run"): only(
        "administrator", "/admin/jobs/roll_up/run", {"occurrence": "x"}, status=400, central={400}
    ),
    ("GET", "admin.events"): Row("/admin/events", {ANY: {403}}),
    ("POST", "api_v1.submit"): Row("/api/v1/submissions", {ANY: {422}}, {"body": "FILE"}),
    ("GET", "api_v1.submission"): foreign("/api/v1/submissions/{submission}"),
    ("GET", "api_v1.marked_workbook"): foreign("/api/v1/submissions/{submission}/marked.xlsx"),
    ("GET", "api_v1.filing_list"): everybody("/api/v1/filings?unit=X22&text=X22"),
    ("GET", "api_v1.filing"): foreign("/api/v1/filings/{filing}"),
    ("GET", "api_v1.workbook"): foreign("/api/v1/filings/{filing}/workbook"),
    ("GET", "api_v1.xsd"): everybody("/api/v1/editions/THU-01/2025-07-01/xsd"),
    ("GET", "api_v1.publication_list"): everybody("/api/v1/publications"),
    ("GET", "api_v1.publication_detail"): foreign("/api/v1/publications/{publication}", central={200}),
    ("GET", "api_v1.publication_file"): foreign(
        "/api/v1/publications/{publication}/files/manifest.json", central={200}
    ),
    ("GET", "api_editions.changes"): foreign("/api/v1/publications/{publication}/changes", central={200}),
    ("GET", "api_editions.proof"): foreign("/api/v1/publications/{publication}/proof", central={200}),
    ("GET", "api_editions.in_force"): foreign("/api/v1/publications/in-force?report=thu&on=2026-12-31", central={200}),
    ("GET", "api_editions.held"): everybody("/api/v1/holds"),
    ("GET", "api_editions.subscribed"): everybody("/api/v1/subscriptions"),
    ("POST", "api_editions.subscribe"): Row("/api/v1/subscriptions", {ANY: {400}}, {"body": "FILE"}),
    ("DELETE", "api_editions.end"): foreign("/api/v1/subscriptions/x"),
    ("GET", "api_v1.index"): everybody("/api/v1/", **OPEN),
    ("GET", "api_v1.health"): everybody("/api/v1/health", **OPEN),
    ("GET", "api_v1.openapi_document"): everybody("/api/v1/openapi.json", **OPEN),
    ("GET", "api_docs.show"): everybody("/api/docs", **OPEN),
    ("GET", "api_figures.measures"): everybody("/api/v1/measures"),
    ("GET", "api_figures.periods"): everybody("/api/v1/periods?regime=THU-01", administrator={404}),
    ("GET", "api_figures.units"): everybody("/api/v1/units?on=2026-09-30"),
    ("GET", "api_figures.values"): everybody("/api/v1/figures?regime=THU-01&unit=P2&unit=X22", administrator={200}),
    ("POST", "api_uploads.take"): Row("/api/v1/uploads?intent=dry_run", {ANY: {202}}, {"body": "FILE"}),
    ("GET", "api_uploads.listing"): everybody("/api/v1/uploads"),
    ("GET", "api_uploads.progress"): foreign("/api/v1/uploads/{upload}"),
    ("GET", "api_uploads.reports"): foreign("/api/v1/uploads/{upload}/reports"),
    ("GET", "api_kpi.catalogue"): everybody("/api/v1/kpi-packets/kpi-sets"),
    ("GET", "api_kpi.data"): everybody("/api/v1/kpi-data/THU-KPI", administrator={404}),
    ("POST", "api_kpi.receive"): Row("/api/v1/kpi-data", {ANY: {422}}, {"body": "FILE"}),
    ("GET", "sdmx.data"): foreign("/sdmx/2.1/data/DF_THU-01_F1/.P2..", central={200}),
    ("GET", "sdmx.structures"): everybody("/sdmx/2.1/dataflow/VNHUB/DF_THU-01_F1", administrator={404}),
    ("GET", "odata.service"): everybody("/odata/v1"),
    ("GET", "odata.metadata"): everybody("/odata/v1/$metadata"),
    ("GET", "odata.rows"): foreign("/odata/v1/THU_01_F1('P2.2026-M09.r02.c02')", central={200}),
    # Last, because it ends the session.
    ("POST", "sign_in.leave"): Row("/sign-out", {ANY: {303}}, {}),
}


@pytest.fixture
def canaries(hub, submit, accept, filing_of, make_actor, report_of):
    """Words of province P2 everywhere: in a sent report and its file name, a draft, a person, a token; and ids."""
    now = filing_of("X21").opened_at
    author = make_actor("approver", "X21")
    body = report_of("X21", note=f"Thuyết minh {SENT}")
    intake.receive(hub, author, Envelope(body, "json", filename=f"{SENT}.json", intent="send"), now)
    accept("X21")
    sent = filings.open_one(hub, SYSTEM, filing_of("X21").id, now)
    drafter = make_actor("reporter", "X22")
    body = report_of("X22", note=f"Thuyết minh {KEPT}")
    receipt = intake.receive(hub, drafter, Envelope(body, "json", filename=f"{KEPT}.json"), now)
    aggregation.run(hub, SYSTEM, "THU-01/2025-07-01", "2026-M09", now)
    central = Actor("central", "Trung tâm", "VN", (Grant("central", "VN"),))
    issued = publication.issue(hub, central, "thu", "2026-M09", now)
    account = access.create_account(
        hub, SYSTEM, username="nguoi.p2", name=PERSON, unit_id="P2", password="một câu đủ dài để thử",
        grants=[Grant("reporter", "P2")], now=now,
    )  # fmt: skip
    access.issue_token(hub, SYSTEM, account_id=account, name=PERSON, scopes=["read"], now=now)
    token = access.tokens_of(hub, SYSTEM, account, now)[0].id
    kept = uploads.keep(
        hub, author, report_of("X21", note=f"Thuyết minh {SENT}"), filename=f"{KEPT}.json", media_type="",
        intent="dry_run", key="canary", now=now,
    )  # fmt: skip
    uploads.work(hub, kept, now)
    ids = {
        "filing": filing_of("X22").id, "submission": receipt.submission_id, "publication": issued.id,
        "account": account, "token": token,
        "upload": kept, "sending": next(each.id for each in sent.decisions if each.event == "send"),
        "notification": notifications.listing(hub, author).rows[0].id,
    }  # fmt: skip
    return ids, now


UNITS = {"reporter": "X11", "approver": "X11", "officer": "P1", "central": "VN", "administrator": "P1"}


def test_every_route_has_a_line_in_the_matrix(app):
    routes = {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == set(MATRIX)


@pytest.mark.parametrize("role", ROLES)
def test_every_route_answers_each_role_as_the_matrix_says_and_no_canary_sings(
    role, app, sign_in, make_actor, token_for, canaries, report_of
):
    ids, _ = canaries
    actor = make_actor(role, UNITS[role]) if role != "anonymous" else None
    browser = sign_in(actor) if actor else None
    token = token_for(actor) if actor else ""
    client = browser.client if browser else app.test_client()
    wrong, sung = [], []
    for (method, endpoint), row in MATRIX.items():
        path = row.path.format(**ids)
        options: dict[str, Any] = {}
        if endpoint.startswith(FOR_PROGRAMS):
            options["headers"] = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k1"} if token else {}
            if method == "POST":
                options |= {"data": report_of("X22", note="khác"), "content_type": "application/json"}
        elif method == "POST":
            fields = {name: _filled(value, ids, report_of) for name, value in (row.data or {}).items()}
            options["data"] = {"csrf_token": browser.csrf if browser else ""} | fields
        response = client.open(path, method=method, **options)
        if response.status_code not in row.answer_for(role):
            wrong.append((method, endpoint, response.status_code))
        forbidden = [KEPT, PERSON] if role == "central" else [SENT, KEPT, PERSON]
        sung += [(method, endpoint, word) for word in forbidden if word.encode() in response.data]
    assert wrong == []
    assert sung == []


def _filled(value: str, ids: dict[str, str], report_of: Any) -> Any:
    if value == "FILE":
        return (io.BytesIO(report_of("X22", note="khác")), "x22.json")
    return value.format(**ids)


def test_the_routes_did_not_change_what_they_may_not_even_see(app, sign_in, make_actor, canaries, report_of, filing_of):
    before = filing_of("X22")
    for role in ("reporter", "approver", "officer", "administrator"):
        browser = sign_in(make_actor(role, UNITS[role]))
        for (method, _), row in MATRIX.items():
            if method == "POST" and row.expected[ANY] == {404}:
                fields = {name: _filled(value, canaries[0], report_of) for name, value in (row.data or {}).items()}
                browser.post(row.path.format(**canaries[0]), fields)
    assert filing_of("X22") == before


def test_a_traced_figure_opens_only_the_parts_one_may_see(sign_in, make_actor, canaries, text_of):
    path = f"/reports/{canaries[0]['publication']}/trace?cell=F1.r02.c02"
    owner = sign_in(make_actor("officer", "G12")).get(path).get_data(as_text=True)
    assert SENT not in owner, "it was sent to the province, not to the ministry"
    assert "1 phần thuộc đơn vị khác" in owner
    assert SENT in sign_in(make_actor("central", "VN")).get(path).get_data(as_text=True)
    assert sign_in(make_actor("officer", "P2")).get(path).status_code == 404


def test_a_refusal_reads_the_same_whether_the_filing_exists_or_not(sign_in, make_actor, canaries, text_of):
    reporter = sign_in(make_actor("reporter", "X11"))
    there = reporter.get(f"/filings/{canaries[0]['filing']}")
    nowhere = reporter.get("/filings/0000000000-00000000000000")
    assert there.status_code == nowhere.status_code == 404
    assert text_of(there) == text_of(nowhere)


def test_search_finds_nothing_of_another_unit(hub, make_actor, canaries):
    page = filings.search(hub, make_actor("officer", "P1"), FilingQuery(text="X22"), canaries[1])
    assert page.total == 0
