"""What a person reads at the end: what was filed, found, covered, and where to look."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console
from rich.table import Table

from hub.demonstration.accounts import ADMINISTRATOR, CENTRAL, MINISTRIES_RECEIVE, MINISTRIES_SEND, People
from hub.demonstration.campaign import Record
from hub.demonstration.national import Nation
from hub.domain.access import SYSTEM
from hub.domain.workflow import STATE_NAMES
from hub.services import overview, tallies
from hub.services.core import Core
from hub.services.tracing import Trace

MOST_LINES = 5
NOTICE = (
    "DỮ LIỆU TRÌNH DIỄN: số liệu do máy tạo từ hạt giống cố định; chế độ, biểu mẫu, đơn vị, thời hạn, quy tắc là thật.",
    "DEMONSTRATION DATA: the figures are invented from a fixed seed; regimes, forms, units, dates and rules are real.",
)
_SHOWN = {
    "vietnamese": "1.234,5 gõ trên trang web, đọc đúng / 1.234,5 typed in the form, read as it is",
    "late": "gửi muộn, vẫn nhận / sent too late, taken and marked",
    "returned": "trả lại có lý do / sent back with a reason",
    "excluded": "loại trừ có lý do / excluded with a reason",
    "same_key": "gửi trùng khóa / the same key sent twice",
    "same_file": "gửi trùng tệp / the same file sent twice",
    "rolled_up": "tỉnh tổng hợp từ xã / rolled up by the province",
    "amended": "sửa đổi sau hoàn thành / amended after it was final",
}

_PLACES = (
    ("/national", "đến, muộn, biến động, cần quyết định / in, late, moved, to decide", CENTRAL),
    ("/national/punctuality", "đúng hạn theo đơn vị, chế độ / on time, by unit and regime", CENTRAL),
    ("/kpi", "bộ chỉ số, mục tiêu, cảnh báo / indicators, targets, alerts", CENTRAL),
    ("/data", "chọn và tải số liệu / choose figures, take them away", f"{CENTRAL}, {MINISTRIES_RECEIVE}"),
    ("/reports", "ấn bản, báo cáo đang giữ / editions, reports held back", CENTRAL),
    ("/subscriptions", "giao ấn bản mới / delivery of new editions", CENTRAL),
    ("/admin/jobs", "công việc theo lịch / scheduled jobs", ADMINISTRATOR),
    ("/api/docs, /sdmx/2.1/dataflow, /odata/v1", "cho hệ thống khác / for other systems", f"token ({MINISTRIES_SEND})"),
)
"""Address, what there is, with which account."""


@dataclass(frozen=True)
class Summary:
    """Everything that the closing pages of the demonstration show."""

    core: Core
    people: People
    nation: Nation
    record: Record
    started: float
    now: datetime

    def tell(self, console: Console) -> None:
        """Print it all, but for the last line."""
        self._states(console)
        self._doors(console)
        self._findings(console)
        self._coverage(console)
        self._figures(console)
        self._trace(console, self.nation.trace(self.now))
        self._where(console)

    def _states(self, console: Console) -> None:
        states: Counter[str] = Counter()
        for row in overview.campaigns(self.core, SYSTEM, self.now):
            states += Counter(
                {"chưa gửi / not sent": row.open, "đã gửi, chờ tiếp nhận / sent, waiting": row.submitted,
                 "đã tiếp nhận / accepted": row.accepted, f"{STATE_NAMES['returned'][0]} / sent back": row.returned,
                 "loại trừ / excluded": row.excluded}
            )  # fmt: skip
        _print(console, "Báo cáo phải nộp / Filings", ("trạng thái / state", "số / number"), states.most_common())
        already = self.record.already
        console.print(f"Lần chạy này / this run: {sum(self.record.sent.values())} sent, {already} already there.")

    def _doors(self, console: Console) -> None:
        arrived = tallies.arrivals(self.core, self.people.actors[CENTRAL])
        lines = [(door, via, verdict, count) for (door, via, verdict), count in arrived.doors.most_common()]
        heads = ("cửa / door", "qua / through", "kết quả / verdict", "số / number")
        _print(console, "Lượt gửi đến / Arrivals", heads, lines)
        kinds = [(severity, stage, code, count) for (severity, stage, code), count in arrived.findings.most_common(25)]
        heads = ("mức / severity", "bước / stage", "mã / code", "số / number")
        _print(console, "Phát hiện khi kiểm tra / Findings", heads, kinds)

    def _findings(self, console: Console) -> None:
        planted: dict[str, list[bool]] = {}
        codes: dict[str, set[str]] = {}
        for mistake, found in self.record.expected:
            planted.setdefault(f"{mistake.vi} / {mistake.en}", []).append(found)
            codes.setdefault(f"{mistake.vi} / {mistake.en}", set()).add(mistake.code)
        lines = [(name, f"{sum(found)}/{len(found)}", _few(codes[name])) for name, found in planted.items()]
        lines += [(_SHOWN[name], str(count), "") for name, count in sorted(self.record.shown.items())]
        heads = ("cài sẵn / planted", "thấy / found", "mã / codes")
        _print(console, "Tình huống cài sẵn / Planted situations", heads, lines)
        for line in self.record.surprises[:10]:
            console.print(f"ngoài dự kiến / unexpected: {line}")
        if len(self.record.surprises) > 10:
            console.print(f"… {len(self.record.surprises)}")

    def _coverage(self, console: Console) -> None:
        lines = [
            (
                row.regime,
                row.period.code,
                f"{row.accepted}/{row.obliged}",
                row.submitted,
                row.returned,
                row.late,
                row.excluded,
            )
            for row in overview.campaigns(self.core, SYSTEM, self.now)
            if row.accepted
        ]
        heads = ("chế độ / regime", "kỳ / period", "tiếp nhận / accepted", "chờ / waiting", "trả lại / returned",
                 "muộn hoặc chưa gửi / late or unsent", "loại trừ / excluded")  # fmt: skip
        _print(console, "Mức bao phủ cả nước / Coverage of the whole country", heads, lines)

    def _figures(self, console: Console) -> None:
        document = self.nation.document()
        lines = [
            (row.label.vi, *("" if cell.value is None else cell.value for cell in row.cells))
            for table in document.tables
            for row in table.rows
        ]
        heads = ("chỉ tiêu / figure", "giá trị / value", "đơn vị / unit", "kỳ / period", "n/N")
        _print(console, f"{document.title.vi} / {document.title.en}", heads, lines)

    def _trace(self, console: Console, found: Trace | None) -> None:
        if found is None:
            return
        console.print("\nTruy nguyên một số liệu / One figure traced")
        console.print(f"  {found.label.vi}: {found.value} ({found.regime} {found.period}, {found.address})")
        cell = f"{found.regime}@{found.unit_id}:{found.address}"
        console.print(f"  {found.accepted}/{found.obliged}; hub trace {found.publication.id} {cell}")
        for part in found.parts[:MOST_LINES]:
            where = "computed" if part.computed else part.place.describe()
            console.print(
                f"    {part.unit_name.vi}: {part.value} ← version {part.version} {part.version_sha256[:12]} "
                f"← submission {part.submission_id} ({part.door}) ← {part.filename or 'form'} {where}"
            )
        if len(found.parts) > MOST_LINES:
            console.print(f"    … {len(found.parts) - MOST_LINES} more")

    def _where(self, console: Console) -> None:
        lines = [
            (each.username, self.people.passwords[each.username], each.name)
            for each in self.people.wanted
            if each.shown
        ]
        heads = ("tài khoản / username", "mật khẩu / password", "vai / role")
        _print(console, "Tài khoản trình diễn / Demonstration accounts", heads, lines)
        changes = (f"/reports/{self.nation.overview.id}/changes", "số nào đổi, vì sao / which figures changed, and why")
        heads = ("địa chỉ / address", "có gì / what is there", "tài khoản / account")
        _print(console, "Trung tâm điều hành / Steering centre", heads, [*_PLACES, (*changes, CENTRAL)])
        console.print(f"\nTất cả tài khoản / all accounts: {self.people.path}")
        console.print(f"Tệp báo cáo quốc gia / national files: {self.core.config.var / 'national'}")
        console.print(f"Thời gian / time: {time.monotonic() - self.started:.1f} s")


def _few(codes: set[str]) -> str:
    shown = ", ".join(sorted(codes)[:4])
    return shown + (" …" if len(codes) > 4 else "")


def _print(console: Console, title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    console.print(f"\n{title}")
    table = Table(*heads, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    console.print(table)
