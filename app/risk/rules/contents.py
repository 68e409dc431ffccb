"""What a profile says, as one JSON-ready piece with a digest: this is what persons approve and what is compared."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson

from app.core.canonical import digest as canonical_digest
from app.core.canonical import plain

CENT = Decimal("0.01")
#: Everything that is approved with a profile, its persons included.
FIELDS = (
    "code", "version", "expression", "lane", "names", "reason", "instruction", "kinds", "posts", "spare_trusted", "source",
    "valid_from", "valid_to", "made_by", "approved_by", "second_by",
)  # fmt: skip
#: What makes another profile of it; the persons and days do not.
MEANT = ("criteria", "expression", "lane", "names", "reason", "instruction", "kinds", "posts", "spare_trusted", "expected_rate",
         "valid_to")  # fmt: skip
#: What decides which consignments it hits, and what that does to them.
ASKED = ("expression", "lane", "kinds", "posts", "spare_trusted")
#: What the journal kept of a profile before it kept the whole content.
OLDER = ("code", "version", "expression", "lane", "posts")


def content(profile: Any) -> dict[str, Any]:
    """The content of a profile's row. Criteria stand in it as text: their numbers must stay what they are."""
    words: dict[str, Any] = plain({name: getattr(profile, name) for name in FIELDS})
    return words | {"criteria": written(profile.criteria), "expected_rate": rate(profile.expected_rate)}


def older(profile: Any) -> dict[str, Any]:
    return {name: plain(getattr(profile, name)) for name in OLDER}


def meant(words: Mapping[str, Any]) -> str:
    """The digest of what a profile asks and does, whoever made it and since when."""
    return digest({name: words[name] for name in MEANT})


def asked(words: Mapping[str, Any]) -> str:
    """The digest of what decides its hits: a replay holds as long as it stays the same."""
    return digest({name: words[name] for name in ASKED})


def digest(words: Mapping[str, Any]) -> str:
    return canonical_digest(words)


def written(criteria: Mapping[str, Any] | None) -> str | None:
    return None if criteria is None else orjson.dumps(criteria, option=orjson.OPT_SORT_KEYS).decode()


def criteria_of(words: Mapping[str, Any]) -> dict[str, Any] | None:
    """The criteria of a content."""
    kept = words.get("criteria")
    return None if kept is None else orjson.loads(kept)


def rate(value: Decimal | None) -> str | None:
    return None if value is None else format(value.quantize(CENT), "f")


def share(share_: Decimal, lane: str) -> dict[str, str]:
    """The content of a share stopped by chance."""
    return {"share": format(share_.quantize(CENT), "f"), "lane": lane}
