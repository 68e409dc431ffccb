"""The firm's guarantees: what is left of each, its account, and the access codes under which it is used."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import db
from app.core.errors import NotFound, Refusal
from app.core.fields import Words
from app.core.messages import T
from app.core.text import _
from app.edge.locale import translate
from app.edge.signin import signed_in
from app.guarantees import operations, queries
from app.guarantees.commands import AddAccessCode, RevokeAccessCode
from app.guarantees.lifecycle import Status, Taken
from app.guarantees.models import Guarantee
from app.guarantees.schemas import GroundsOfGuaranteeSchema
from app.web import once
from app.web.form import Form
from app.web.lists import lists_of
from app.web.trader.transit.pages import ROLE, pledged, trader

PAGE = 50
#: Movements that take of a guarantee; the sums beside them count all.
_SHOWN = 100
_KEY = re.compile(r"[\x21-\x7e]{0,40}")
#: Signs of a code that are not taken for one another.
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_NOTHING = Decimal("0.00")


class _NewCodeSchema(ma.Schema):
    """A code may be chosen; else one is made."""

    class Meta:
        unknown = ma.RAISE

    label = Words(100, required=True, metadata={"label": T("Whose it is")})
    code = Words(40, allow_none=True, metadata={"label": T("Access code"), "widget": "password"})


@dataclass(frozen=True, slots=True)
class Balance:
    """A guarantee with what of it is reserved for movements, held while goods are searched for, and free."""

    guarantee: Guarantee
    left: Decimal
    reserved: Decimal
    held: Decimal

    @property
    def used(self) -> Decimal:
        return self.reserved + self.held

    @property
    def claimed(self) -> Decimal:
        """What the guarantor was asked for: neither free nor taken by a movement that is open."""
        return self.guarantee.amount - self.left - self.used if self.counts else _NOTHING

    @property
    def counts(self) -> bool:
        """Whether something can be taken of it now, or was."""
        return self.guarantee.status in (Status.IN_FORCE.value, Status.SUSPENDED.value)


@pledged.get("", endpoint="guarantees")
@signed_in(ROLE)
def guarantee_list() -> str:
    """The firm's guarantees in the order of their numbers."""
    after = request.args.get("after", "")
    with db.reading() as session:
        rows = queries.page(session, by=trader(), limit=PAGE + 1, after=after if _KEY.fullmatch(after) else "")
        found = _balances(session, rows[:PAGE])
        lists = lists_of(session)
    return render_template(
        "trader/transit/guarantees.html",
        found=found,
        lists=lists,
        today=lists.on,
        next=rows[PAGE - 1].grn if len(rows) > PAGE else None,
        after=after,
    )


def _balances(session: Session, rows: list[Guarantee]) -> list[Balance]:
    left, taken = queries.left_of(session, rows), queries.taken_of(session, rows)
    return [
        Balance(
            row,
            left[row.id],
            taken[row.id].get(Taken.RESERVED.value, _NOTHING),
            taken[row.id].get(Taken.HELD.value, _NOTHING),
        )
        for row in rows
    ]


@pledged.get("/<grn>")
@signed_in(ROLE)
def guarantee(grn: str) -> str:
    """A guarantee with its balance, its account and its codes."""
    return _one(grn)


@pledged.get("/<grn>/codes")
@signed_in(ROLE)
def codes_again(grn: str) -> Response:
    """A refused form's page reloaded, or seen in another language: the guarantee."""
    return redirect(url_for("trader_transit_guarantees.guarantee", grn=grn, lang=request.args.get("lang")))


@pledged.post("/<grn>/codes")
@signed_in(ROLE)
def add_code(grn: str) -> Any:
    """Adds an access code. It is shown on the page that answers and never again: only its hash is kept."""
    form = Form.submitted(_NewCodeSchema, request.form)
    if not form.validate():
        return _one(grn, form), 422
    code = form.data.get("code") or _code()
    command, actor = AddAccessCode(grn, code, form.data["label"]), trader()
    try:
        outcome = once.done(lambda session: str(operations.add_access_code(session, command, by=actor).id), by=actor)
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _one(grn, form), refusal.status
    if outcome.again:
        flash(
            translate(_("This form was sent before; the code was shown then. Add another one if it is lost.")), "info"
        )
        return redirect(url_for("trader_transit_guarantees.guarantee", grn=grn), 303)
    return _one(grn, made=(command.label, code))


def _code() -> str:
    """A code of twelve signs in three groups."""
    signs = "".join(secrets.choice(_SIGNS) for _sign in range(12))
    return f"{signs[:4]}-{signs[4:8]}-{signs[8:]}"


@pledged.get("/<grn>/codes/<uuid:identifier>")
@signed_in(ROLE)
def revoke_again(grn: str, identifier: UUID) -> Response:
    """A refused form's page reloaded, or seen in another language: the guarantee."""
    return redirect(url_for("trader_transit_guarantees.guarantee", grn=grn, lang=request.args.get("lang")))


@pledged.post("/<grn>/codes/<uuid:identifier>")
@signed_in(ROLE)
def revoke_code(grn: str, identifier: UUID) -> Response | tuple[str, int]:
    """From now on the code opens nothing."""
    form = Form.submitted(GroundsOfGuaranteeSchema, request.form)
    if not form.validate():
        return _one(grn, revoking=(identifier, form)), 422
    try:
        with db.transaction() as session:
            command = RevokeAccessCode(grn, identifier, form.data["reason"])
            operations.revoke_access_code(session, command, by=trader())
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _one(grn, revoking=(identifier, form)), refusal.status
    flash(translate(_("The access code is revoked. It opens nothing any more.")), "success")
    return redirect(url_for("trader_transit_guarantees.guarantee", grn=grn), 303)


def _one(
    grn: str,
    form: Form | None = None,
    *,
    revoking: tuple[UUID, Form] | None = None,
    made: tuple[str, str] | None = None,
) -> str:
    before = request.args.get("before", "")
    place = int(before) if re.fullmatch("[0-9]{1,9}", before) else None
    with db.reading() as session:
        found = queries.find(session, grn, by=trader())
        balance = _balances(session, [found])[0]
        lines = queries.statement(session, found, limit=PAGE, before=place)
        taken = queries.reservations(session, found, only_open=True, limit=_SHOWN + 1)
        claimed = queries.claimed_of(session, found, limit=_SHOWN + 1)
        codes = queries.access_codes(session, found)
        lists = lists_of(session)
    return render_template(
        "trader/transit/guarantee.html",
        balance=balance,
        guarantee=found,
        lines=lines,
        first=url_for("trader_transit_guarantees.guarantee", grn=grn) if place is not None else None,
        next=lines[-1].place if len(lines) == PAGE else None,
        taken=taken[:_SHOWN],
        more_taken=len(taken) > _SHOWN,
        claimed=claimed[:_SHOWN],
        more_claimed=len(claimed) > _SHOWN,
        codes=codes,
        lists=lists,
        today=lists.on,
        form=form or Form(_NewCodeSchema),
        revoking=revoking,
        blank=Form(GroundsOfGuaranteeSchema),
        sent=form or (revoking[1] if revoking else None),
        made=made,
    )
