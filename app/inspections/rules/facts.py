"""What is told of goods in columns, declared and found beside each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from app.core.errors import Finding, Invalid
from app.core.text import Text, _, excerpt, fault_in, normal

_WEIGHT = _("Write kilograms as text with at most three decimals, for example “1250.5”.")
_FORMS: Final[Mapping[str, tuple[re.Pattern[str], Text]]] = {
    "commodity": (re.compile(r"[0-9]{4,12}", re.ASCII), _("Write 4 to 12 digits of the commodity code.")),
    "quantity": (
        re.compile(r"[0-9]{1,12}(\.[0-9]{1,3})?", re.ASCII),
        _("Write the quantity as text with at most three decimals, for example “12.5”."),
    ),
    "unit": (re.compile(r"[A-Z0-9]{2,3}", re.ASCII), _("Write the code of a unit, for example KGM or C62.")),
    "net_kg": (re.compile(r"[0-9]{1,9}(\.[0-9]{1,3})?", re.ASCII), _WEIGHT),
    "gross_kg": (re.compile(r"[0-9]{1,9}(\.[0-9]{1,3})?", re.ASCII), _WEIGHT),
    "packages": (re.compile(r"[0-9]{1,8}", re.ASCII), _("Write a whole number of packages as text, for example “12”.")),
    "origin": (re.compile(r"[A-Z]{2}", re.ASCII), _("Write the two letters of the country.")),
    "value": (
        re.compile(r"[0-9]{1,16}(\.[0-9]{1,2})?", re.ASCII),
        _("Write the value as text with at most two decimals, for example “1250.50”."),
    ),
    "currency": (re.compile(r"[A-Z]{3}", re.ASCII), _("Write the three letters of the currency.")),
}
_TEXTS: Final[Mapping[str, int]] = {"description": 500, "marks": 500}
NAMES: Final = (*_FORMS, *_TEXTS)
#: Those that say nothing without the other.
_TOGETHER: Final = (("quantity", "unit"), ("value", "currency"))
#: Which list of codes a word must be in.
LISTED: Final[Mapping[str, str]] = {"unit": "unit", "origin": "country", "currency": "currency"}


def checked(facts: Mapping[str, Any], at: str = "/facts") -> dict[str, str]:
    """The facts as they are kept: texts alone, numbers as plain digits, empty ones left out. Raises `Invalid` naming each
    that cannot be meant."""
    wrong = [Finding(f"{at}/{excerpt(str(name), 40)}", "finding.fact-unknown", _unknown(str(name)))
             for name in facts if name not in NAMES]  # fmt: skip
    kept = {name: _text(facts[name]) for name in NAMES if facts.get(name) not in (None, "")}
    for name, value in kept.items():
        remedy = _problem(name, value)
        if remedy is not None:
            wrong.append(Finding(f"{at}/{name}", "finding.fact", remedy))
    for one, other in _TOGETHER:
        if (one in kept) != (other in kept):
            missing = other if one in kept else one
            message = _("“{one}” says nothing without “{other}”. Give both.", one=one, other=other)
            wrong.append(Finding(f"{at}/{missing}", "finding.fact-alone", message))
    if wrong:
        raise Invalid(findings=wrong)
    return kept


def _text(value: Any) -> str:
    return normal(value) if isinstance(value, str) else ""


def _problem(name: str, value: str) -> Text | None:
    if name in _FORMS:
        form, remedy = _FORMS[name]
        return None if form.fullmatch(value) else remedy
    fault = fault_in(value)
    if fault is not None:
        return fault
    if not 0 < len(value) <= _TEXTS[name]:
        return _("Write 1 to {most} characters.", most=_TEXTS[name])
    return None


def _unknown(name: str) -> Text:
    return _("There is no “{name}”. Known are: {known}.", name=excerpt(name, 40), known=", ".join(NAMES))


def of_item(item: Mapping[str, Any]) -> dict[str, str]:
    """What is declared of an item of a declaration, in the same columns."""
    packages = item.get("packages") or []
    counts = [str(p.get("count")) for p in packages if isinstance(p, dict)]
    told: dict[str, Callable[[], Any]] = {
        "commodity": lambda: item.get("commodity"),
        "quantity": lambda: (item.get("supplementary") or {}).get("quantity"),
        "unit": lambda: (item.get("supplementary") or {}).get("unit"),
        "net_kg": lambda: item.get("net_kg"),
        "gross_kg": lambda: item.get("gross_kg"),
        "packages": lambda: str(sum([int(c) for c in counts if c.isdigit()])) if counts else None,
        "origin": lambda: item.get("origin"),
        "value": lambda: item.get("invoice_value") or item.get("value"),
        "currency": lambda: item.get("currency"),
        "description": lambda: str(item.get("description") or "")[: _TEXTS["description"]],
        "marks": lambda: "; ".join(str(p.get("marks")) for p in packages if p.get("marks"))[: _TEXTS["marks"]],
    }
    values = {name: value() for name, value in told.items()}
    return {name: str(value) for name, value in values.items() if value not in (None, "")}
