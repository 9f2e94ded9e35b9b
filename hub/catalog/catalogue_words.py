"""The catalogue's codes in plain words, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from hub.catalog.catalogue import Blocker, CatalogueScope, Mark, Status
from hub.domain.form import Label

NOT_PUBLIC = Label(
    "Chính phủ công bố 69/179 chế độ báo cáo đã tích hợp (tháng 8/2022); danh mục chính thức của 179 chế độ chưa được "
    "công khai. Bảng này đếm theo danh mục do hệ thống tự lập từ văn bản pháp luật.",
    "The Government reported 69 of 179 regimes integrated (August 2022); the official list of the 179 was never made "
    "public. This board counts by the hub's own catalogue, drawn up from the legal texts.",
)
"""Must stand wherever the number 179 is shown."""

STATUS_NAMES: Mapping[Status, Label] = {
    "integrated": Label("đã tích hợp", "integrated"),
    "drafted": Label("đang soạn", "drafted"),
    "planned": Label("mới có trong danh mục", "planned"),
}
SCOPE_NAMES: Mapping[CatalogueScope, Label] = {
    "core": Label("trong phạm vi", "in scope"),
    "statistical": Label("thống kê", "statistical"),
    "enterprise": Label("doanh nghiệp, tổ chức báo cáo", "reported by enterprises"),
    "internal": Label("nội bộ ngành", "internal"),
    "ad_hoc": Label("không theo kỳ", "without fixed periods"),
    "other": Label("khác", "other"),
}
BLOCKER_NAMES: Mapping[Blocker, Label] = {
    "form_unread": Label("chưa đọc được biểu mẫu", "form not read"),
    "awaits_confirmation": Label("chờ cơ quan chủ trì xác nhận biểu", "form awaits its owner's confirmation"),
    "not_entered": Label("đã có biểu, chưa nhập thành dữ liệu", "form read, not yet entered as data"),
    "in_review": Label("bản thảo chờ người đọc soát", "draft waits for a person to review it"),
    "text_superseded": Label("văn bản đã được sửa hoặc thay, chưa đọc bản mới", "text superseded, new one unread"),
    "no_dates": Label("chưa biết thời gian chốt số liệu và hạn gửi", "no cut-off or deadline known"),
    "no_frequency": Label("chưa biết tần suất", "frequency not known"),
    "out_of_scope": Label("ngoài phạm vi chế độ báo cáo hành chính định kỳ", "outside periodic administrative reports"),
    "reporters_outside": Label(
        "đối tượng báo cáo không phải đơn vị của hệ thống", "reporters are not units of the hub"
    ),
}
MARK_NAMES: Mapping[Mark, Label] = {
    "yes": Label("đã kiểm chứng", "verified"),
    "partial": Label("kiểm chứng một phần", "partly verified"),
    "unmarked": Label("đã đọc, nguồn không đánh giá", "read, not marked by its source"),
    "memory": Label("theo trí nhớ", "from memory"),
    "no": Label("chưa kiểm chứng", "not verified"),
}
