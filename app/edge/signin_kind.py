"""On which kind of device somebody signs in: at a desk, or at the truck.

A person has one live sign-in of each kind. The other kind is had only by who comes from a page below /field/ with the mark of
a telephone or tablet that is registered for him and not locked out; and what it opens are the pages below /field/. So nobody
has two sign-ins at desks by saying that one of them is none.
"""

from __future__ import annotations

from flask import Response, current_app, request
from flask import session as cookie
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.roles import DeviceKind
from app.field import keys
from app.field import queries as field
from app.field.models import FieldDevice

#: Below this address are the pages for use at the truck.
FIELD = "/field"
#: In the sign-in cookie: the way in was asked for by a page of the field.
CAME = "came_from_field"
_YEAR = 365 * 24 * 3600


def below_field(path: str) -> bool:
    """Whether an address is one of the field's."""
    return path == FIELD or path.startswith(FIELD + "/")


def note_way_in() -> None:
    """At the form of sign-in: remembers which pages sent the person there."""
    if request.endpoint == "security.login" and request.method == "GET":
        if below_field(request.args.get("next", "").partition("?")[0]):
            cookie[CAME] = True
        else:
            cookie.pop(CAME, None)


def of(session: Session, user: User) -> DeviceKind:
    """The kind of the sign-in that opens now."""
    if not cookie.get(CAME):
        return DeviceKind.DESK
    device = shown(session)
    if device is None or device.person != user.person_id or device.is_locked:
        return DeviceKind.DESK
    return DeviceKind.FIELD


def shown(session: Session) -> FieldDevice | None:
    """The device that this browser is by its mark."""
    return field.by_mark(session, request.cookies.get(_name(), ""))


def remember(response: Response, device: FieldDevice) -> None:
    """Leaves the device's mark in its browser; its key stays where only the code opens it."""
    response.set_cookie(
        _name(), keys.mark(device.id, device.digest), max_age=_YEAR, path="/", httponly=True, samesite="Strict",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )  # fmt: skip


def erase(response: Response) -> None:
    """Takes the mark of a device that is locked out from its browser."""
    response.delete_cookie(
        _name(), path="/", httponly=True, samesite="Strict", secure=bool(current_app.config["SESSION_COOKIE_SECURE"])
    )


def opens(kind: str) -> bool:
    """Whether a sign-in of this kind opens the page that is asked for: one of the field opens the field's own pages, and those
    of the sign-in itself."""
    return kind != DeviceKind.FIELD or below_field(request.path) or request.blueprint == "security"


def _name() -> str:
    return "__Host-guzar_field" if current_app.config["SESSION_COOKIE_SECURE"] else "guzar_field"
