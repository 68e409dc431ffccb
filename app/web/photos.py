"""Photos and papers that come with a form: kept in the deed's own transaction, refused at their box."""

from __future__ import annotations

from typing import Final

from flask import request
from sqlalchemy.orm import Session

from app.attachments import operations as attachments
from app.core.actors import Actor
from app.core.errors import Finding, Invalid, Refusal
from app.core.text import _

#: Files of one deed.
MOST: Final = 5


def kept(session: Session, name: str, pointer: str, *, post: str, party: str, by: Actor) -> list[str]:
    """The ids of the files that came in the box of this name, as files of the firm at the post. Raises `Invalid` at the
    pointer for too many and for what is no photo or paper."""
    files = [file for file in request.files.getlist(name) if file.filename]
    if len(files) > MOST:
        message = _("Choose at most {most} files at once.", most=MOST)
        raise Invalid(findings=[Finding(pointer, "files.many", message)])
    made = []
    for file in files:
        try:
            found = attachments.upload(
                session, post=post, party=party, name=file.filename or "", content=file.read(), by=by
            )
        except Refusal as refusal:
            said = refusal.findings[0].message if refusal.findings else refusal.message
            raise Invalid(findings=[Finding(pointer, refusal.code, said)]) from None
        made.append(str(found.id))
    return made
