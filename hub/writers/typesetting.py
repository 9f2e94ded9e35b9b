"""Printed documents: a template of ``templates/documents`` and plain data make a PDF, the same bytes every time.

The data come to the template as JSON and stay data: nothing that somebody wrote is read as markup. The fonts are those
that the typesetter brings along, so that every machine sets the same page; it is loaded with the first of them.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

READ_ALOUD: Final = "a-3a"
ARCHIVAL: Final = "a-3b"
"""PDF/A-3: kept for years, with the machine-readable report inside; the first with a structure for readers aloud."""


def typeset(template: str, data: Mapping[str, Any], *, tagged: bool = True) -> bytes:
    """The PDF of ``templates/documents/<template>.typ`` over the data (JSON values only).

    ``tagged``: with its structure, which readers aloud need and which makes long tables several times as large.
    """
    import typst

    source = files("templates").joinpath("documents", f"{template}.typ").read_bytes()
    made: bytes = typst.compile(
        source,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=READ_ALOUD if tagged else ARCHIVAL,
        pdf_tags=tagged,
    )
    return made


def qr_svg(text: str, *, scale: int = 4, border: int = 2) -> bytes:
    """A QR code of the text as an SVG image, the same bytes for the same text."""
    import segno

    buffer = io.BytesIO()
    segno.make(text, error="m", micro=False).save(buffer, kind="svg", scale=scale, border=border, xmldecl=True)
    return buffer.getvalue()
