"""Access codes of guarantees: asked where a movement is lodged or changed, compared, and kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request

from app.core.errors import Finding
from app.web.lists import Lists
from app.web.trader.transit.form import MovementForm

_MOST = 9
_LONGEST = 64


def given() -> dict[int, str]:
    """The codes that were typed, by the place of the guarantee."""
    typed = {place: request.form.get(f"codes.{place}", "").strip() for place in range(_MOST)}
    return {place: code[:_LONGEST] for place, code in typed.items() if code}


def asked(words: Mapping[str, Any], lists: Lists, refused: Iterable[Finding] = ()) -> list[dict[str, Any]]:
    """The guarantees whose code is asked, with what is wrong about it."""
    form, boxes = MovementForm(words), []
    for place, row in enumerate(form.rows("guarantees")[:_MOST]):
        kind = lists.book.find("guarantee_type", str(form.value(f"{row}.type") or ""), lists.on)
        grn = form.value(f"{row}.grn")
        if kind is None or kind.attributes.get("access_code") != "yes" or not isinstance(grn, str):
            continue
        wrong = [f.message for f in refused if f.pointer == f"/guarantees/{place}/access_code"]
        boxes.append({"name": f"codes.{place}", "id": f"f-guarantees-{place}-access_code", "grn": grn, "wrong": wrong})
    return boxes


def about_codes(found: Iterable[Finding]) -> bool:
    """Whether a refusal is about nothing but access codes."""
    pointers = [f.pointer for f in found]
    return bool(pointers) and all(pointer.endswith("/access_code") for pointer in pointers)
