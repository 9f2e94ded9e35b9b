"""How a narrative stands in a Word file: what marks its sections and its identity, for writer and reader alike."""

from __future__ import annotations

import re

from hub.domain.regime import OutlineSection

LAYOUT = "outline-1"
TAG = "hub-section:"
"""How the tag of the content control around a section's heading begins; the section's code follows."""
BOOKMARK = "hub_section_"
FRONT_STYLE = "hubfront"
"""Style of the lines before the first heading, which are not part of the narrative."""
GUIDANCE_STYLE = "hubguidance"
IDENTITY_MARK = "HUB"
IDENTITY_SHEET = "outline"
_WORD = re.compile(r"[A-Za-z0-9_]{1,24}")


def tag_of(section: str) -> str:
    """The content control's tag of a section."""
    return TAG + section


def bookmark_of(section: str) -> str:
    """The bookmark's name of a section: letters, digits and underscores, at most 40 of them; else empty."""
    return BOOKMARK + section if _WORD.fullmatch(section) else ""


def section_of(mark: str) -> str | None:
    """The section that a tag or a bookmark stands for; None for other people's marks."""
    for start in (TAG, BOOKMARK):
        if mark.startswith(start) and len(mark) > len(start):
            return mark.removeprefix(start)
    return None


def heading(number: int, section: OutlineSection) -> str:
    """A section's heading as written, ``1. Kết quả đạt được``."""
    return f"{number}. {section.title.vi}"


def guidance(section: OutlineSection) -> str:
    """The grey line below a heading: what is asked for. A paragraph of exactly this text is never read."""
    asked = "Phần này phải có nội dung" if section.required else "Phần này có thể để trống"
    most = f"{section.max_length:,}".replace(",", ".")
    return f"[{asked}; nhiều nhất {most} ký tự. Viết bên dưới dòng này, giữ nguyên tiêu đề.]"
