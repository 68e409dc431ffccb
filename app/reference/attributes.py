"""How the columns of a list are described. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core.errors import Finding
from app.core.text import Text

LONGEST_ATTRIBUTE = 2000
#: As the inspections name them.
AGENCIES = "customs|border_guard|phytosanitary|veterinary|sanitary|drug_control"
WAYS = "documents|seals|weighing|scanner|radiation|dog|quantity|nature|sampling|unloading"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One column: `pattern` is what the whole text must match, `remedy` what to write instead.

    `listed` names the list that each word of the text is a code of; `many` marks a list of texts (goods under control).
    """

    pattern: str
    remedy: Text
    needed: bool = False
    listed: str = ""
    many: bool = False


Check = Callable[[str, Mapping[str, Any]], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Shape:
    """A list: the columns it has, how its codes look, and what must hold between the columns of one row."""

    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    code: str = ""
    code_remedy: Text | None = None
    check: Check | None = None
