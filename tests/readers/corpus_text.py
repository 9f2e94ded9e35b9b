"""Hostile, broken and odd JSON, XML, CSV and form documents for the small edition, each with its expected outcome.

``codes`` are exactly the codes of the findings; ``values`` exactly what is read, where it matters. A document without
codes is accepted as the values that stand there.
"""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hub.domain.envelope import NOT_APPLICABLE


@dataclass(frozen=True)
class Case:
    name: str
    door: str
    content: bytes
    codes: frozenset[str] = frozenset()
    values: dict[str, Any] | None = None
    reports: int = 1


CASES: list[Case] = []


def _case(
    door: str, name: str, content: bytes | str, *codes: str, values: dict[str, Any] | None = None, reports: int = 1
) -> None:
    data = content.encode("utf-8") if isinstance(content, str) else content
    CASES.append(Case(f"{door}: {name}", door, data, frozenset(codes), values, reports))


# --- JSON ------------------------------------------------------------------------------------------------------------

_HEAD = '"regime":"THU-01","unit":"H26","period":"2025-M07"'


def _j(body: str = "", head: str = _HEAD) -> str:
    return "{" + ",".join(part for part in (head, body) if part) + "}"


def _cells(cells: str) -> str:
    return _j('"forms":{"F1":{"cells":{' + cells + "}}}")


def _records(records: str) -> str:
    return _j('"forms":{"F2":{"records":[' + records + "]}}")


def _json(name: str, content: bytes | str, *codes: str, **kwargs: Any) -> None:
    _case("json", name, content, *codes, **kwargs)


