"""How a claim ends."""

from __future__ import annotations

from enum import StrEnum


class About(StrEnum):
    DECLARATION = "declaration"
    MOVEMENT = "movement"


class Ending(StrEnum):
    #: The claimer gave it back.
    RELEASED = "released"
    #: It is decided, so nobody works on it any more.
    DECIDED = "decided"
    #: Another one took it over and said why.
    TAKEN = "taken"
    #: Nothing was done for too long.
    IDLE = "idle"


class Of(StrEnum):
    """The lists that filters are kept for."""

    DECLARATIONS = "declarations"
    MOVEMENTS = "movements"
