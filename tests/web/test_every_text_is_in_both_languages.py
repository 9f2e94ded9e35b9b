"""No page shows a text that stands in one language only: what templates and modules say is in the catalogues."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.extract import extract
from jinja2 import Environment, nodes

from hub.catalog import translations
from hub.errors import ConfigError

ROOT = Path(str(files("templates")))
HUB = Path(str(files("hub")))
KEYWORDS = {"_": None, "gettext": None, "pgettext": ((1, "c"), 2), "text_in": (2,), "pair": None}
NAMES = frozenset(
    {
        "API", "CSV", "Excel", "HUB", "JSON", "MB", "PDF", "QR", "SCHEMAS", "SHA", "URL", "UTC", "Word", "XLSX", "XML",
        "XSD", "ZIP", "byte", "hub", "kB", "rules", "yaml",
    }
)  # fmt: skip
"""Words that are the same in both languages."""
SPOKEN_ATTRIBUTES = frozenset({"title", "aria-label", "placeholder", "alt"})
WORD = re.compile(r"[^\W\d_]{2,}")
VIETNAMESE = re.compile(r"[À-ÖØ-öø-ɏẠ-ỹ]")
PLACE = re.compile(r"%\((\w+)\)s")
TAGS_INSIDE = re.compile(r"\|\s*(say|named|state|punctuality|tag|lines)\b")
"""Filters that may give elements: not for attributes, titles and options, where ``plain`` belongs."""

ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)


def templates() -> list[str]:
    found = [path for path in ROOT.rglob("*") if path.suffix in {".html", ".txt"} and "translations" not in path.parts]
    return sorted(str(path.relative_to(ROOT)) for path in found)


def scripts() -> list[str]:
    return sorted(f"static/{path.name}" for path in (ROOT / "static").glob("*.js"))


# --- What is said ------------------------------------------------------------


@cache
def said_in(path: Path) -> tuple[tuple[int, str | None, str], ...]:
    """(line, context, text) of every text that a template or module gives to the catalogues."""
    method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
    with path.open("rb") as stream:
        found = extract(method, stream, keywords=KEYWORDS, options={"silent": "false"})
        return tuple((line, context, text) for line, text, _, context in found if isinstance(text, str) and text)


def modules() -> Iterator[Path]:
    """The modules that speak through the catalogues."""
    for path in sorted(HUB.rglob("*.py")):
        source = path.read_text("utf-8")
        if "hub.catalog.translations" in source or "hub.web.language" in source:
            yield path


def everything_said() -> set[tuple[str | None, str]]:
    paths = [ROOT / name for name in templates()] + list(modules())
    return {(context, text) for path in paths for _, context, text in said_in(path)}


def lacking(path: Path) -> list[str]:
    """What of a file has no English, or one whose places are not the Vietnamese ones."""
    english, wrong = translations.english(), []
    for line, context, text in said_in(path):
        found = english.get((context, text))
        if found is None:
            wrong.append(f"{path.name}:{line} has no English: {text}")
        elif set(PLACE.findall(found)) != set(PLACE.findall(text)):
            wrong.append(f"{path.name}:{line} has other places in English: {text} → {found}")
        elif VIETNAMESE.search(PLACE.sub("", found).replace("NĐ-CP", "").replace("Thông tư", "").replace("Biểu", "")):
            wrong.append(f"{path.name}:{line} is not in English: {found}")
    return wrong


@pytest.mark.parametrize("name", templates())
def test_every_text_of_a_template_has_its_english(name):
    assert lacking(ROOT / name) == []


def test_every_text_of_a_module_has_its_english():
    assert [line for path in modules() for line in lacking(path)] == []


def test_no_catalogue_keeps_a_text_that_nobody_says():
    said = everything_said()
    stale = [
        f"{name}: {text}"
        for name, content in translations.catalogues()
        for context, text in translations.texts_of(content)
        if (context, text) not in said
    ]
    assert stale == []


def test_no_text_waits_in_doubt_or_empty():
    for name, content in translations.catalogues():
        source = content.decode()
        assert "fuzzy" not in source, name
        assert len(translations.texts_of(content)) == source.count("\nmsgid ") - source.count('\nmsgid ""\n'), name


def test_one_text_translated_in_two_ways_is_refused(monkeypatch):
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    two = [(f"{word}.po", f'{head}msgid "Gửi"\nmsgstr "{word}"\n'.encode()) for word in ("Send", "Sent")]
    monkeypatch.setattr(translations, "catalogues", lambda: two)
    translations.english.cache_clear()
    with pytest.raises(ConfigError, match="another translation"):
        translations.english()
    monkeypatch.undo()
    translations.english.cache_clear()


# --- What is said past the catalogues ------------------------------------------------------------


class Spoken(HTMLParser):
    """Collects words that stand in a template as they are, and elements put where only text may stand."""

    def __init__(self, tags: list[str]) -> None:
        super().__init__()
        self.tags, self.wrong, self.inside = tags, [], ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        for name, value in attrs:
            if name in SPOKEN_ATTRIBUTES or (name == "value" and tag == "button" and "name" not in dict(attrs)):
                self._words(f"{name} of <{tag}>", value or "")
            self._elements(f"{name} of <{tag}>", value or "")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside in {"script", "style", "code"}:
            return
        self._words(f"<{self.inside}>", data)
        if self.inside in {"option", "title", "textarea"}:
            self._elements(f"<{self.inside}>", data)

    def _words(self, where: str, text: str) -> None:
        bare = re.sub(r"\ue000\d+\ue001|&\w+;", " ", text)
        found = [word for word in WORD.findall(bare) if word not in NAMES]
        if found:
            self.wrong.append(f"line {self.getpos()[0]}, {where}: {' '.join(found)}")

    def _elements(self, where: str, text: str) -> None:
        for number in re.findall(r"\ue000(\d+)\ue001", text):
            if TAGS_INSIDE.search(self.tags[int(number)]):
                self.wrong.append(f"line {self.getpos()[0]}, {where} may get elements: {self.tags[int(number)]}")


def bare_of(source: str) -> tuple[str, list[str]]:
    """The template with a mark in the place of every expression, and the expressions."""
    text, expressions, current = "", [], None
    for _, kind, value in ENVIRONMENT.lexer.tokeniter(source, "template"):
        if kind == "data":
            text += value
        elif kind == "variable_begin":
            current = ""
        elif kind == "variable_end":
            text += f"\ue000{len(expressions)}\ue001"
            expressions.append(current or "")
            current = None
        elif current is not None:
            current += value
        else:
            text += "\n" * value.count("\n")
    return text, expressions


def literals(source: str) -> Iterator[str]:
    """Vietnamese words in the template's own code that are neither for a catalogue nor half of a pair."""
    tree = ENVIRONMENT.parse(source)
    allowed = {
        id(argument)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in KEYWORDS
        for argument in call.args
    }
    for pair in tree.find_all(nodes.Tuple):
        if len(pair.items) == 2 and all(isinstance(item, nodes.Const) for item in pair.items):
            allowed |= {id(item) for item in pair.items}
    for constant in tree.find_all(nodes.Const):
        if id(constant) not in allowed and isinstance(constant.value, str) and VIETNAMESE.search(constant.value):
            yield f"line {constant.lineno}: {constant.value}"