_json("an empty file", "", "file_empty")
_json("white space alone", " \n\t ", "file_empty")
_json("one open brace", "{", "json_malformed")
_json("a cut-off document", _cells('"r01.c01":12')[:-3], "json_malformed")
_json("a trailing comma", _j('"forms":{},'), "json_malformed")
_json("single quotes", "{'regime':'THU-01'}", "json_malformed")
_json("a comment", "{/* x */}", "json_malformed")
_json("two documents", _j() + _j(), "json_malformed")
_json("text after the document", _j() + "x", "json_malformed")
_json("unquoted keys", "{regime:1}", "json_malformed")
_json("a bare string", '"THU-01"', "wrong_shape")
_json("a bare number", "12", "wrong_shape")
_json("null", "null", "wrong_shape")
_json("a bare list", "[" + _j() + "]", "wrong_shape")
_json("an empty object", "{}", "identity_missing")
_json(
    "a number as the unit",
    _j(head='"regime":"THU-01","unit":26,"period":"2025-M07"'),
    "wrong_shape",
    "identity_missing",
)
_json(
    "a list as the period",
    _j(head='"regime":"THU-01","unit":"H26","period":["2025-M07"]'),
    "wrong_shape",
    "identity_missing",
)
_json(
    "a regime that does not exist", _j(head='"regime":"KHONG-CO","unit":"H26","period":"2025-M07"'), "edition_unknown"
)
_json("a period that does not exist", _j(head='"regime":"THU-01","unit":"H26","period":"2025-M13"'), "edition_unknown")
_json(
    "a unit of 10,000 characters",
    _j(head='"regime":"THU-01","unit":"' + "H" * 10_000 + '","period":"2025-M07"'),
    "identity_bad",
)
_json("a line feed in the unit", _j(head='"regime":"THU-01","unit":"H26\\nH27","period":"2025-M07"'), "identity_bad")
_json(
    "a right-to-left override in the period",
    _j(head='"regime":"THU-01","unit":"H26","period":"2025-M07\\u202e"'),
    "identity_bad",
)
_json("half a character in the regime", _j(head='"regime":"\\ud800","unit":"H26","period":"2025-M07"'), "identity_bad")
_json("a scope that does not exist", _j('"scope":"all"'), "scope_unknown")
_json("the same key twice", _j(head='"regime":"THU-01","unit":"H26","unit":"H27","period":"2025-M07"'), "duplicate_key")
_json("an unknown key", _j('"from":"x"'), "unknown_key")
_json("a key of prototype pollution", _j('"__proto__":{"admin":true}'), "unknown_key")
_json("forms as a list", _j('"forms":[]'), "wrong_shape")
_json("forms as null", _j('"forms":null'), values={})
_json("a form as a list", _j('"forms":{"F1":[]}'), "wrong_shape")
_json("a form as null", _j('"forms":{"F1":null}'), values={})
_json("a form that does not exist", _j('"forms":{"F9":{"nil":true}}'), "unknown_form")
_json("a form named with markup", _j('"forms":{"<script>":{}}'), "unknown_form")
_json(
    "the same form twice",
    _j('"forms":{"F1":{"cells":{"r01.c01":1}},"F1":{"cells":{"r01.c01":2}}}'),
    "duplicate_form",
    values={},
)
_json("an unknown key in a form", _j('"forms":{"F1":{"rows":{}}}'), "unknown_key")
_json("records in a grid", _j('"forms":{"F1":{"records":[{"c01":1}]}}'), "wrong_form_kind", values={})
_json("cells in a list", _j('"forms":{"F2":{"cells":{"r01.c01":1}}}'), "wrong_form_kind", values={})
_json("cells as a list", _j('"forms":{"F1":{"cells":[1]}}'), "wrong_shape")
_json("records as an object", _j('"forms":{"F2":{"records":{"1":{}}}}'), "wrong_shape")
_json("a record as a number", _records("12"), "wrong_shape")
_json("nil as a text", _j('"forms":{"F1":{"nil":"yes"}}'), "wrong_shape")
_json("nil as a number", _j('"forms":{"F1":{"nil":1}}'), "wrong_shape")
_json("the same cell twice", _cells('"r01.c01":1,"r01.c01":2'), "duplicate_cell", values={})
_json("the same cell twice with the same value", _cells('"r01.c01":1,"r01.c01":1'), "duplicate_cell", values={})
_json("a cell without a dot", _cells('"r01c01":1'), "unknown_key")
_json("a row that does not exist", _cells('"r99.c01":1'), "unknown_row")
_json("a column that does not exist", _cells('"r01.c99":1'), "unknown_column")
_json("an unknown column on every row", _cells('"r01.c99":1,"r02.c99":1,"r03.c99":1'), "unknown_column")
_json("NaN", _cells('"r01.c01":NaN,"r02.c01":2'), "not_a_number", values={"F1.r02.c01": Decimal(2)})
_json("Infinity", _cells('"r01.c01":Infinity'), "not_a_number", values={})
_json("minus Infinity", _cells('"r01.c01":-Infinity'), "not_a_number", values={})
_json("1e400", _cells('"r01.c01":1e400'), "number_too_long", values={})
_json("1E+999999999", _cells('"r01.c01":1E+999999999'), "number_too_long", values={})
_json("1e-400", _cells('"r01.c01":1e-400'), "number_too_long", values={})
_json("a small exponent, which is exact", _cells('"r01.c01":1.5e3'), values={"F1.r01.c01": Decimal(1500)})
_json("an exponent with zeros before it", _cells('"r01.c01":1e+0002'), values={"F1.r01.c01": Decimal(100)})
_json("5,000 digits", _cells('"r01.c01":' + "9" * 5_000), "number_too_long", values={})
_json("5,000 digits as a form's nil", _j('"forms":{"F1":{"nil":' + "9" * 5_000 + "}}"), "wrong_shape")
_json(
    "a number that a float would round",
    _cells('"r01.c04":123456789012345.67'),
    values={"F1.r01.c04": Decimal("123456789012345.67")},
)
_json(
    "0.1 and 0.2",
    _cells('"r01.c04":0.1,"r02.c04":0.2'),
    values={"F1.r01.c04": Decimal("0.1"), "F1.r02.c04": Decimal("0.2")},
)
_json("leading zeros", _cells('"r01.c01":012'), "json_malformed")
_json("a plus sign", _cells('"r01.c01":+12'), "json_malformed")
_json("hexadecimal", _cells('"r01.c01":0x1F'), "json_malformed")
_json("full-width digits as a number", _cells('"r01.c01":１２'), "json_malformed")
_json("full-width digits as text stay as typed", _cells('"r01.c01":"１２"'), values={"F1.r01.c01": "１２"})
_json("a list in a cell", _cells('"r01.c01":[12]'), "wrong_shape", values={})
_json("an object in a cell", _cells('"r01.c01":{"v":12}'), "wrong_shape", values={})
_json("a truth value stays one for the check", _cells('"r01.c01":true'), values={"F1.r01.c01": True})
_json("null is missing", _cells('"r01.c01":null'), values={})
_json("a blank is missing", _cells('"r01.c01":"  "'), values={})
_json("zero is a value", _cells('"r01.c01":0'), values={"F1.r01.c01": Decimal(0)})
_json("N/A stays text for the check", _cells('"r01.c01":"N/A"'), values={"F1.r01.c01": "N/A"})
_json("NUL in a text", _cells('"r01.c06":"a\\u0000b"'), "forbidden_character", values={})
_json("half a character in a text", _cells('"r01.c06":"a\\ud83d"'), "forbidden_character", values={})
_json("half a character in a name", _cells('"\\ud83d.c06":"a"'), "unknown_row")
_json("a whole character written as two halves", _cells('"r01.c06":"\\ud83d\\ude00"'), values={"F1.r01.c06": "😀"})
_json("a raw control character", _cells('"r01.c06":"a\x01b"'), "json_malformed")
_json("bytes that are not UTF-8", _cells('"r01.c06":"').encode() + b"\xff\xfe", "file_not_utf8")
_json("overlong UTF-8", _cells('"r01.c06":"').encode() + b"\xc0\xaf", "file_not_utf8")
_json("UTF-8 of half a character", _cells('"r01.c06":"').encode() + b"\xed\xa0\x80", "file_not_utf8")
_json("UTF-16", _j().encode("utf-16"), "file_not_utf8")
_json("TCVN bytes", _cells('"r01.c06":"Hà Nội"').encode("latin-1", "replace").replace(b"H?", b"H\xb5"), "file_not_utf8")
_json("a byte order mark", codecs.BOM_UTF8 + _cells('"r01.c01":12').encode(), values={"F1.r01.c01": Decimal(12)})
_json("100,000 brackets", "[" * 100_000, "too_deep")
_json("100,000 objects in one another", '{"a":' * 100_000, "too_deep")
_json("30 levels inside an unknown key", _j('"x":' + "[" * 30 + "]" * 30), "too_deep")
_json(
    "brackets inside a text are no depth", _cells('"r01.c06":"' + "[{" * 200 + '"'), values={"F1.r01.c06": "[{" * 200}
)
_json(
    "quotes and backslashes before brackets",
    _cells('"r01.c06":"\\\\\\"' + "[" * 50 + '"'),
    values={"F1.r01.c06": '\\"' + "[" * 50},
)
_json("an unclosed string of escaped quotes", '{"a":"' + '\\"' * 50_000, "json_malformed")
_json("3 million empty lists", "[" + "[]," * 3_000_000 + "[]]", "too_many_values")
_json(
    "1,000 unknown rows end in one closing finding",
    _cells(",".join(f'"x{n}.c01":1' for n in range(1_000))),
    "unknown_row",
    "too_many_problems",
)
_json("20,001 records", _records(",".join('{"c01":"a"}' for _ in range(20_001))), "too_many_records")
_json("an unknown section", _j('"outline":{"s9":"x"}'), "unknown_section")
_json("a number as a section", _j('"outline":{"s1":12}'), "wrong_shape")
_json("explanations as a text", _j('"explanations":"x"'), "wrong_shape")
_json("an explanation as a number", _j('"explanations":{"k":1}'), "wrong_shape")
_json("reports with nothing", '{"reports":[]}', "no_report")
_json("reports as an object", '{"reports":{}}', "wrong_shape")
_json("reports beside other keys", '{"reports":[],"unit":"H26"}', "unknown_key")
_json("reports twice", '{"reports":[],"reports":[]}', "duplicate_key")
_json("a report that is a number among good ones", '{"reports":[' + _j() + ",12]}", "wrong_shape", reports=2)
_json("6,000 reports", json.dumps({"reports": [1] * 6_000}), "too_many_reports")
_json("a web page", "<!DOCTYPE html><html></html>", "json_malformed")

