"""Charts as SVG: well-formed, escaped, without style or script, every figure told, every layout drawn."""

import re
from decimal import Decimal

import pytest
import typst
from lxml import etree

from hub.domain.chart import (
    MISSING,
    Band,
    Bar,
    Bars,
    Break,
    Bullet,
    Caption,
    Heat,
    HeatCell,
    HeatColumn,
    HeatRow,
    Island,
    Line,
    Mark,
    Part,
    Quantity,
    Reference,
    Spark,
    Stack,
    Stacked,
    Tile,
    Tiles,
    Track,
)
from hub.domain.form import Label
from hub.writers.chart_svg import chart_svg, layouts_of

D = Decimal
EVIL = 'Bộ "A" <script>alert(1)</script> & B'
SVG = "{http://www.w3.org/2000/svg}"
SHARE = Quantity(Label("%", "%"), 1)


def name(vi, en=None):
    return Label(vi, en or vi)


CAPTION = Caption(name("Tỷ lệ đúng hạn", "Share on time"))
MARKS = (Mark(D("12.5"), "/a?x=1&y=2"), MISSING, Mark(D("97.3"), provisional=True, tone="good"), Mark(D(40), "/b"))
AXIS = tuple(name(f"{month}/2027") for month in range(1, 5))
TONES = ("good", "half", "bad", "none")
CHARTS = {
    "line": Line(CAPTION, SHARE, AXIS, (Track(name(EVIL), MARKS), Track(name("Huế"), MARKS[::-1])),
                 (Reference(name("Mục tiêu", "Target"), D(80)),), (Break(2, name("Sáp nhập", "Merger")),)),
    "bars": Bars(CAPTION, SHARE, tuple(Bar(name(f"{EVIL} {n}"), mark) for n, mark in enumerate(MARKS)),
                 (Reference(name("Cả nước", "Nation"), D(50)),)),
    "stacked": Stacked(CAPTION, SHARE, (Part(name("đúng hạn"), "good"), Part(name("muộn"), "bad")),
                       (Stack(name(EVIL), (Mark(D(3)), Mark(D(5), "/c")), "/u"), Stack(name("X"), (MISSING, MISSING)))),
    "heat": Heat(CAPTION, tuple(HeatColumn(name(f"R{n}")) for n in range(4)),
                 (HeatRow(name(EVIL), tuple(HeatCell(tone, name(f"ô {tone}"), tone, "/h") for tone in TONES)),)),
    "tiles": Tiles(CAPTION, SHARE,
                   tuple(Tile(n, 0, name(f"{EVIL} {n}"), f"T{n}", mark) for n, mark in enumerate(MARKS)),
                   (Island(5, 0, name("Hoàng Sa"), 0),)),
    "spark": Spark(CAPTION, SHARE, AXIS, MARKS),
    "bullet": Bullet(CAPTION, SHARE, Mark(D("72.4"), "/k", tone="half"), D(80),
                     (Band(D(50), name("kém"), "bad"), Band(D(100), name("tốt"), "good"))),
}  # fmt: skip
EVERY = [(kind, layout) for kind, chart in CHARTS.items() for layout in layouts_of(chart)]


def tree(kind, language="vi", **options):
    return etree.fromstring(chart_svg(CHARTS[kind], language, **options))


def said(kind, **options):
    return " ".join(tree(kind, **options).itertext())


@pytest.mark.parametrize(("kind", "layout"), EVERY)
def test_a_chart_is_well_formed_and_says_what_it_is(kind, layout):
    drawn = tree(kind, layout=layout)
    assert [child.tag for child in drawn[:2]] == [f"{SVG}title", f"{SVG}desc"]
    assert drawn[0].text == "Tỷ lệ đúng hạn"
    assert drawn[1].text
    assert tree(kind, "en", layout=layout)[0].text == "Share on time"


