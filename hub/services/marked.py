"""The workbook that was received, given back with its findings marked in it."""

from __future__ import annotations

from datetime import datetime

from hub.domain.access import Actor
from hub.domain.envelope import Receipt
from hub.domain.filing import FilingRow, SubmissionRow
from hub.domain.findings import Finding, Place
from hub.domain.form import ALL_RECORDS, Address, Label
from hub.domain.period import VIETNAM, Period
from hub.domain.regime import Edition
from hub.errors import NotFound
from hub.readers.guard import Refusal, open_archive
from hub.readers.limits import Limits
from hub.readers.sheet_reader import WorkbookPlaces, layouts
from hub.services.arrivals import content_of
from hub.services.core import Core
from hub.services.marked_apart import mark_apart
from hub.services.receipts import receipt_from_json
from hub.services.seeing import sight_of
from hub.store import filings, submissions, versions
from hub.writers.marked_workbook import Head, Item, Unmarkable, findings_only, mark_workbook

_ENDING = "_ket-qua-kiem-tra"
_UNREAD = Label(
    "Tệp nhận được không mở được an toàn nên không đánh dấu ngay trong tệp; tệp này chỉ có kết quả kiểm tra.",
    "The received file cannot be opened safely, so it is not marked in itself; this file holds the findings alone.",
)
_NO_WORKBOOK = Label(
    "Dữ liệu không được gửi bằng tệp Excel; tệp này chỉ có kết quả kiểm tra.",
    "What was received is no workbook; this file holds the findings alone.",
)


def marked(core: Core, actor: Actor, submission_id: str, now: datetime) -> tuple[str, bytes]:
    """(file name, workbook): what was received, with the findings of its receipt coloured, commented and listed first.

    What cannot be opened safely, or is no workbook, is answered with the findings alone. The same arrival always gives
    the same bytes until its warnings are explained. NotFound unless the actor may see the arrival.
    """
    row, content = content_of(core, actor, submission_id, now)
    receipt, filing, explained = _told(core, actor, row, now)
    edition = core.catalog.edition(filing.edition) if filing is not None else None
    items = [_item(edition, finding, explained) for finding in receipt.findings]
    head = _head(core, row, receipt, filing, edition)
    limits = Limits(
        max_bytes=core.config.max_upload_bytes,
        parse_memory_mb=core.config.parse_memory_mb,
        parse_seconds=core.config.parse_seconds,
    )
    return _name(row), _workbook(row, content, head, items, limits)


def _told(
    core: Core, actor: Actor, row: SubmissionRow, now: datetime
) -> tuple[Receipt, FilingRow | None, dict[str, str]]:
    """The receipt, the filing it is for, and what the actor may see of the explanations of the version it made."""
    with core.database.read() as connection:
        found = submissions.get(connection, row.id)
        if found is None:
            raise NotFound
        filing = filings.get(connection, row.filing_id) if row.filing_id else None
        explained = {}
        if filing is not None and row.version is not None:
            until = sight_of(core, connection, actor, filing, now).until
            explained = versions.explanations(connection, filing.id, row.version, until)
    return receipt_from_json(found[1]), filing, explained


def _workbook(row: SubmissionRow, content: bytes, head: Head, items: list[Item], limits: Limits) -> bytes:
    """Marked where that is possible; what refuses to be opened or marked is never tried again in another way."""
    if row.door != "xlsx" or any(item.finding.stage == "file" and item.kind == "error" for item in items):
        return findings_only(_with_notice(head, _UNREAD if row.door == "xlsx" else _NO_WORKBOOK), items)
    try:
        archive = open_archive(content, limits)
        if archive.declared(archive.names) > limits.direct_unpacked:
            return mark_apart(content, head, items, limits)
        return mark_workbook(archive, head, items)
    except Unmarkable as reason:
        return findings_only(_with_notice(head, reason.reason), items)
    except Refusal:
        return findings_only(_with_notice(head, _UNREAD), items)


def _with_notice(head: Head, notice: Label) -> Head:
    return Head(head.title, head.facts, head.verdict, notice)


def _name(row: SubmissionRow) -> str:
    """The reporter's own file name with an ending that is added once, however many rounds there were."""
    stem = row.filename.rpartition(".")[0] or row.filename or f"bao-cao_{row.id}"
    return f"{stem.removesuffix(_ENDING)}{_ENDING}.xlsx"


# --- what is said --------------------------------------------------------------------------------------------------


def _head(core: Core, row: SubmissionRow, receipt: Receipt, filing: FilingRow | None, edition: Edition | None) -> Head:
    facts = []
    if filing is not None:
        unit = core.orgs.units.get(filing.unit_id)
        period = Period.parse(filing.period).label
        facts.append((Label("Đơn vị báo cáo", "Reporting unit"), unit.name.vi if unit is not None else filing.unit_id))
        facts.append((Label("Kỳ báo cáo", "Period"), f"{period.vi} ({filing.period})"))
    checked = f"{receipt.received_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
    facts.append((Label("Nhận và kiểm tra lúc", "Received and checked at"), f"{checked}; {row.filename}".rstrip("; ")))
    title = edition.title if edition is not None else Label("Tệp báo cáo", "Report file")
    return Head(title, tuple(facts), _verdict(receipt))


def _verdict(receipt: Receipt) -> Label:
    if receipt.verdict == "refused":
        return Label(
            "CHƯA NHẬN. Hãy sửa các chỗ nêu dưới đây rồi gửi lại.",
            "Not taken in: correct what is listed and send again.",
        )
    if any(finding.severity == "error" for finding in receipt.findings):
        return Label(
            f"Đã lưu thành bản {receipt.version}; còn lỗi phải sửa trước khi gửi.",
            f"Kept as version {receipt.version}; there are errors to correct before it can be sent.",
        )
    return Label(f"Đã nhận thành bản {receipt.version}.", f"Taken in as version {receipt.version}.")


def _item(edition: Edition | None, finding: Finding, explained: dict[str, str]) -> Item:
    place, address = finding.place, finding.address
    if edition is not None and address is not None and place.sheet is None:
        place = _place(edition, address)
    row, column = _labels(edition, address) if edition is not None and address is not None else ("", "")
    return Item(finding, place.sheet or "", place.cell or "", row, column, explained.get(finding.key, ""))


def _place(edition: Edition, address: Address) -> Place:
    """Where an address stands in the template, for a finding that does not say where it stood in the file."""
    places = WorkbookPlaces(layouts(edition), sections=tuple(section.code for section in edition.outline))
    place = places(address)
    return place if place.sheet in edition.form_by_code or place.cell else Place()


def _labels(edition: Edition, address: Address) -> tuple[str, str]:
    """What people call the row and the column, with the codes that the sheet shows."""
    form = edition.form_by_code.get(address.form)
    if form is None:
        titles = {section.code: section.title.vi for section in edition.outline}
        return titles.get(address.column, ""), ""
    rows = {row.code: f"{row.code}. {row.label.vi}" for row in form.rows}
    columns = {column.code: f"({column.code}) {column.label.vi}" for column in form.columns}
    record = f"Bản ghi {address.row}" if address.row.isdigit() else ""
    whole = "Tất cả bản ghi" if address.row == ALL_RECORDS and address.column in columns else ""
    return rows.get(address.row, record or whole), columns.get(address.column, "")
