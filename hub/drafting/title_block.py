"""What stands around a table: the form's number and title, its basis, unit, period, deadline, reporter, receiver."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from hub.drafting.captions import CaptionUnit, caption_units
from hub.drafting.cleaning import fold, is_capitals, sentence_case
from hub.drafting.grid import Line
from hub.drafting.numbering import split_label
from hub.drafting.vocabulary import frequencies_said, says

_NUMBER = re.compile(
    r"(?i)^\W*(?:(?:biểu mẫu|biểu|mẫu biểu|mẫu|phụ biểu|phụ lục|bảng)\s*(?:số|sô)?\s*[:.]?\s*)"
    r"(?P<number>(?:(?-i:[IVX]+)(?![^\W\d_])|\d)[\w./\-]*|[A-ZĐ]\d[\w./\-]*|[A-ZĐ]+[-./]\d[\w./\-]*)(?P<rest>.*)$"
)
_BASIS = re.compile(
    r"(?i)(?:ban hành|kèm theo|theo)\b.*?"
    r"(?P<text>(?:thông tư|nghị định|quyết định|nghị quyết|luật|công văn|ttlt)\b.*)"
)
_LAW = re.compile(r"(?i)(?P<text>(?:thông tư|nghị định|quyết định|nghị quyết|luật)\b.*\d.*)")
_FIELDS: tuple[tuple[str, str], ...] = (
    ("receiver", r"(?:đơn vị|cơ quan|nơi) (?:nhận|tiếp nhận)(?: báo cáo)?"),
    ("reporter", r"(?:đơn vị|cơ quan|tổ chức|nơi|cơ quan, đơn vị|người)? ?(?:báo cáo|gửi báo cáo|lập báo cáo|gửi)"),
    ("period", r"(?:kỳ|định kỳ|kì)(?: báo cáo)?(?: số liệu)?"),
    ("deadline", r"(?:ngày|thời hạn|thời gian|hạn)(?: cuối)? (?:nhận|gửi|nộp|báo cáo|hoàn thành)(?: báo cáo)?"),
)


_ANNEX = re.compile(
    r"(?i)^\W*phụ lục(?:\s+(?:số\s*)?[:.]?\s*(?P<number>[\w./\-]{1,12}))?(?P<rest>(?:\s*[:.–(-]|\s|\Z).*)$"
)


@dataclass
class TitleBlock:
    """Texts as printed, each with the place where it stands; empty where the form says nothing."""

    number: str = ""
    annex: str = ""
    """The number of the annex that the form stands in: not the form's own."""
    title: str = ""
    title_sure: bool = False
    basis: str = ""
    reporter: str = ""
    receiver: str = ""
    deadline: str = ""
    period: str = ""
    frequencies: list[str] = field(default_factory=list)
    measures: list[CaptionUnit] = field(default_factory=list)
    unknown_unit: str = ""
    place: str = ""
    section: str = ""
    """A heading right above the table ("I. Thông tin tổng quan"), if there is one."""
    whole: str = ""
    """The document's title where the form goes by the heading right above its table."""
    pending: str = ""
    """A field whose name stood on a line of its own: the next line holds its value."""


def read_title_block(lines: Sequence[Line]) -> TitleBlock:
    """Everything the lines above a table say."""
    block = TitleBlock()
    rest: list[Line] = []
    for line in lines:
        if not _take(block, line):
            rest.append(line)
    _take_title(block, rest)
    _take_frequencies(block, lines)
    return block


def stands_above(text: str) -> bool:
    """True for what a title block holds and no heading does: motto, agency, form number, basis, fields, unit."""
    folded = fold(text)
    fields = any(re.match(rf"\W*{pattern}\s*[:：]", folded) for _, pattern in _FIELDS)
    number = _NUMBER.match(text) is not None and len(text) < 60
    agency = says("agency_start", text) and (is_capitals(text) or "…" in text)
    basis = _BASIS.search(text) is not None
    return fields or number or agency or basis or says("motto_in", text) or caption_units(text)[0]


