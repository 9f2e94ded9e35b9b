"""A finished PDF made ready for signatures: an empty form that signatures can be entered in without touching a page.

Without it the first signature would have to add the form itself, which could not be told from other changes.
"""

from __future__ import annotations

import hashlib
import io

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


class _Steady(IncrementalPdfFileWriter):
    """An update whose file identifier follows from the file instead of chance, and that leaves its dates alone."""

    @classmethod
    def _handle_id(cls, prev: object) -> generic.ArrayObject:
        first = generic.ByteStringObject(prev.trailer["/ID"][0].original_bytes)  # type: ignore[attr-defined]
        return generic.ArrayObject([first, generic.ByteStringObject(hashlib.sha256(first).digest()[:16])])

    def _update_meta(self) -> None:
        """Nothing: when the document was made stands in it already."""


def ready_for_signatures(content: bytes) -> bytes:
    """The PDF with an empty form appended, only to be added to (flags 3); the same bytes for the same content."""
    writer = _Steady(io.BytesIO(content))
    name = generic.pdf_name
    writer.root[name("/AcroForm")] = generic.DictionaryObject(
        {name("/Fields"): generic.ArrayObject(), name("/SigFlags"): generic.NumberObject(3)}
    )
    writer.update_root()
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()
