"""What was cleared on paper becomes a declaration like any other, and the form is tied to it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Finding, Invalid, NotFound, WrongState
from app.core.text import _, compact
from app.declarations import queries as declared
from app.fallback import operations as fallback
from app.fallback import queries
from app.fallback.models import FallbackForm


def key(session: Session, period: str, number: int, reference: str, *, by: Actor) -> FallbackForm:
    """Ties a form to the declaration that was lodged for it: at the same post, since the form was filled in, of the same
    truck, and for no other form. Raises `Invalid` naming what does not fit."""
    by.need_scope("decide")
    declaration = declared.locked(session, reference, by=by)
    role = by.need(fallback.KEYING, declaration.post).role
    of = queries.period(session, period, by=by)
    form = queries.form(session, of, number, lock=True)
    if form is None or of.post != declaration.post:
        raise NotFound()
    if form.spoiled or form.declaration_id is not None:
        raise WrongState(_("This form is accounted for already."), facts={"declaration": form.reference})
    content = declared.content(session, declaration)
    if declaration.lodged_at is None or declaration.lodged_at < form.cleared_at - fallback.WITHIN:
        message = _("This declaration was not lodged for what the form let go. Lodge one for it, and name that.")
        raise Invalid(findings=[Finding("/reference", "fallback.not-its-declaration", message)])
    if compact(content.plate or "") != form.plate:
        message = _("The form is of {plate}, the declaration of {other}.", plate=form.plate, other=content.plate or "–")
        raise Invalid(findings=[Finding("/reference", "fallback.other-truck", message)])
    if queries.of_declaration(session, declaration.post, declaration.id) is not None:
        message = _("Another form names this declaration. Each form has its own.")
        raise Invalid(findings=[Finding("/reference", "fallback.declaration-twice", message)])
    fallback.keyed(session, form, declaration.id, declaration.reference, by=by, role=role)
    return form
