"""Every refusal the hub can give: each knows its code, its HTTP status and what to tell a person in both languages."""

from __future__ import annotations


class HubError(Exception):
    """Base of all refusals. ``code`` is stable and machine-readable; the two messages are for people."""

    code = "error"
    status = 500
    vi = "Hệ thống gặp lỗi."
    en = "The hub met an error."

    def __init__(self, vi: str | None = None, en: str | None = None) -> None:
        self.message_vi = vi or self.vi
        self.message_en = en or vi or self.en
        super().__init__(self.message_en)


class ConfigError(HubError):
    code, status = "config", 500
    vi, en = "Cấu hình không hợp lệ.", "The configuration is not valid."


class SchemaError(HubError):
    """The data under ``report_schemas`` does not hold; ``problems`` lists all of them, each with file and place."""

    code, status = "schema", 500
    vi, en = "Dữ liệu chế độ báo cáo không hợp lệ.", "The regime data are not valid."

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems), "\n".join(problems))


class BadRequest(HubError):
    code, status = "bad_request", 400
    vi, en = "Yêu cầu không hợp lệ.", "The request is not valid."


class NotSignedIn(HubError):
    code, status = "not_signed_in", 401
    vi, en = "Bạn cần đăng nhập.", "Sign in first."


class Forbidden(HubError):
    code, status = "forbidden", 403
    vi, en = "Bạn không có quyền làm việc này.", "You may not do this."


class NotFound(HubError):
    """Also the answer for what exists but may not be seen, so that nothing leaks."""

    code, status = "not_found", 404
    vi, en = "Không tìm thấy.", "Not found."


class Conflict(HubError):
    """Somebody else changed it first, or a key was used for something else."""

    code, status = "conflict", 409
    vi, en = (
        "Báo cáo vừa được người khác thay đổi. Hãy tải lại trang.",
        "Somebody else has just changed this. Reload the page.",
    )


class TooLarge(HubError):
    code, status = "too_large", 413
    vi, en = "Tệp quá lớn.", "The file is too large."


class Refused(HubError):
    """The state or the law does not allow it now; the messages say why."""

    code, status = "refused", 422
    vi, en = "Chưa thể thực hiện.", "This cannot be done now."


class TooManyRequests(HubError):
    code, status = "too_many_requests", 429
    vi, en = "Quá nhiều yêu cầu. Hãy thử lại sau.", "Too many requests. Try again later."


class Unavailable(HubError):
    code, status = "unavailable", 503
    vi, en = "Hệ thống đang bận. Hãy thử lại sau ít phút.", "The hub is busy. Try again in a few minutes."
