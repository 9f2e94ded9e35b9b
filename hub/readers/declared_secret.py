"""Whether a document declares a state secret, seen before anything of it is kept (R06)."""

from __future__ import annotations

import re

from hub.domain.interchange import NO_SECRET

_SAID = re.compile(r"""\bsecrecy(?:\s*=\s*["']|"\s*:\s*)(?P<said>"[^"]*"|[^"'<>,}\s]*)""")


def declares_secret(content: bytes) -> bool:
    """True if a ``secrecy`` of the XML or JSON says anything but that there is none; in doubt True."""
    text = content.decode("utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8", "replace")
    if "secrecy" not in text:
        return False
    return any(found["said"].strip('"') not in {NO_SECRET, "null"} for found in _SAID.finditer(text))
