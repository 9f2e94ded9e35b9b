"""What an OData address asks of a set, and the page that answers it: filtered, sorted, with a cursor that stays true.

The cursor names the last row that was sent, not how many came before: rows that appear or vanish meanwhile neither
double a row nor leave one out.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from odata_query import ast

from hub.api.odata_filter import condition, parsed
from hub.errors import BadRequest, HubError, TooLarge
from hub.writers.odata import EntitySet, Property, Value, json_value

T = TypeVar("T")
PAGE = 2_000
"""Rows of a page; fewer if the client asks for fewer, never more than ``LARGEST_PAGE``."""
LARGEST_PAGE = 10_000
LARGEST_SORTED = 200_000
"""Rows that may be sorted for one answer in another order than their own."""
_OPTIONS = frozenset({"$select", "$filter", "$orderby", "$top", "$skip", "$count", "$skiptoken", "$format"})
_NOT_HERE = frozenset({"$expand", "$apply", "$search", "$compute", "$deltatoken", "$levels", "$schemaversion"})
_OWN = frozenset({"basis", "asOf", "within"})


class WrongOption(BadRequest):
    code = "wrong_option"
    vi, en = "Tham số của yêu cầu viết sai.", "A query option is not well formed."


class NotOffered(HubError):
    code, status = "not_implemented", 501
    vi, en = "Dịch vụ này không hỗ trợ yêu cầu đó.", "This service does not support that request."


@dataclass(frozen=True)
class Cursor:
    """Where the last page ended: the last row's key and its sort values; how many rows may still come; the count."""

    key: str
    values: tuple[Value, ...] = ()
    left: int | None = None
    count: int | None = None


