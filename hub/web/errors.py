"""Refusals as pages: what happened and what to do, in Vietnamese and English, never what went on inside."""

from __future__ import annotations

from flask import Response, g, make_response, redirect, render_template, request, url_for

from hub.errors import HubError
from hub.web import carrying
from hub.web.current import core

TITLES: dict[int, tuple[str, str]] = {
    400: ("Yêu cầu không hợp lệ", "Bad request"),
    401: ("Cần đăng nhập", "Sign in first"),
    403: ("Không có quyền", "Not allowed"),
    404: ("Không tìm thấy trang", "Page not found"),
    405: ("Thao tác không được hỗ trợ", "Method not allowed"),
    409: ("Dữ liệu vừa thay đổi", "Changed by somebody else"),
    413: ("Tệp quá lớn", "File too large"),
    415: ("Loại tệp không được hỗ trợ", "File type not supported"),
    422: ("Chưa thể thực hiện", "Cannot be done now"),
    429: ("Quá nhiều yêu cầu", "Too many requests"),
    500: ("Hệ thống gặp lỗi", "Something went wrong"),
    503: ("Hệ thống đang bận", "The hub is busy"),
}


def error_page(error: HubError) -> Response:
    """The page for a refusal, with its status; strangers who open a closed page are led to the sign-in page."""
    if error.status == 401 and request.method == "GET":
        target = request.full_path if request.query_string else request.path
        return make_response(redirect(url_for("sign_in.show", next=target), 303))
    if error.status == 401 and request.endpoint == "sign_in.leave":  # clicked twice
        return make_response(redirect(url_for("sign_in.show", done="left"), 303))
    if (carried := carrying.answer(error)) is not None:
        return carried
    titles = TITLES.get(error.status, TITLES[500])
    response = make_response(render_template("pages/error.html", error=error, title=titles), error.status)
    if error.status in {429, 503}:
        response.headers["Retry-After"] = "60"
    return response


def bare_page() -> Response:
    """The last resort, for when even a page cannot be made."""
    text = (
        '<!doctype html><html lang="vi"><meta charset="utf-8"><title>Hệ thống gặp lỗi</title>'
        "<h1>Hệ thống gặp lỗi</h1><p>Hãy thử lại sau ít phút. / Something went wrong. Try again in a few minutes.</p>"
    )
    return make_response(text, 500)


def last_resort(error: HubError) -> Response:
    """A page for what nobody foresaw; plain if the templates themselves are what failed."""
    try:
        return error_page(error)
    except Exception:
        g.actor = None
        core()
        return bare_page()
