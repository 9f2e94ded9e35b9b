"""The note that a later edition of a publication carries: somebody's words, or what the hub itself says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hub.domain.form import Label

_AUTOMATIC = "Tự động ban hành lại. Báo cáo sửa đổi: {amended}; thêm: {added}; không còn: {gone}."
_IN_ENGLISH = "Issued again automatically. Reports amended: {amended}; added: {added}; no longer counted: {gone}."
_READ = re.compile(re.escape(_AUTOMATIC).replace(r"\{", "(?P<").replace(r"\}", r">\d{1,9})"), re.ASCII)


def automatic_note(counts: Mapping[str, int]) -> str:
    """What the hub notes where it issues anew by itself: how many reports count differently."""
    return _AUTOMATIC.format(**counts)


def note_label(note: str) -> Label:
    """A note as people read it: the hub's own in both languages, somebody's as it was written."""
    found = _READ.fullmatch(note)
    return Label(note, _IN_ENGLISH.format(**found.groupdict()) if found is not None else note)