# --- XML -------------------------------------------------------------------------------------------------------------

_NS = 'xmlns="urn:vn:hub:report:1"'
_ID = 'regime="THU-01" unit="H26" period="2025-M07"'


def _x(body: str = "", identity: str = _ID) -> str:
    return f"<report {_NS} {identity}>{body}</report>"


def _row(cells: str, row: str = 'code="r01"') -> str:
    return _x(f'<form code="F1"><row {row}>{cells}</row></form>')


def _xml(name: str, content: bytes | str, *codes: str, **kwargs: Any) -> None:
    _case("xml", name, content, *codes, **kwargs)


_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))

_xml("an empty file", "", "file_empty")
_xml("a byte order mark alone", codecs.BOM_UTF8, "file_empty")
_xml("a cut-off document", _row("<c01>12</c01>")[:-12], "xml_malformed")
_xml("text", "hello", "xml_malformed")
_xml("two roots", _x() + _x(), "xml_malformed")
_xml("an unclosed cell", _row("<c01>12"), "xml_malformed")
_xml("an undefined entity", _row("<c01>&nbsp;</c01>"), "xml_malformed")
_xml("a bare ampersand", _row("<c06>a & b</c06>"), "xml_malformed")
_xml("NUL as a character reference", _row("<c06>&#0;</c06>"), "xml_malformed")
_xml("half a character as a reference", _row("<c06>&#xD800;</c06>"), "xml_malformed")
_xml("a control character as a reference", _row("<c06>&#1;</c06>"), "xml_malformed")
_xml("an attribute twice", _x(identity=_ID + ' unit="H27"'), "xml_malformed")
_xml("a web page", "<!DOCTYPE html><html><body>Sign in</body></html>", "file_is_html")
_xml("a web page without DOCTYPE", "<html><body>502</body></html>", "file_is_html")
_xml("a harmless DOCTYPE", "<!DOCTYPE report>" + _x(), "xml_doctype")
_xml("a DOCTYPE after a comment", "<?xml version='1.0'?><!-- x --><!DOCTYPE report>" + _x(), "xml_doctype")
_xml(
    "an external entity",
    '<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + _row("<c06>&e;</c06>"),
    "xml_doctype",
)
_xml("a parameter entity", '<!DOCTYPE r [<!ENTITY % e SYSTEM "http://127.0.0.1:9/e.dtd">%e;]>' + _x(), "xml_doctype")
_xml("an external DTD", '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/e.dtd">' + _x(), "xml_doctype")
_xml("billion laughs", f'<!DOCTYPE r [<!ENTITY l0 "lol">{_LAUGHS}]>' + _row("<c06>&l9;</c06>"), "xml_doctype")
_xml(
    "quadratic blow-up",
    f'<!DOCTYPE r [<!ENTITY a "{"a" * 50_000}">]>' + _row("<c06>" + "&a;" * 1_000 + "</c06>"),
    "xml_doctype",
)
_xml(
    "a DOCTYPE in UTF-16",
    ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE r [<!ENTITY e "12">]>' + _row("<c01>&e;</c01>")).encode(
        "utf-16"
    ),
    "xml_doctype",
)
_xml(
    "UTF-16 with its mark",
    ('<?xml version="1.0" encoding="UTF-16"?>' + _row("<c06>Hà Nội</c06>")).encode("utf-16"),
    values={"F1.r01.c06": "Hà Nội"},
)
_xml("UTF-16 without a mark", _x().encode("utf-16-le"), "xml_encoding")
_xml("UTF-16 that says UTF-8", ('<?xml version="1.0" encoding="UTF-8"?>' + _x()).encode("utf-16"), "xml_encoding")
_xml("UTF-7", b'<?xml version="1.0" encoding="UTF-7"?>+ADw-report/+AD4-', "xml_encoding")
_xml(
    "ISO-8859-1",
    ('<?xml version="1.0" encoding="ISO-8859-1"?>' + _row("<c06>café</c06>")).encode("latin-1"),
    "xml_encoding",
)
_xml("windows-1258 that is ASCII throughout", '<?xml version="1.0" encoding="windows-1258"?>' + _x(), "xml_encoding")
_xml("an encoding nobody knows", '<?xml version="1.0" encoding="x-none"?>' + _x(), "xml_encoding")
_xml("bytes that are not UTF-8", _row("<c06>\xff</c06>").encode("latin-1"), "file_not_utf8")
_xml("a byte order mark", codecs.BOM_UTF8 + _row("<c01>12</c01>").encode(), values={"F1.r01.c01": "12"})
_xml("300,000 levels", "<a>" * 300_000, "xml_malformed")
_xml(
    "100 levels inside a form",
    _x("<form code='F1'>" + "<a>" * 100 + "</a>" * 100 + "</form>"),
    "too_deep",
)
_xml("no namespace", f"<report {_ID}/>", "xml_namespace")
_xml("another namespace", f'<report xmlns="urn:x" {_ID}/>', "xml_namespace")
_xml("another root", f"<filing {_NS} {_ID}/>", "xml_namespace")
_xml(
    "a prefix for the namespace",
    f'<h:report xmlns:h="urn:vn:hub:report:1" {_ID}><h:form code="F1"><h:row code="r01"><h:c01>12</h:c01></h:row>'
    "</h:form></h:report>",
    values={"F1.r01.c01": "12"},
)
_xml("a form without the namespace", _x('<form xmlns="" code="F1"/>'), "unknown_key")
_xml("a cell of another namespace", _row('<y:c01 xmlns:y="urn:y">12</y:c01>'), "unknown_column", values={})
_xml("no identity", f"<report {_NS}/>", "identity_missing")
_xml("an unknown attribute on the report", _x(identity=_ID + ' admin="true"'), "unknown_key")
_xml(
    "where the schema lies is no concern",
    _x(
        identity=_ID
        + ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:vn:hub:report:1 x.xsd"'
    ),
    values={},
)
_xml("an unknown element in the report", _x("<sheet/>"), "unknown_key")
_xml(
    "an XInclude",
    _x('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'),
    "unknown_key",
)
_xml("a stylesheet instruction", '<?xml-stylesheet href="x.xsl"?>' + _row("<c01>12</c01>"), values={"F1.r01.c01": "12"})
_xml("text in the report", _x("hello"), "text_outside_values")
_xml("text between rows", _x('<form code="F1"><row code="r01"/>hello<row code="r02"/></form>'), "text_outside_values")
_xml("text after the last cell", _row("<c01>12</c01>13"), "text_outside_values")
_xml("a form without a code", _x("<form/>"), "unknown_form")
_xml(
    "a form that does not exist",
    _x('<form code="F9"><row code="r01"><c01>1</c01></row></form>'),
    "unknown_form",
    values={},
)
_xml("the same form twice", _x('<form code="F2"><record><c01>a</c01></record></form>' * 2), "duplicate_form")
_xml(
    "the same row twice",
    _x('<form code="F1"><row code="r01"><c01>1</c01></row><row code="r01"><c02>2</c02></row></form>'),
    "duplicate_row",
    values={"F1.r01.c01": "1", "F1.r01.c02": "2"},
)
_xml("the same cell twice", _row("<c01>1</c01><c01>2</c01>"), "duplicate_cell")
_xml("a row without a code", _row("<c01>1</c01>", ""), "wrong_shape", values={})
_xml("a row that does not exist", _row("<c01>1</c01>", 'code="r99"'), "unknown_row", values={})
_xml("an empty row that does not exist", _row("", 'code="r99"'), "unknown_row", values={})
_xml("a column that does not exist", _row("<c99>1</c99>"), "unknown_column", values={})
_xml("a record in a grid", _x('<form code="F1"><record><c01>1</c01></record></form>'), "wrong_form_kind", values={})
_xml("a row in a list", _x('<form code="F2"><row code="r01"><c01>1</c01></row></form>'), "wrong_form_kind", values={})
_xml("nil as yes", _x('<form code="F1" nil="yes"/>'), "wrong_shape")
_xml("a comment that splits a number", _row("<c01>12<!-- -->34</c01>"), "markup_in_value", values={})
_xml("an instruction that splits a number", _row("<c01>12<?x?>34</c01>"), "markup_in_value", values={})
_xml(
    "a comment before a number",
    _row("<c01><!-- x -->12</c01><c02>3</c02>"),
    "markup_in_value",
    values={"F1.r01.c02": "3"},
)
_xml("an element in a cell", _row("<c06>a<b>c</b>d</c06>"), "markup_in_value", values={})
_xml("an element in a section", _x('<outline><section code="s1">a<b/>c</section></outline>'), "markup_in_value")
_xml("a comment in a section", _x('<outline><section code="s1">a<!-- -->c</section></outline>'), "markup_in_value")
_xml(
    "CDATA is text",
    _row("<c06><![CDATA[<b>&x;]]></c06><c01>1<![CDATA[2]]>3</c01>"),
    values={"F1.r01.c06": "<b>&x;", "F1.r01.c01": "123"},
)
_xml(
    "comments between cells",
    _row("<!-- a --><c01>12</c01><!-- b --><c02>3</c02><?c?>"),
    values={"F1.r01.c01": "12", "F1.r01.c02": "3"},
)
_xml("DOCTYPE named in a comment", "<!-- <!DOCTYPE x> -->" + _row("<c01>12</c01>"), values={"F1.r01.c01": "12"})
_xml("not applicable", _row('<c01 na="true"/>'), values={"F1.r01.c01": NOT_APPLICABLE})
_xml("not applicable with a value", _row('<c01 na="true">12</c01>'), "wrong_shape", values={})
_xml("na as yes", _row('<c01 na="yes">12</c01>'), "wrong_shape")
_xml("an unknown attribute on a cell", _row('<c01 unit="ha">12</c01>'), "unknown_key")
_xml(
    "xsi:nil on a cell",
    _row('<c01 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>'),
    "unknown_key",
)
_xml("an empty cell is missing", _row("<c01/><c02> </c02>"), values={})
_xml(
    "forms, rows and cells in any order",
    _x(
        '<form code="F2"><record><c04>1</c04><c01>a</c01></record></form><form code="F1">'
        '<row code="r03"><c02>1</c02></row><row code="r01"><c01>2</c01></row></form>'
    ),
    values={"F2[1].c04": "1", "F2[1].c01": "a", "F1.r03.c02": "1", "F1.r01.c01": "2"},
)
_xml(
    "empty records are no records",
    _x('<form code="F2"><record/><record><c01>a</c01></record><record><c01> </c01></record></form>'),
    values={"F2[1].c01": "a"},
)
_xml(
    "20,001 records", _x('<form code="F2">' + "<record><c01>a</c01></record>" * 20_001 + "</form>"), "too_many_records"
)
_xml("100,000 cells in one row", _row("<c01>1</c01>" * 100_000), "too_many_values", values={})
_xml("300,000 comments", _x('<form code="F1">' + "<!---->" * 300_000 + "</form>"), values={})
_xml("200,000 unknown elements", _x("<x/>" * 200_000), "unknown_key")
_xml("an attribute of a million characters", _x(identity=_ID.replace("H26", "H" * 1_000_000)), "identity_bad")
_xml("an unknown section", _x('<outline><section code="s9">x</section></outline>'), "unknown_section")
_xml(
    "the same section twice",
    _x('<outline><section code="s1">x</section><section code="s1">y</section></outline>'),
    "duplicate_section",
)
_xml("an explanation without a key", _x("<explanations><explain>x</explain></explanations>"), "wrong_shape")
_xml("no report among reports", f"<reports {_NS}/>", "no_report")
_xml("something else among reports", f"<reports {_NS}><x/></reports>", "unknown_key")
_xml("text among reports", f"<reports {_NS}>{_x()}hello</reports>", "text_outside_values", reports=2)
_xml("reports in reports", f"<reports {_NS}><reports>{_x()}</reports></reports>", "unknown_key")
_xml("the second of two reports cut off", f"<reports {_NS}>{_x()}{_x()[:-4]}</reports>", "xml_malformed")
_xml("6,000 reports", f"<reports {_NS}>" + f"<report {_ID}/>" * 6_000 + "</reports>", "too_many_reports", reports=5_001)

