"""What number plates and chassis numbers of the region look like. Only a hint: plates of every kind cross a border."""

from __future__ import annotations

import re

from app.core.text import compact

_CYRILLIC = "АВЕКМНОРСТУХ"
_LATIN = "ABEKMHOPCTYX"
_RU = f"[{_LATIN}{_CYRILLIC}]"

#: Country → the plates of its lorries and trailers, compared without spaces and hyphens, with ASCII digits.
_SHAPES: dict[str, re.Pattern[str]] = {
    country: re.compile(shape)
    for country, shape in (
        ("AF", r"[^\W\d_]{2,10}[0-9]{3,6}|[0-9]{3,6}[^\W\d_]{2,10}"),
        ("CN", r"[^\W\d_a-z]{1,2}[A-Z0-9]{4,7}[^\W\d_a-z]?"),
        ("IR", r"[0-9]{2}[^\W\d_]{1,4}[0-9]{3}(IR|IRAN|ایران)?[0-9]{2}|[0-9]{5,8}"),
        ("KG", r"[0-9]{2}(KG)?[0-9]{3}[A-Z]{2,3}|[A-Z]{1,2}[0-9]{4}[A-Z]{1,2}"),
        ("KZ", r"[0-9]{2,3}[A-Z]{2,3}[0-9]{2}|[A-Z][0-9]{3}[A-Z]{2,3}"),
        ("PK", r"[A-Z]{1,4}[0-9]{1,4}[A-Z]?|[A-Z]{1,3}[0-9]{6}"),
        ("RU", rf"{_RU}[0-9]{{3}}{_RU}{{2}}[0-9]{{2,3}}|{_RU}{{2}}[0-9]{{4}}[0-9]{{2,3}}"),
        ("TJ", r"[0-9]{2,4}[A-ZА-ЯҶҚҲҒ]{1,3}[0-9]{2,4}|[0-9]{2}[0-9]{4}[A-ZА-ЯҶҚҲҒ]{2}"),
        ("TM", r"[A-Z]{2}[0-9]{4}[A-Z]{2}|[A-Z][0-9]{4}[A-Z]{2,3}"),
        ("TR", r"[0-9]{2}[A-Z]{1,3}[0-9]{2,5}"),
        ("UZ", r"[0-9]{2}([A-Z][0-9]{3}[A-Z]{2}|[0-9]{3}[A-Z]{3}|[0-9]{4}[A-Z]{2})"),
    )
}


def looks_foreign(plate: str, country: str | None) -> bool:
    """Whether a plate is unlike those of its country; False where we do not know how they look."""
    shape = _SHAPES.get(country or "")
    return shape is not None and shape.fullmatch(compact(plate)) is None


_VALUES = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
) | {str(digit): digit for digit in range(10)}
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
#: Makers of North America (1 to 5) and China (L) put a check digit into every number, others may not.
_WITH_CHECK_DIGIT = "12345L"


def vin_is_wrong(vin: str) -> bool:
    """Whether a chassis number of 17 characters that must have a check digit in its ninth place has another one."""
    if len(vin) != len(_WEIGHTS) or vin[0] not in _WITH_CHECK_DIGIT:
        return False
    rest = sum(_VALUES[character] * weight for character, weight in zip(vin, _WEIGHTS, strict=True)) % 11
    return vin[8] != "0123456789X"[rest]