@pytest.mark.parametrize(("kind", "layout"), EVERY)
def test_nothing_in_a_chart_needs_a_style_a_script_or_another_place(kind, layout):
    text = chart_svg(CHARTS[kind], layout=layout)
    assert not re.search(r"<style|<script|\sstyle=|\son\w+=|url\(|<image|<use|@import|data:", text)
    assert not tree(kind, layout=layout).xpath("//@id"), "two charts of a page would clash"


@pytest.mark.parametrize("kind", ["line", "bars", "stacked", "heat", "tiles"])
def test_names_are_text_and_never_markup(kind):
    assert "<script>" not in chart_svg(CHARTS[kind])
    assert "<script>alert(1)</script> & B" in said(kind)


@pytest.mark.parametrize("kind", ["line", "bars", "tiles"])
def test_every_figure_is_told_in_words_where_it_stands(kind):
    titles = [element.text for element in tree(kind).iter(f"{SVG}title")]
    assert any(title.endswith("12,5 %") for title in titles)
    assert any("97,3 %; tạm tính" in title for title in titles)


def test_links_lead_on_and_are_no_stops_of_the_tab_key():
    drawn = tree("bars")
    links = drawn.findall(f".//{SVG}a")
    assert [link.get("href") for link in links] == ["/a?x=1&y=2", "/b"]
    assert {link.get("tabindex") for link in links} == {"-1"}
    assert drawn.get("role") == "group"
    assert tree("spark").get("role") == "img"


def test_a_line_has_a_gap_where_a_figure_is_missing_and_dashes_to_what_is_provisional():
    track = Track(name("A"), (Mark(D(1)), Mark(D(2)), MISSING, Mark(D(3)), Mark(D(4), provisional=True)))
    axis = tuple(name(str(n)) for n in range(5))
    drawn = etree.fromstring(chart_svg(Line(CAPTION, SHARE, axis, (track,))))
    paths = [(path.get("class"), path.get("d").count("L")) for path in drawn.iter(f"{SVG}path")]
    assert paths == [("ch-line ch-t0", 1), ("ch-line ch-t0 ch-dashed", 1)]


def test_a_bar_is_as_long_as_its_share_of_the_axis():
    bars = tuple(Bar(name(str(n)), Mark(D(n))) for n in (25, 50, 100))
    drawn = etree.fromstring(chart_svg(Bars(CAPTION, Quantity(), bars)))
    widths = [D(rect.get("width")) for rect in drawn.iter(f"{SVG}rect")]
    assert widths[0] * 4 == pytest.approx(widths[2], abs=D("0.4"))
    assert widths[1] * 2 == pytest.approx(widths[2], abs=D("0.4"))


def test_a_sign_stands_beside_every_colour_that_judges():
    assert "97,3 ✓" in said("bars")
    texts = said("heat")
    assert all(sign in texts for sign in ("✓ tốt", "▲ cần chú ý", "× kém", "– chưa có"))


def test_a_chart_for_a_document_brings_its_colours_and_becomes_a_page_of_a_pdf(tmp_path):
    for kind in CHARTS:
        (tmp_path / f"{kind}.svg").write_text(chart_svg(CHARTS[kind], standalone=True), "utf-8")
    source = tmp_path / "all.typ"
    source.write_text("\n".join(f'#image("{kind}.svg", width: 80%)' for kind in CHARTS), "utf-8")
    assert typst.compile(source, ignore_system_fonts=True).startswith(b"%PDF-")


def test_charts_without_anything_are_drawn_too():
    empty = [
        Line(CAPTION, SHARE, (), ()), Bars(CAPTION, SHARE, ()), Stacked(CAPTION, SHARE, (), ()), Heat(CAPTION, (), ()),
        Tiles(CAPTION, SHARE, ()), Spark(CAPTION, SHARE, (), ()), Bullet(CAPTION, SHARE, MISSING),
    ]  # fmt: skip
    for chart in empty:
        assert etree.fromstring(chart_svg(chart)).get("viewBox")