_xml("an undeclared prefix", _row("<y:c01>1</y:c01>"), "xml_malformed")
_xml("an undeclared prefix on an attribute", _row('<c01 y:na="true"/>'), "xml_malformed")

_xml("a comment after many reports", f"<reports {_NS}>{_x()}{_x()}</reports><!-- x --><?y?>", reports=2)
_xml("comments among reports", f"<!-- a --><reports {_NS}><!-- b -->{_x()}<!-- c --></reports>", values={})

# --- CSV -------------------------------------------------------------------------------------------------------------

_HEADER = "regime,unit,period,scope,form,row,column,value"
_START = "THU-01,H26,2025-M07,own"


def _c(*lines: str, header: str = _HEADER) -> str:
    return "\r\n".join([header, *(f"{_START},{line}" for line in lines), ""])


def _csv(name: str, content: bytes | str, *codes: str, **kwargs: Any) -> None:
    _case("csv", name, content, *codes, **kwargs)


_ONE = {"F1.r01.c01": "12"}
_csv("an empty file", "", "file_empty")
_csv("blank lines alone", "\r\n\r\n", "file_empty")
_csv("a header alone", _c(), "no_report")
_csv("one value", _c("F1,r01,c01,12"), values=_ONE)
_csv("a byte order mark", codecs.BOM_UTF8 + _c("F1,r01,c01,12").encode(), values=_ONE)
_csv("line feeds alone", _c("F1,r01,c01,12").replace("\r\n", "\n"), values=_ONE)
_csv("carriage returns alone", _c("F1,r01,c01,12").replace("\r\n", "\r"), values=_ONE)
_csv("no line end at the end", _c("F1,r01,c01,12").rstrip(), values=_ONE)
_csv("semicolons", _c("F1,r01,c01,12").replace(",", ";"), values=_ONE)
_csv("tabs", _c("F1,r01,c01,12").replace(",", "\t"), values=_ONE)
_csv(
    "columns in another order",
    "value,column,row,form,scope,period,unit,regime\n12,c01,r01,F1,own,2025-M07,H26,THU-01\n",
    values=_ONE,
)
_csv(
    "capitals and spaces in the header",
    _c("F1,r01,c01,12", header=" Regime,UNIT,period,scope,form,row,column,Value "),
    values=_ONE,
)
_csv("no scope column", "regime,unit,period,form,row,column,value\nTHU-01,H26,2025-M07,F1,r01,c01,12\n", values=_ONE)
_csv("no value column", "regime,unit,period,scope,form,row,column\n", "csv_header_missing")
_csv("an unknown column", _c(header=_HEADER + ",note"), "csv_header_unknown")
_csv("a column twice", _c(header=_HEADER + ",value"), "csv_header_duplicate")
_csv("no header", f"{_START},F1,r01,c01,12\n", "csv_header_missing", "csv_header_unknown")
_csv("a header of 5,000 columns", ",".join(f"x{n}" for n in range(5_000)), "csv_header_missing", "csv_header_unknown")
_csv("a line too short", _c("F1,r01,c01,12", "F1,r02"), "ragged_row", values=_ONE)
_csv("a line too long", _c("F1,r01,c01,12", "F1,r02,c01,1,2"), "ragged_row", values=_ONE)
_csv("a decimal comma between commas", _c("F1,r01,c04,1,5"), "ragged_row", values={})
_csv(
    "the first line too short",
    f"{_HEADER}\r\nTHU-01,H26,2025-M07,own,F1\r\n{_START},F1,r01,c01,12\r\n",
    "ragged_row",
    values=_ONE,
)
_csv("blank lines between", _c("F1,r01,c01,12").replace("\r\nTHU", "\r\n\r\n,,,,,,,\r\nTHU"), values=_ONE)
_csv("an unclosed quote", _c('F1,r01,c06,"abc'), "csv_malformed")
_csv("text after a quote", _c('F1,r01,c06,"abc"d'), "csv_malformed")
_csv("quotes, commas and lines in a text", _c('F1,r01,c06,"a ""b"", c\r\nd"'), values={"F1.r01.c06": 'a "b", c\r\nd'})
_csv("NUL", _c("F1,r01,c06,a\x00b"), "forbidden_character")
_csv("bytes that are not UTF-8", _c("F1,r01,c06,Hà Nội").encode("cp1258", "replace"), "file_not_utf8")
_csv("UTF-16", _c("F1,r01,c01,12").encode("utf-16"), "file_not_utf8")
_csv("a field of 200,000 characters", _c("F1,r01,c06," + "a" * 200_000), "csv_malformed")
_csv("the same cell twice", _c("F1,r01,c01,12", "F1,r01,c01,12"), "duplicate_cell")
_csv("the same record cell twice", _c("F2,1,c01,a", "F2,1,c01,b"), "duplicate_cell")
_csv("a form that does not exist", _c("F9,r01,c01,12"), "unknown_form", values={})
_csv("no form", _c(",r01,c01,12"), "unknown_form", values={})
_csv("a row that does not exist", _c("F1,r99,c01,12"), "unknown_row", values={})
_csv("a column that does not exist", _c("F1,r01,c99,12"), "unknown_column", values={})
_csv("record 0", _c("F2,0,c01,a"), "bad_record_number", values={})
_csv("record ²", _c("F2,²,c01,a"), "bad_record_number", values={})
_csv("record 1_0", _c("F2,1_0,c01,a"), "bad_record_number", values={})
_csv("record of 30 digits", _c(f"F2,{'9' * 30},c01,a"), "bad_record_number", values={})
_csv(
    "records out of order",
    _c("F2,7,c01,b", "F2,3,c01,a", "F2,7,c04,1"),
    values={"F2[1].c01": "a", "F2[2].c01": "b", "F2[2].c04": "1"},
)
_csv("a nil form", _c("F2,,nil,true"), values={"F2": "nil"})
_csv("nil as maybe", _c("F2,,nil,maybe"), "wrong_shape")
_csv("nil of one row", _c("F1,r01,nil,true"), "wrong_shape")
_csv("nil twice", _c("F2,,nil,true", "F2,,nil,true"), "duplicate_key")
_csv("an outline", _c("outline,,s1,Tốt"), values={"outline.s1": "Tốt"})
_csv("an unknown section", _c("outline,,s9,x"), "unknown_section")
_csv("a neutralised formula", _c("F1,r01,c06,'=1+1"), values={"F1.r01.c06": "=1+1"})
_csv("a formula as it is", _c("F1,r01,c06,=1+1"), values={"F1.r01.c06": "=1+1"})
_csv("an apostrophe that is text", _c("F1,r01,c06,'tis"), values={"F1.r01.c06": "'tis"})
_csv("two reports", _c("F1,r01,c01,12") + "THU-01,H27,2025-M07,own,F1,r01,c01,13\r\n", reports=2)
_csv(
    "a report in two places",
    _c("F1,r01,c01,12") + "THU-01,H27,2025-M07,own,F1,r01,c01,13\r\n" + f"{_START},F1,r02,c01,1\r\n",
    "report_not_contiguous",
    reports=3,
)
_csv("an unknown regime", _c("F1,r01,c01,12").replace("THU-01", "X"), "edition_unknown")
_csv("no unit", _c("F1,r01,c01,12").replace("H26", ""), "identity_missing")
_csv("a web page", "<!DOCTYPE html><html>\n<body>Sign in</body></html>", "csv_header_missing", "csv_header_unknown")