@dataclass(frozen=True)
class Query(Generic[T]):
    """What is asked of one set. ``tree``: the filter as it was parsed. ``order``: (property, descending)."""

    columns: tuple[Property[T], ...]
    fits: Callable[[T], bool]
    tree: ast._Node | None
    order: tuple[tuple[Property[T], bool], ...]
    top: int | None
    skip: int
    count: bool
    size: int
    cursor: Cursor | None
    own: Mapping[str, str] = field(default_factory=dict)
    selected: str | None = None


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows with the count, where it was asked for, and the cursor of the next page, where there is one."""

    rows: list[T]
    count: int | None
    cursor: Cursor | None


def query_of(entity_set: EntitySet[T], given: Mapping[str, str], size: int | None) -> Query[T]:
    """The query of an address. WrongOption or WrongFilter for what cannot be read; NotOffered for what is not here."""
    _refuse_unknown(given)
    tree = parsed(given["$filter"]) if given.get("$filter") else None
    fits = condition(tree, entity_set.by_name) if tree is not None else (lambda _row: True)
    order = tuple(_ordered(entity_set, given.get("$orderby", "")))
    token = given.get("$skiptoken")
    return Query(
        _selected(entity_set, given.get("$select", "")),
        fits,
        tree,
        order,
        _number(given.get("$top")),
        _number(given.get("$skip")) or 0,
        _truth(given.get("$count", "false")),
        max(1, min(size or PAGE, LARGEST_PAGE)),
        read_cursor(token, [its for its, _ in order]) if token else None,
        {name: text for name, text in given.items() if name in _OWN},
        given.get("$select") or None,
    )


def _refuse_unknown(given: Mapping[str, str]) -> None:
    if given.keys() & _NOT_HERE:
        raise NotOffered()
    wrong = sorted(given.keys() - _OPTIONS - _OWN)
    if wrong:
        names = ", ".join(name[:40] for name in wrong)
        raise WrongOption(f"Không có tham số: {names}.", f"There are no such options: {names}.")


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) is None:
        raise WrongOption()
    return int(text)


def _truth(text: str) -> bool:
    if text not in {"true", "false"}:
        raise WrongOption()
    return text == "true"


def _selected(entity_set: EntitySet[T], text: str) -> tuple[Property[T], ...]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names or "*" in names:
        return entity_set.properties
    _check(entity_set, names)
    return tuple(each for each in entity_set.properties if each.name in names)


def _ordered(entity_set: EntitySet[T], text: str) -> Iterator[tuple[Property[T], bool]]:
    for step in filter(None, (each.strip() for each in text.split(","))):
        name, _, way = step.partition(" ")
        if way.strip() not in {"", "asc", "desc"}:
            raise WrongOption()
        _check(entity_set, [name])
        yield entity_set.by_name[name], way.strip() == "desc"


def _check(entity_set: EntitySet[Any], names: Iterable[str]) -> None:
    for name in names:
        if name not in entity_set.by_name:
            raise WrongOption(f"Không có cột {name[:40]}.", f"There is no property {name[:40]}.")


# --- Pages ------------------------------------------------------------


def page_of(entity_set: EntitySet[T], query: Query[T], rows: Callable[[str | None], Iterator[T]]) -> Page[T]:
    """One page. ``rows(key)`` gives the set's rows in their own order, beginning at that key's neighbourhood or before.

    TooLarge where more rows than may be sorted fit a query with another order.
    """
    count = query.cursor.count if query.cursor else None
    if query.count and count is None:
        count = sum(1 for row in rows(None) if query.fits(row))
    left = query.cursor.left if query.cursor and query.cursor.left is not None else query.top
    wanted = min(query.size, left) if left is not None else query.size
    found = _sorted(entity_set, query, rows) if query.order else _in_own_order(entity_set, query, rows)
    taken = [row for row, _ in zip(found, range(wanted + 1), strict=False)] if left != 0 else []
    shown = taken[:wanted]
    rest = None if left is None else left - len(shown)
    more = len(taken) > wanted and rest != 0
    return Page(shown, count, _cursor_after(entity_set, query, shown[-1], rest, count) if more and shown else None)


def _in_own_order(
    entity_set: EntitySet[T], query: Query[T], rows: Callable[[str | None], Iterator[T]]
) -> Iterator[T]:  # fmt: skip
    after = _place(entity_set, query.cursor.key) if query.cursor else None
    skip = 0 if query.cursor else query.skip
    for row in rows(query.cursor.key if query.cursor else None):
        if after is not None and entity_set.place(row) <= after:
            continue
        if query.fits(row):
            if skip:
                skip -= 1
            else:
                yield row


def _sorted(entity_set: EntitySet[T], query: Query[T], rows: Callable[[str | None], Iterator[T]]) -> Iterator[T]:
    found: list[T] = []
    for row in rows(None):
        if query.fits(row):
            found.append(row)
            if len(found) > LARGEST_SORTED:
                raise TooLarge(
                    "Quá nhiều dòng để sắp xếp. Hãy thu hẹp bằng $filter.", "Too many rows to sort. Narrow by $filter."
                )
    found.sort(key=entity_set.place)
    for its, descending in reversed(query.order):
        found.sort(key=lambda row: _sort_key(its.get(row)), reverse=descending)
    if query.cursor is None:
        yield from found[query.skip :]
        return
    mark = query.cursor.values, _place(entity_set, query.cursor.key)
    yield from (row for row in found if _is_after(entity_set, query, row, mark))


def _sort_key(value: Value) -> tuple[bool, Any]:
    """Nothing comes before everything."""
    return (False, 0) if value is None else (True, value)


def _is_after(
    entity_set: EntitySet[T], query: Query[T], row: T, mark: tuple[tuple[Value, ...], tuple[Any, ...]]
) -> bool:
    values, place = mark
    for (its, descending), value in zip(query.order, values, strict=True):
        own, other = _sort_key(its.get(row)), _sort_key(value)
        if own != other:
            return (own < other) if descending else (own > other)
    return entity_set.place(row) > place


def _place(entity_set: EntitySet[Any], key: str) -> tuple[Any, ...]:
    try:
        return entity_set.place_of_key(key)
    except (ValueError, LookupError, HubError):
        raise _stale() from None


def _stale() -> WrongOption:
    return WrongOption(
        "Dấu trang ($skiptoken) không còn dùng được. Hãy tải lại từ đầu.",
        "The $skiptoken is no longer usable. Load again from the beginning.",
    )


# --- Cursors as text ------------------------------------------------------------


def _cursor_after(
    entity_set: EntitySet[T], query: Query[T], last: T, left: int | None, count: int | None
) -> Cursor:  # fmt: skip
    key = str(entity_set.by_name[entity_set.key].get(last))
    return Cursor(key, tuple(its.get(last) for its, _ in query.order), left, count)


def write_cursor(cursor: Cursor) -> str:
    """The cursor as letters, digits, hyphens and underscores."""
    values = [None if value is None else json.loads(json_value(value, quoted=True)) for value in cursor.values]
    text = json.dumps([cursor.key, cursor.left, cursor.count, values], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(token: str, order: list[Property[Any]]) -> Cursor:
    """The cursor of a token; WrongOption for anything that :func:`write_cursor` did not write for this order."""
    try:
        content = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        key, left, count, values = json.loads(content)
        if not isinstance(key, str) or not isinstance(values, list) or len(values) != len(order):
            raise ValueError
        if any(not (each is None or type(each) is int) for each in (left, count)):
            raise ValueError
        read = tuple(_value(its, value) for its, value in zip(order, values, strict=True))
    except (ValueError, TypeError, ArithmeticError, binascii.Error, RecursionError):
        raise _stale() from None
    return Cursor(key, read, left, count)


def _value(its: Property[Any], value: Any) -> Value:
    if value is None:
        return None
    kinds: Mapping[str, Callable[[Any], Value]] = {
        "Edm.Int32": int, "Edm.Decimal": Decimal, "Edm.Boolean": bool, "Edm.Date": date.fromisoformat,
        "Edm.DateTimeOffset": datetime.fromisoformat,
    }  # fmt: skip
    return kinds.get(its.edm, str)(value)