def _take(block: TitleBlock, line: Line) -> bool:
    """Fills in what the line says; False if it may be (a part of) the title."""
    text, folded = line.text, fold(line.text)
    if _goes_on(block, text):
        return True
    is_unit, measures, words = caption_units(text)
    if is_unit:
        block.measures += measures
        block.unknown_unit = "" if measures else words
        return True
    if says("motto_in", text):
        return True
    if (found := _BASIS.search(text)) and not is_capitals(text[:12]):
        block.basis = block.basis or found["text"].strip(" ()")
        return True
    for name, pattern in _FIELDS:
        match = re.match(rf"\W*{pattern}\s*[:：]\s*(?P<text>.*)", folded)
        if match:
            value = text.strip()[len(text.strip()) - len(match["text"]) :].strip(" .…") if match["text"] else ""
            block.pending = name if not value or name == "deadline" else ""
            setattr(block, name, getattr(block, name) or value)
            return True
    if re.match(r"\W*(trước )?ngày \d{1,2}\b", folded) and not block.deadline:
        block.deadline = text
        return True
    if (match := _ANNEX.match(text)) and _numbers_an_annex(match):
        block.annex = block.annex or (match["number"] or "").strip(" .:-/")
        return not _rest_is_title(block, match["rest"], line)
    if match := _NUMBER.match(text):
        block.number = block.number or match["number"].strip(" .:-/")
        return not _rest_is_title(block, match["rest"], line)
    return says("signature_start", text) or says("note_start", text) or _is_noise(text)


def _numbers_an_annex(match: re.Match[str]) -> bool:
    """ "Phụ lục II", "PHỤ LỤC 21", "Phụ lục A": a number, not the first word of a sentence."""
    number = (match["number"] or "").strip(".:")
    numbered = any(letter.isdigit() for letter in number) or re.fullmatch(r"[IVXL]+|[A-ZĐ]", number) is not None
    return numbered or (not number and not match["rest"].strip(" .:"))


def _goes_on(block: TitleBlock, text: str) -> bool:
    """The value of a field may stand on the lines below its name; deadlines may have several, one a frequency."""
    name, block.pending = block.pending, ""
    folded = fold(text)
    if not name or says("motto_in", text) or _NUMBER.match(text) or caption_units(text)[0]:
        return False
    if any(re.match(rf"\W*{pattern}\s*[:：]", folded) for _, pattern in _FIELDS):
        return False
    if is_capitals(text) and len(text) > 12:
        return False
    value = getattr(block, name)
    if name == "deadline" and not re.search(r"\d", text):
        return False
    if value and name != "deadline":
        return False
    setattr(block, name, f"{value}; {text}" if value else text.strip(" .…-"))
    block.pending = name if name == "deadline" else ""
    return True


def _rest_is_title(block: TitleBlock, rest: str, line: Line) -> bool:
    rest = rest.strip(" .:-–()")
    if len(rest) > 12 and not _BASIS.search(rest) and not fold(rest).startswith(("ban hành", "kèm theo")):
        block.title, block.title_sure, block.place = sentence_case(rest), True, line.place
    elif found := _BASIS.search(rest):
        block.basis = block.basis or found["text"].strip(" ()")
    return False


def _is_noise(text: str) -> bool:
    letters = sum(letter.isalpha() for letter in text)
    return letters < 4 or (says("agency_start", text) and not says("title_start", text))


_PERIOD_LINE = re.compile(
    r"\W*(?:\(|từ ngày|đến ngày|kỳ|năm\b|quý\b|tháng\b|6 tháng|sáu tháng|số liệu (?:từ|tính)|tính (?:từ|đến)"
    r"|dùng cho|áp dụng)"
)


