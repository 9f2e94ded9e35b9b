"""What each operation of the API is called: its id, the group it stands in, and its title in Vietnamese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Name(NamedTuple):
    id: str
    group: str
    vi: str


GROUPS: Mapping[str, tuple[str, str]] = {
    "reports": ("Gửi và theo dõi báo cáo", "Sending and following reports"),
    "figures": ("Số liệu quốc gia", "National figures"),
    "publications": ("Báo cáo quốc gia đã ban hành", "Issued national reports"),
    "indicators": ("Chỉ số điều hành", "Steering indicators"),
    "service": ("Bản thân giao diện", "The interface itself"),
}
NAMES: Mapping[tuple[str, str], Name] = {
    ("post", "/submissions"): Name("sendReports", "reports", "Gửi một hoặc nhiều báo cáo"),
    ("get", "/submissions/{submission_id}"): Name("getSubmission", "reports", "Một lần gửi, không kèm nội dung"),
    ("get", "/submissions/{submission_id}/marked.xlsx"): Name("getMarkedWorkbook", "reports", "Bảng tính đánh dấu lỗi"),
    ("get", "/filings"): Name("listFilings", "reports", "Các báo cáo bạn được xem"),
    ("get", "/filings/{filing_id}"): Name("getFiling", "reports", "Một báo cáo với số liệu và kết quả kiểm tra"),
    ("get", "/filings/{filing_id}/workbook"): Name("getWorkbook", "reports", "Bảng tính để điền báo cáo"),
    ("get", "/editions/{regime}/{edition}/xsd"): Name("getSchema", "reports", "Lược đồ XML của báo cáo"),
    ("post", "/uploads"): Name("sendFile", "reports", "Gửi một tệp nhiều báo cáo"),
    ("get", "/uploads"): Name("listUploads", "reports", "Các tệp bạn đã gửi gần đây"),
    ("get", "/uploads/{upload_id}"): Name("getUpload", "reports", "Tiến độ đọc một tệp"),
    ("get", "/uploads/{upload_id}/reports"): Name("listUploadReports", "reports", "Kết quả từng báo cáo trong tệp"),
    ("get", "/measures"): Name("listMeasures", "figures", "Các số liệu bạn được xem"),
    ("get", "/periods"): Name("listPeriods", "figures", "Các kỳ của một chế độ đã có số liệu"),
    ("get", "/units"): Name("listUnits", "figures", "Các đơn vị của một ngày"),
    ("get", "/figures"): Name("listFigures", "figures", "Số liệu theo từng trang, dạng JSON hoặc CSV"),
    ("get", "/publications"): Name("listPublications", "publications", "Các ấn bản, mới nhất trước"),
    ("get", "/publications/{publication_id}"): Name("getPublication", "publications", "Một ấn bản"),
    ("get", "/publications/{publication_id}/files/{name}"): Name("getPublicationFile", "publications", "Một tệp"),
    ("get", "/publications/in-force"): Name("listPublicationsInForce", "publications", "Ấn bản hiệu lực vào một ngày"),
    ("get", "/publications/{publication_id}/changes"): Name("getChanges", "publications", "Khác gì giữa hai ấn bản"),
    ("get", "/publications/{publication_id}/proof"): Name("getProof", "publications", "Chứng minh một ấn bản"),
    ("get", "/holds"): Name("listHolds", "publications", "Các báo cáo bị giữ vì còn ít đơn vị"),
    ("get", "/subscriptions"): Name("listSubscriptions", "publications", "Các đăng ký nhận của bạn"),
    ("post", "/subscriptions"): Name("subscribe", "publications", "Đăng ký nhận mỗi ấn bản mới"),
    ("delete", "/subscriptions/{subscription_id}"): Name("unsubscribe", "publications", "Ngừng nhận"),
    ("get", "/kpi-packets/{name}"): Name("getKpiCatalogue", "indicators", "Gói tin 10, 11, 12 của QCVN 125"),
    ("get", "/kpi-data/{kpi_set}"): Name("getKpiData", "indicators", "Gói tin 13: giá trị của một bộ chỉ số"),
    ("post", "/kpi-data"): Name("sendKpiData", "indicators", "Gửi gói tin 13"),
    ("get", "/"): Name("getIndex", "service", "Nơi mô tả giao diện này"),
    ("get", "/health"): Name("getHealth", "service", "Hệ thống có trả lời không"),
    ("get", "/openapi.json"): Name("getDescription", "service", "Tài liệu này"),
}  # fmt: skip

_REPORT = {
    "regime": "THU-01", "unit": "X12", "period": "2026-M09", "secrecy": "none",
    "forms": {"F1": {"cells": {"r02.c02": 1, "r02.c04": "4.50"}}}, "outline": {"s1": "Ổn định."},
}  # fmt: skip
EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "sendReports": _REPORT,
    "sendFile": {"reports": [_REPORT]},
    "subscribe": {"report": "thu", "format": "xlsx"},
    "sendKpiData": {
        "packet": "KPI_DATA", "version": "1", "message_id": "m-1", "set": "THU-KPI",
        "values": [{"kpi": "1.2", "unit": "P1", "period": "2026-M09", "value": "97.25"}],
    },
}  # fmt: skip
"""Bodies of JSON that an operation takes."""
_ID = {"type": "string"}
PLACES: Mapping[str, tuple[str, dict[str, Any]]] = {
    "submission_id": ("`submission_id` of a receipt", _ID),
    "filing_id": ("`id` of a filing", _ID),
    "upload_id": ("`id` of an upload", _ID),
    "publication_id": ("`id` of an issued edition", _ID),
    "subscription_id": ("`id` of a subscription", _ID),
    "regime": ("a regime's code", {"type": "string", "examples": ["THU-01"]}),
    "edition": ("the first day of one of its editions", {"type": "string", "examples": ["2025-07-01"]}),
    "kpi_set": ("a set's code", {"type": "string", "examples": ["THU-KPI"]}),
    "name": ("`name` of one of the edition's files", {"type": "string", "examples": ["manifest.json"]}),
}
CATALOGUES = ("which of the three", {"type": "string", "enum": ["kpi-sets", "kpi-groups", "kpi-breakdowns"]})
"""``name`` of a catalogue of steering indicators."""
