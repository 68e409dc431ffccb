"""Which ways of looking belong together, and what shows that one was looked at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from app.inspections.lifecycle import Agency, Kind, Type

#: What is ordered where nothing else is said.
USUAL: Final[Mapping[str, tuple[Type, ...]]] = {
    Kind.DOCUMENTS: (Type.DOCUMENTS,),
    Kind.GOODS: (Type.QUANTITY, Type.NATURE),
}
#: In these the goods themselves are looked at.
OF_GOODS: Final = frozenset({Type.QUANTITY, Type.NATURE, Type.SAMPLING, Type.UNLOADING})
#: What each NCTS control type looks at. 50 is anything else: its type says what.
OF_CONTROL: Final[Mapping[str, tuple[Type, ...]]] = {
    "10": (Type.DOCUMENTS,),
    "20": (Type.RADIATION,),
    "30": (Type.SCANNER,),
    "40": (Type.QUANTITY, Type.NATURE, Type.UNLOADING),
    "41": (Type.SEALS,),
    "42": (Type.QUANTITY, Type.NATURE, Type.UNLOADING),
    "43": (Type.QUANTITY, Type.UNLOADING),
    "44": (Type.NATURE,),
    "45": (Type.SAMPLING, Type.NATURE),
}
#: The kind of control that is told to others for each way of looking.
CONTROL_OF: Final[Mapping[str, str]] = {
    Type.DOCUMENTS: "10",
    Type.RADIATION: "20",
    Type.SCANNER: "30",
    Type.SEALS: "41",
    Type.UNLOADING: "42",
    Type.QUANTITY: "43",
    Type.WEIGHING: "43",
    Type.NATURE: "44",
    Type.SAMPLING: "45",
    Type.DOG: "50",
}
#: Of several types, the first decides who is qualified: what needs most comes first.
NEEDING_MOST: Final = (
    Type.SAMPLING,
    Type.RADIATION,
    Type.SCANNER,
    Type.DOG,
    Type.WEIGHING,
    Type.NATURE,
    Type.UNLOADING,
    Type.QUANTITY,
    Type.SEALS,
    Type.DOCUMENTS,
)

Step = tuple[str, str]


def of_controls(controls: Iterable[str]) -> tuple[Step, ...]:
    """The customs steps of an order that names NCTS control types. Of a physical control (40) quantity and nature are
    looked at; unloading everything is ordered by its own name."""
    found = [
        (Agency.CUSTOMS.value, each.value)
        for control in controls
        for each in OF_CONTROL.get(control, ())
        if each is not Type.UNLOADING or control == "42"
    ]
    return tuple(dict.fromkeys(found))


def usual(kind: str) -> tuple[Step, ...]:
    """What is ordered for papers or goods where nothing else is said."""
    return tuple((Agency.CUSTOMS.value, each.value) for each in USUAL[kind])


def kind_of(steps: Iterable[Step]) -> str:
    """Whether the goods are looked at, or papers, seals and the outside alone."""
    return Kind.GOODS.value if {type for _agency, type in steps} & OF_GOODS else Kind.DOCUMENTS.value


def types_of(steps: Iterable[Step]) -> list[str]:
    """The types in the order of the enumeration, each once."""
    wanted = {type for _agency, type in steps}
    return [each.value for each in Type if each.value in wanted]


def needing_most(types: Collection[str]) -> str:
    return next((each.value for each in NEEDING_MOST if each.value in types), Type.DOCUMENTS.value)


def shown_by(control: str, type: str | None) -> frozenset[str]:
    """The ways of looking that a finding of this control shows to have been gone."""
    return frozenset({type}) if type else frozenset(each.value for each in OF_CONTROL.get(control, ()))