# --- web form --------------------------------------------------------------------------------------------------------


def _form(name: str, content: bytes | str, *codes: str, **kwargs: Any) -> None:
    _case("form", name, content, *codes, **kwargs)


_form("nothing", "", values={})
_form("one value", "cell.F1.r01.c01=12&csrf_token=x&action=save", values=_ONE)
_form("blanks are missing", "cell.F1.r01.c01=&cell.F1.r01.c02=+%20", values={})
_form("Vietnamese", "cell.F1.r01.c06=H%C3%A0+N%E1%BB%99i", values={"F1.r01.c06": "Hà Nội"})
_form("unescaped UTF-8", "cell.F1.r01.c06=Hà", values={"F1.r01.c06": "Hà"})
_form("escapes that are not UTF-8", "cell.F1.r01.c06=%FF", "file_not_utf8")
_form("bytes that are not UTF-8", b"cell.F1.r01.c06=\xff", "file_not_utf8")
_form("NUL", "cell.F1.r01.c06=a%00b", "forbidden_character", values={})
_form("a broken escape stays text", "cell.F1.r01.c06=100%", values={"F1.r01.c06": "100%"})
_form("the same field twice", "cell.F1.r01.c01=12&cell.F1.r01.c01=13", "duplicate_cell", values={})
_form("the same nil twice", "nil.F2=1&nil.F2=1", "duplicate_key")
_form(
    "a semicolon separates nothing", "cell.F1.r01.c06=a;cell.F1.r02.c06=b", values={"F1.r01.c06": "a;cell.F1.r02.c06=b"}
)
_form("a form that does not exist", "cell.F9.r01.c01=1", "unknown_form", values={})
_form("a row that does not exist", "cell.F1.r99.c01=1", "unknown_row", values={})
_form("a column that does not exist", "cell.F1.r01.c99=1", "unknown_column", values={})
_form("a name too short", "cell.F1.r01=1", "unknown_key", values={})
_form("a name too long", "cell.F1.r01.c01.x=1", "unknown_key", values={})
_form("a name of another kind", "rec.F1.1.c01=1", "wrong_form_kind", values={})
_form("records", "rec.F2.2.c01=b&rec.F2.1.c01=&rec.F2.2.c04=1%2C5", values={"F2[1].c01": "b", "F2[1].c04": "1,5"})
_form("record minus one", "rec.F2.-1.c01=b", "bad_record_number", values={})
_form("record x", "rec.F2.x.c01=b", "bad_record_number", values={})
_form("a nil form", "nil.F2=1", values={"F2": "nil"})
_form("a nil that is off", "nil.F2=0", values={})
_form("an unknown section", "outline.s9=x", "unknown_section")
_form("3 million escapes", "cell.F1.r01.c06=" + "%41" * 3_000_000, "too_many_values")
_form("200,000 fields", "a=1&" * 200_000, "form_too_many_fields")
_form(
    "2,000 strange fields end in one closing finding",
    "&".join(f"cell.F1.x{n}.c01=1" for n in range(2_000)),
    "unknown_row",
    "too_many_problems",
)
