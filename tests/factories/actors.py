"""Actors without an account behind them, for tests of verbs. Each call without a login is the same person again."""

from __future__ import annotations

from uuid import UUID, uuid5

from app.core.actors import Actor, Grant

POST = "TJPPJ"
PARTY = "TJ-510012345"
OTHER_PARTY = "TJ-510067890"
_PERSONS = UUID("6f1c3f0e-0f0f-4c56-9b3f-2f2a8f8d1c11")


def person(login: str) -> UUID:
    """The same person for the same login, in every test."""
    return uuid5(_PERSONS, login)


def actor(
    role: str, post: str = POST, *, login: str | None = None, party: str | None = None, fresh: bool = True
) -> Actor:
    name = login or role
    return Actor(person=person(name), login=name, name=name.title(), grants=(Grant(role, post, party),), fresh=fresh)


def trader(party: str = PARTY, *, login: str = "trader") -> Actor:
    return actor("trader", "*", login=login, party=party)


def other_trader() -> Actor:
    return trader(OTHER_PARTY, login="trader2")


def officer(post: str = POST, *, login: str = "officer", fresh: bool = True) -> Actor:
    return actor("officer", post, login=login, fresh=fresh)


def inspector(post: str = POST, *, login: str = "inspector") -> Actor:
    return actor("inspector", post, login=login)


def supervisor(post: str = POST, *, login: str = "supervisor") -> Actor:
    return actor("supervisor", post, login=login)


def liaison(post: str = POST) -> Actor:
    return actor("liaison", post)


def analyst() -> Actor:
    return actor("analyst", "*")


def administrator(*, login: str = "administrator") -> Actor:
    return actor("administrator", "*", login=login)


def auditor() -> Actor:
    return actor("auditor", "*")


def neighbour() -> Actor:
    """The other administration's system."""
    return actor("system", "*", login="system.AF")