def spoken_past_the_catalogues(source: str) -> list[str]:
    text, expressions = bare_of(source)
    parser = Spoken(expressions)
    parser.feed(text)
    parser.close()
    titles = re.findall(r"{% block title %}(.*?){% endblock %}", source, re.DOTALL)
    inside = [f"the title may get elements: {title}" for title in titles if TAGS_INSIDE.search(title)]
    return parser.wrong + inside + list(literals(source))


@pytest.mark.parametrize("name", templates())
def test_a_template_says_nothing_past_the_catalogues(name):
    source = (ROOT / name).read_text("utf-8")
    assert spoken_past_the_catalogues(source) == []
    assert not re.search(r"\|\s*both\b|\.vi\b|\.message_vi\b|\.message_en\b", source), "use `say` or `plain`"


@pytest.mark.parametrize("name", scripts())
def test_a_script_holds_no_words_of_its_own(name):
    code = re.sub(r"/\*.*?\*/|(?<![:\"'`\\])//[^\n]*", "", (ROOT / name).read_text("utf-8"), flags=re.DOTALL)
    assert [line.strip() for line in code.splitlines() if VIETNAMESE.search(line)] == []


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<p>Lưu nháp</p>", "Lưu nháp"),
        ('<button title="Save">{{ x }}</button>', "Save"),
        ("<option>{{ x | say }}</option>", "may get elements"),
        ('<i aria-label="{{ x | named(NAMES) }}"></i>', "may get elements"),
        ("{{ 'Đã gửi' if sent else '' }}", "Đã gửi"),
        ("{% block title %}{{ x | say }}{% endblock %}", "may get elements"),
    ],
)
def test_the_search_finds_what_it_looks_for(source, complaint):
    assert complaint in "".join(spoken_past_the_catalogues(source))


def test_the_search_lets_good_templates_pass():
    good = "<p title=\"{{ _('Lưu') }}\">{{ ('Đã gửi', 'Sent') | say }} 3 XLSX {{ name }}</p>{# Ghi chú #}"
    assert spoken_past_the_catalogues(good) == []
