"""From the flat names of an HTML form to the nested shape of the JSON: items.0.packages.1.kind=…"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DEEPEST = 8
_LONGEST_NAME = 120


def nested(posted: Mapping[str, Any]) -> dict[str, Any]:
    """Nested dicts and lists of the posted names. White space at the ends goes; a blank value keeps its row but adds no value.

    Rows are put in the order of their numbers, whatever these are. A name given more than once is a list of its values.
    Names that are too long, too deep or at odds with an earlier one are left out.
    """
    tree: dict[str, Any] = {}
    for name in posted:
        parts = name.split(".") if len(name) <= _LONGEST_NAME else []
        if 0 < len(parts) <= _DEEPEST and all(parts):
            _plant(tree, parts, _values(posted, name))
    folded = _folded(tree)
    return folded if isinstance(folded, dict) else {}


def _values(posted: Mapping[str, Any], name: str) -> list[str]:
    getlist = getattr(posted, "getlist", None)
    values = getlist(name) if getlist else [posted[name]]
    return [value.strip() for value in values if isinstance(value, str) and value.strip()]


def _plant(tree: dict[str, Any], parts: list[str], values: list[str]) -> None:
    here = tree
    for part in parts[:-1]:
        deeper = here.setdefault(part, {})
        if not isinstance(deeper, dict):
            return
        here = deeper
    if values and parts[-1] not in here:
        here[parts[-1]] = values[0] if len(values) == 1 else values


def _folded(tree: Any) -> Any:
    if not isinstance(tree, dict):
        return tree
    folded = {name: _folded(value) for name, value in tree.items()}
    if folded and all(name.isascii() and name.isdecimal() and len(name) <= 6 for name in folded):
        return [folded[name] for name in sorted(folded, key=int)]
    return folded