def _take_title(block: TitleBlock, lines: list[Line]) -> None:
    candidates = [line for line in lines if not _PERIOD_LINE.match(fold(line.text)) and len(line.text) > 5]
    if candidates:
        token, rest = split_label(candidates[-1].text)
        if token is not None and token.style in ("roman", "arabic", "upper", "decimal1", "lower") and len(rest) < 200:
            block.section = rest.strip(" :.")
    if block.title:
        return
    run = _capital_run(candidates)
    if run:
        block.title, block.title_sure = _without_period(sentence_case(" ".join(line.text for line in run))), True
        block.place = run[0].place
        if len(block.title.split()) <= 3:
            _lengthen(block, run[-1], candidates)
        return
    named = [line for line in candidates if says("title_start", line.text)]
    strong = named or [line for line in candidates if line.bold or line.centered]
    chosen = strong[-1:] or candidates[-1:]
    if chosen:
        block.title, block.place = sentence_case(split_label(chosen[0].text)[1].strip(" :.")), chosen[0].place
        block.title_sure = bool(named)


_OPEN_PERIOD = re.compile(
    r"(?i)[\s,(]*(?:\b(?:quý|tháng|năm|6 tháng|9 tháng|kỳ|từ ngày|ngày)\b[^…]{0,40}(?:…|\.{2,}|/\s*năm)"
    r"[^a-zà-ỹ]*(?:năm)?[\s….)]*)+\Z"
)


def _without_period(title: str) -> str:
    """A title without the period that is left to fill in at its end ("quý … năm …")."""
    return _OPEN_PERIOD.sub("", title).strip(" ,-–(") or title


def _lengthen(block: TitleBlock, last: Line, candidates: list[Line]) -> None:
    """ "BÁO CÁO" alone is no title: what it is about stands on the next line."""
    after = [line for line in candidates[candidates.index(last) + 1 :] if split_label(line.text)[0] is None]
    if after and len(after[0].text) < 200:
        block.title = _without_period(f"{block.title} {after[0].text[:1].lower()}{after[0].text[1:]}")


def _capital_run(lines: list[Line]) -> list[Line]:
    """The last run of neighbouring lines in capitals that begins like a title, else the longest such run."""
    runs: list[list[Line]] = []
    for line in lines:
        capital = is_capitals(line.text) and split_label(line.text)[0] is None
        if not capital:
            runs.append([])
        elif runs and runs[-1]:
            runs[-1].append(line)
        else:
            runs.append([line])
    runs = [run for run in runs if run]
    named: list[list[Line]] = []
    for run in runs:
        starts = [i for i, line in enumerate(run) if says("title_start", line.text)]
        if starts:
            named.append(run[starts[0] :])
    if named:
        return named[-1]
    long = [run for run in runs if sum(len(line.text) for line in run) >= 15]
    return max(long, key=lambda run: sum(len(line.text) for line in run)) if long else []


def _take_frequencies(block: TitleBlock, lines: Sequence[Line]) -> None:
    if block.period:
        block.frequencies = _said(f"kỳ báo cáo: {block.period}")
    if block.frequencies:
        return
    for line in lines:
        folded = fold(line.text)
        if len(folded) > 160 or re.search(r"\bngày\b.*\btháng\b", folded) or _LAW.search(line.text):
            continue
        if not (_PERIOD_LINE.match(folded) or "báo cáo" in folded or "kỳ" in folded or _stands_out(line)):
            continue
        found = [name for name in _said(line.text) if name not in block.frequencies]
        if found and not block.period:
            block.period = line.text
        block.frequencies += found


def _stands_out(line: Line) -> bool:
    return is_capitals(line.text) or says("title_start", line.text)


def _said(text: str) -> list[str]:
    found = frequencies_said(text)
    folded = fold(text)
    of_a_year = re.search(r"\b(quý|tháng)\b[^,;/]{0,14}\bnăm\b", folded)
    the_year_too = re.search(r"(?:[,;/] ?(và )?(cả )?|\bvà |\bcả )năm\b", folded)
    if len(found) > 1 and of_a_year and not the_year_too:
        found = [name for name in found if name != "yearly"]
    return found
