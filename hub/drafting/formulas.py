"""Formulas as forms print them: "(3)=(4)+(5)", "4=(5+6)/3*100", "7=3-5-6", "1=2+3=4+5", "9=11+…+13", "I=1+2"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hub.drafting.expression import Const, Node, Op, Ref

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+[.,]\d{1,2}(?!\d)|\d+(?:\.\d{3})+|\d+)|(?P<name>[A-ZĐ]{1,4}|[a-zđ](?![\w]))|(?P<more>…|\.{2,}|→|->|đến)|(?P<sign>[()+\-*/%]))",
)
_ROW_TOKEN = re.compile(
    r"\s*(?:(?P<name>\d{1,3}(?:\.\d{1,2})*(?:[a-zđ](?!\w))?|[IVX]+(?:\.\d+)*|[A-ZĐ]{1,2}|[a-zđ](?!\w))|(?P<more>…|\.{2,}|→|->|đến)|(?P<number>\d+)|(?P<sign>[()+\-*/%]))",
)
_COMPARED = re.compile(r"(≤|≥|<=|>=|=|<|>)")
_SIGNS = {"≤": "<=", "≥": ">=", "=": "=", "<=": "<=", ">=": ">=", "<": "<", ">": ">"}
LEAST_CONSTANT = 100
"""From here on a whole number in a formula is a factor (x 100, x 1000), not the number of a column."""


@dataclass(frozen=True, slots=True)
class Printed:
    """``target sign tree``; names are the printed numbers as text. ``target`` None: the place it is printed at."""

    target: str | None
    sign: str
    tree: Node


class Unreadable(ValueError):
    """The text looks like a formula and could not be understood."""


def read_formula(text: str, *, rows: bool = False) -> list[Printed]:
    """Every relation that the text prints; chained equalities are alternative sums of one total. Unreadable if none.

    ``rows``: names are row numbers (I, 1.1, a) and not column numbers.
    """
    found: list[Printed] = []
    for piece in re.split(r"[;\n]|,(?=\s*[(\[]?(?:[cC]|[cC]ột\s*)?\d+[)\]]?\s*=)", text):
        if piece.strip():
            found += _read_one(piece, rows)
    if not found:
        raise Unreadable(text)
    return found


def _read_one(text: str, rows: bool) -> list[Printed]:
    pieces = _COMPARED.split(_plain(text))
    first = pieces[0].strip()
    target = _single(first, rows) if first else None
    if first and target is None and len(pieces) > 1:
        raise Unreadable(text)
    if len(pieces) == 1:
        return [Printed(None, "=", _tree(first, rows, text))]
    relations = zip(pieces[1::2], pieces[2::2], strict=False)
    return [Printed(target, _SIGNS[sign], _tree(side, rows, text)) for sign, side in relations if side.strip()]


def _plain(text: str) -> str:
    text = re.sub(r"(?i)\b(?:cột|cộc|dòng|mã số|mục|chỉ tiêu|ms)\s*(?=[(\[]?\s*[\dIVXa-zA-ZđĐ])", "", text)
    text = re.sub(r"\b[cC](?=[(\[]?\d)", "", text)
    text = re.sub(r"(?<=[\d)\]%\s])\s*[xX×](?=\s*[\d(\[])", "*", text)
    text = text.replace("×", "*").replace("÷", "/").replace("–", "-").replace("—", "-")
    text = re.sub(r":", "/", text)
    text = text.translate(str.maketrans("[]{}", "()()"))
    text = re.sub(r"\(\s*([\d.]+[a-zđ]?|[IVXA-ZĐ]{1,4}|[a-zđ])\s*\)", r" \1 ", text)
    return re.sub(r"(?<=\d)\s*%", "", text)


def _single(text: str, rows: bool) -> str | None:
    name = text.strip(" ()").rstrip(".")
    pattern = r"\d{1,3}(?:\.\d+)*[a-zđ]?|[IVX]+|[A-ZĐ]|[a-zđ]" if rows else r"\d{1,3}|[A-ZĐ]"
    return name if re.fullmatch(pattern, name) else None


def _tree(text: str, rows: bool, whole: str) -> Node:
    tokens, position = [], 0
    text = _balanced(text.strip().rstrip(".,; "))
    while position < len(text):
        match = (_ROW_TOKEN if rows else _TOKEN).match(text, position)
        if match is None:
            raise Unreadable(whole)
        tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
        position = match.end()
    return _Parser(_expanded(tokens, whole), whole).whole()


def _balanced(text: str) -> str:
    """One side of "(3 = 4 + 5)" has lost the bracket that the other side has."""
    missing = text.count(")") - text.count("(")
    return "(" * missing + text + ")" * -missing


def _expanded(tokens: list[tuple[str, str]], whole: str) -> list[tuple[str, str]]:
    """``11 + … + 13`` and ``11 … 13`` → ``11 + 12 + 13``."""
    result: list[tuple[str, str]] = []
    index = 0
    while index < len(tokens):
        kind, text = tokens[index]
        if kind != "more":
            result.append((kind, text))
            index += 1
            continue
        while result and result[-1] in (("sign", "+"), ("sign", "("), ("sign", ")")):
            result.pop()
        index += 1
        while index < len(tokens) and tokens[index] in (("sign", "+"), ("sign", "("), ("sign", ")")):
            index += 1
        after = tokens[index][1] if index < len(tokens) else ""
        before = result[-1][1] if result else ""
        if not (before.isdigit() and after.isdigit() and 0 < int(after) - int(before) <= 100):
            raise Unreadable(whole)
        width = len(before) if before.startswith("0") else 0
        for number in range(int(before) + 1, int(after)):
            result += [("sign", "+"), (kind if kind != "more" else result[0][0], str(number).zfill(width))]
        result.append(("sign", "+"))
    opened = sum(token == ("sign", "(") for token in result) - sum(token == ("sign", ")") for token in result)
    return result + [("sign", ")")] * opened if opened > 0 else result


class _Parser:
    """Sums of products of numbers and brackets."""

    def __init__(self, tokens: list[tuple[str, str]], text: str) -> None:
        self.tokens, self.text, self.index, self.depth = tokens, text, 0, 0

    def whole(self) -> Node:
        node = self._sum()
        if self.index < len(self.tokens):
            raise Unreadable(self.text)
        return node

    def _take(self, *signs: str) -> str | None:
        if self.index < len(self.tokens):
            kind, text = self.tokens[self.index]
            if kind == "sign" and text in signs:
                self.index += 1
                return text
        return None

    def _sum(self) -> Node:
        node = self._product()
        while sign := self._take("+", "-"):
            node = Op(sign, node, self._product())
        return node

    def _product(self) -> Node:
        node = self._atom()
        while sign := self._take("*", "/"):
            node = Op(sign, node, _factor(self._atom()))
        return node

    def _atom(self) -> Node:
        self.depth += 1
        if self.depth > 60:
            raise Unreadable(self.text)
        if self._take("("):
            node = self._sum()
            if not self._take(")"):
                raise Unreadable(self.text)
            return node
        if self.index >= len(self.tokens) or self.tokens[self.index][0] not in ("number", "name"):
            raise Unreadable(self.text)
        kind, text = self.tokens[self.index]
        self.index += 1
        return _leaf(kind, text)


def _factor(node: Node) -> Node:
    """After x and /, a whole number from 100 on is a number even where rows have codes as large."""
    if isinstance(node, Ref) and str(node.key).isdigit() and int(str(node.key)) >= LEAST_CONSTANT:
        return Const(str(node.key))
    return node


def _leaf(kind: str, text: str) -> Node:
    digits = text.replace(".", "")
    if kind == "number" and ("," in text or "." in text):
        return Const(text.replace(",", ".") if not re.fullmatch(r"\d+(\.\d{3})+", text) else digits)
    if kind == "number" and text.isdigit() and int(text) >= LEAST_CONSTANT:
        return Const(text)
    return Ref(text)
