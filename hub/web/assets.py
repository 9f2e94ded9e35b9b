"""The hub's own files and Bootstrap's stylesheet, served from memory: versioned, compressed once, kept by browsers."""

from __future__ import annotations

import hashlib
import mimetypes
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from flask import Flask, Response, request, url_for

from hub.errors import NotFound
from hub.web.compression import compressed, takes_gzip

BOOTSTRAP = "bootstrap.min.css"
ONE_DAY, ONE_YEAR = 86_400, 31_536_000
mimetypes.add_type("text/javascript", ".js")


@cache
def assets() -> dict[str, bytes]:
    """Every file that pages may load, by name; read once a process."""
    own = files("templates").joinpath("static")
    found = {entry.name: entry.read_bytes() for entry in own.iterdir() if entry.is_file()}
    return found | {BOOTSTRAP: _bootstrap().read_bytes()}


def _bootstrap() -> Traversable:
    return files("flask_bootstrap").joinpath("static", "bootstrap5", "css", BOOTSTRAP)


@cache
def version(name: str) -> str:
    """Ten letters that change whenever the file does."""
    return hashlib.sha256(assets()[name]).hexdigest()[:10]


def asset(name: str) -> str:
    """The address of one of these files, with its version."""
    return url_for("static", filename=name, v=version(name))


def serve(filename: str) -> Response:
    """One file; for a year where the address names its version, else for a day."""
    content = assets().get(filename)
    if content is None:
        raise NotFound
    mimetype = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    response = Response(content, mimetype=mimetype)
    packed = compressed(content) if takes_gzip(mimetype, content) else None
    response.vary.add("Accept-Encoding")
    response.set_etag(version(filename))
    if packed is not None:
        response = _packed(response, packed, filename)
    known = request.args.get("v") == version(filename)
    response.cache_control.public = True
    response.cache_control.max_age = ONE_YEAR if known else ONE_DAY
    if known:
        response.cache_control.immutable = True
    response.make_conditional(request)
    return response


def _packed(response: Response, content: bytes, filename: str) -> Response:
    response.set_data(content)
    response.content_encoding = "gzip"
    response.set_etag(f"{version(filename)}-gzip")
    return response


def install(app: Flask) -> None:
    """The endpoint is called ``static``, as everywhere in Flask."""
    app.add_url_rule("/static/<path:filename>", "static", serve)
    app.jinja_env.globals["asset"] = asset
