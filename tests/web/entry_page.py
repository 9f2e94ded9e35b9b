"""Reads a page as a browser without scripts would: the fields of its forms with their texts."""

from __future__ import annotations

from typing import Any

from lxml import html


def forms_of(response: Any) -> list[tuple[str, dict[str, str]]]:
    """(action, fields) of every form of a page, in order."""
    forms: list[tuple[str, dict[str, str]]] = []
    for element in html.fromstring(response.data.decode()).iter("form", "input", "textarea", "select", "option"):
        if element.tag == "form":
            forms.append((element.get("action", ""), {}))
        elif forms:
            _put(forms[-1][1], element)
    return forms


def _put(fields: dict[str, str], element: Any) -> None:
    """What this element would send, if it sends anything."""
    name = element.get("name", "")
    if element.tag == "input" and name and (element.get("type") != "checkbox" or "checked" in element.attrib):
        fields[name] = element.get("value", "")
    elif element.tag == "textarea":
        fields[name] = (element.text or "").removeprefix("\n")
    elif element.tag == "select":
        fields.setdefault(name, "")
    elif element.tag == "option" and "selected" in element.attrib:
        fields.update({select.get("name", ""): element.get("value", "") for select in element.iterancestors("select")})


def form_to(response: Any, path: str) -> dict[str, str]:
    """The fields of the form with the most fields that goes to a path."""
    found = [fields for action, fields in forms_of(response) if action == path]
    assert found, f"no form to {path}"
    return max(found, key=len)
