"""The people of the demonstration and the one password they share."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.demo import DEMO_PARTIES, DEMO_PEOPLE, make_demo_people
from app.accounts.queries import actor_of_login
from app.cli.demo import firms
from app.cli.demo.pledges import ACCESS_CODE
from app.core.actors import SYSTEM, Actor
from app.parties.commands import RegisterParty
from app.parties.operations import register

KEPT_IN = "demo_password"


def password(home: Path) -> str:
    """The password of all demo logins: made once and kept where only the owner of the folder reads it."""
    path = home / KEPT_IN
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        chosen = passwords.fresh()
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(chosen + "\n")
    fresh.replace(path)
    return chosen


def make(session: Session, chosen: str) -> None:
    """Registers the firms they act for, and some that others name, then adds those of the people who are not there yet."""
    for code, name, address, country in DEMO_PARTIES:
        register(session, RegisterParty(code, name, address, country), by=SYSTEM)
    for firm in firms.TRUSTABLE:
        register(session, RegisterParty(firm.id, firm.name, firm.address, firm.country), by=SYSTEM)
    make_demo_people(session, chosen, by=SYSTEM)


def actors(session: Session) -> dict[str, Actor]:
    """Everybody as somebody at a page, freshly signed in."""
    found = {who.login: actor_of_login(session, who.login) for who in DEMO_PEOPLE}
    return {login: replace(actor, via="page") for login, actor in found.items() if actor is not None}


def listing(chosen: str) -> str:
    """The logins with what each may do, the password, and the code that opens guarantees, for the terminal."""
    width = max(len(who.login) for who in DEMO_PEOPLE)
    lines = [
        f"  {who.login:<{width}}  {who.role}{f' for {who.party}' if who.party else ''} at {_place(who.post)}"
        for who in DEMO_PEOPLE
    ]
    codes = f"Access code of the guarantees of both firms: {ACCESS_CODE}"
    return "\n".join(["Logins:", *lines, f"Password of all of them: {chosen}", codes])


def _place(post: str) -> str:
    return "every post" if post == "*" else post
