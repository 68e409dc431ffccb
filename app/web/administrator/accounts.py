"""Accounts: who they are, what they may do, and closing them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts import listing, operations
from app.accounts.commands import CloseAccount, OpenAccount
from app.accounts.listing import READING, Asked, State
from app.accounts.roles import Role
from app.accounts.schemas import AccountSchema, GrantSchema
from app.core import db, journal
from app.core.actors import ANY_POST
from app.core.errors import Refusal
from app.core.text import Text, _, normal
from app.edge.locale import LOCALES, current, translate
from app.edge.signin import current_actor, signed_in
from app.flows import approving, granting
from app.flows.granting import ADMINISTRATORS
from app.web import once, reasons
from app.web.administrator.pages import people as blueprint
from app.web.form import Form
from app.web.lists import lists_of

#: An account's state, as people read it, with its tone.
STATES: dict[str, tuple[Text, str]] = {
    State.LIVE: (_("In use"), "good"),
    State.IDLE: (_("Soon dormant"), "caution"),
    State.DORMANT: (_("Dormant, locked"), "bad"),
    State.LOCKED: (_("Locked for 15 minutes"), "caution"),
    State.BARE: (_("Without a role"), "working"),
    State.CLOSED: (_("Closed"), ""),
}
#: What the journal tells of an account, in words.
EVENTS: dict[str, Text] = {
    "account.added": _("Account made"),
    "account.closed": _("Account closed"),
    "account.dormant": _("Locked for want of use"),
    "account.unlocked": _("Unlocked"),
    "account.lapsed": _("Signed out, no role left"),
    "account.locked": _("Locked after failures"),
    "account.signed_in": _("Signed in"),
    "account.signed_out": _("Signed out"),
    "account.sign_in_failed": _("Sign-in failed"),
    "account.verified_again": _("Confirmed to be there"),
    "account.password_set": _("Password set on the machine"),
    "account.password_changed": _("Password changed"),
    "account.second_factor_added": _("Second factor set up"),
    "account.second_factor_dropped": _("Second factor removed"),
    "grant.given": _("Role given"),
    "grant.ended": _("Role ended"),
    "token.issued": _("Token made"),
    "token.revoked": _("Token revoked"),
}
#: Of an account's history the last entries; the journal has all.
LATEST = 60


@blueprint.get("/accounts")
@signed_in(*READING)
def accounts() -> str:
    """All accounts, by login, with what to look after first."""
    actor = current_actor()
    asked = Asked(
        normal(request.args.get("q", "")[:60]),
        request.args.get("role", "")[:20],
        request.args.get("post", "")[:5],
        request.args.get("state", "")[:10],
    )
    with db.reading(search=True) as session:
        found, following = listing.page(session, asked, request.args.get("after", "")[:40], by=actor)
        counts = listing.counts(session, by=actor)
        waiting = approving.waiting(
            session, by=actor, only=(granting.GRANT, granting.SENIOR, granting.UNLOCK), limit=100
        )
        posts = post_choices(session)
    return render_template(
        "administrator/accounts.html", found=found, next=following, after=request.args.get("after"), asked=asked,
        counts=counts, waiting=waiting, states=STATES, posts=posts, roles_known=list(Role),
        may=not actor.roles().isdisjoint(ADMINISTRATORS),
    )  # fmt: skip


@blueprint.get("/accounts/new")
@signed_in(*ADMINISTRATORS)
def new_account() -> str:
    """Asks for a new account."""
    return _asking(Form(AccountSchema, {"locale": "tg"}))


@blueprint.post("/accounts/new")
@signed_in(*ADMINISTRATORS)
def added_account() -> Any:
    """Makes an account; what it may do is proposed on its own page."""
    form = Form.submitted(AccountSchema, request.form)
    if not form.validate():
        return _asking(form), 422
    locale = form.data["locale"] if form.data["locale"] in LOCALES else "en"
    command = OpenAccount(form.data["login"], form.data["name"], locale, form.data.get("same_person_as") or None)
    try:
        made = once.done(
            lambda s: operations.open_account(s, command, by=current_actor()).login, by=current_actor()
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return _asking(form), refusal.status
    flash(translate(_("The account is made. Propose now what it may do.")), "success")
    return redirect(url_for("people.account", login=made.answer), 303)


def _asking(form: Form) -> str:
    return render_template(
        "administrator/account_new.html", form=form, locales=list(LOCALES.items()),
        confirm_url=url_for("security.verify", next=url_for("people.new_account")),
    )  # fmt: skip


@blueprint.get("/accounts/<login>")
@signed_in(*READING)
def account(login: str) -> str:
    """One account with everything that hangs on it."""
    return one(login)


@blueprint.post("/accounts/<login>/closing")
@signed_in(*ADMINISTRATORS)
def closed_account(login: str) -> Response | tuple[str, int]:
    """Somebody has left: everything ends."""
    reason = ""
    try:
        reason = reasons.typed()
        if not reason:
            raise reasons.missing()
        with db.transaction() as session:
            listing.detail(session, login, by=current_actor())
            operations.close_account(session, CloseAccount(login, reason), by=current_actor())
    except Refusal as refusal:
        return refused(login, refusal, "close", reason)
    flash(translate(_("The account is closed. It opens nothing any more.")), "success")
    return redirect(url_for("people.account", login=login), 303)


def one(login: str, refusal: Refusal | None = None, of: str = "", reason: str = "", form: Form | None = None) -> str:
    """The page of an account; `of` names the form that was refused."""
    actor = current_actor()
    with db.reading() as session:
        found = listing.detail(session, login, by=actor)
        about = str(found.user.id)
        entries = journal.history(session, db.node_post(), "account", about)[-LATEST:][::-1]
        waiting = [
            proposal
            for proposal in approving.waiting(
                session, by=actor, only=(granting.GRANT, granting.SENIOR, granting.UNLOCK), limit=200
            )
            if concerns(proposal.payload, about)
        ]
        posts = post_choices(session)
    return render_template(
        "administrator/account.html", one=found, states=STATES, events=EVENTS, entries=entries, waiting=waiting,
        may=not actor.roles().isdisjoint(ADMINISTRATORS) and actor.person != found.user.person_id,
        form=form or Form(GrantSchema, {}), posts=posts, roles_known=[r for r in Role if r is not Role.SYSTEM],
        refusal=refusal, refused=of, reason=reason,
        confirm_url=url_for("security.verify", next=url_for("people.account", login=login)),
    )  # fmt: skip


def refused(login: str, refusal: Refusal, of: str, reason: str = "", form: Form | None = None) -> tuple[str, int]:
    """The page of an account with what was refused; what is not there is a page of its own."""
    if refusal.status == 404:
        raise refusal
    return one(login, refusal, of, reason, form), refusal.status


def concerns(payload: dict[str, Any], account_id: str) -> bool:
    """Whether a proposal is about an account."""
    return payload.get("account") == account_id or any(g["account"] == account_id for g in payload.get("grants", ()))


def post_choices(session: Session) -> list[tuple[str, str]]:
    """Every post with its name, and “*” for all of them."""
    book = lists_of(session).book
    named = [(post.code, f"{post.code} – {post.name(current())}") for post in book.posts()]
    return [(ANY_POST, translate(_("Every post"))), *named]
