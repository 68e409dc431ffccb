"""The roles, where each may be held, and what a token of it may do. Pure."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    TRADER = "trader"
    OFFICER = "officer"
    INSPECTOR = "inspector"
    SUPERVISOR = "supervisor"
    ANALYST = "analyst"
    LIAISON = "liaison"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    SYSTEM = "system"


class Scope(StrEnum):
    READ = "read"
    WRITE = "write"
    DECIDE = "decide"


class DeviceKind(StrEnum):
    """Where somebody signs in: at a desk, or at the truck with a registered phone or tablet."""

    DESK = "desk"
    FIELD = "field"


#: Roles that may be held for every post of the node ("*").
ANYWHERE = frozenset({Role.TRADER, Role.ANALYST, Role.ADMINISTRATOR, Role.AUDITOR, Role.SYSTEM})

#: Roles whose acts bind the administration: they sign in with two factors where the setting asks for it.
DECIDING = frozenset({Role.OFFICER, Role.INSPECTOR, Role.SUPERVISOR, Role.ANALYST, Role.LIAISON, Role.ADMINISTRATOR})

_SCOPES: dict[Role, frozenset[Scope]] = {
    Role.TRADER: frozenset({Scope.READ, Scope.WRITE}),
    Role.AUDITOR: frozenset({Scope.READ}),
    Role.SYSTEM: frozenset({Scope.READ, Scope.WRITE}),
}


def scopes_of(roles: frozenset[str]) -> frozenset[Scope]:
    """The widest scopes a token of these roles can have; none for no role."""
    held: frozenset[Scope] = frozenset()
    for role in roles:
        held |= _SCOPES.get(Role(role), frozenset(Scope))
    return held


def decides(roles: frozenset[str]) -> bool:
    """Whether one of the roles binds the administration."""
    return not DECIDING.isdisjoint(roles)
