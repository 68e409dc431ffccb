"""One's own account: what one may do, the ways of signing in, tokens for one's software."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts import queries
from app.accounts.commands import IssueToken, RevokeToken
from app.accounts.operations import issue_token, revoke_token
from app.accounts.roles import scopes_of
from app.core import db
from app.core.errors import Invalid
from app.core.text import Text, _, ascii_digits, normal
from app.edge.locale import translate
from app.edge.signin import current_actor, signed_in
from config.settings import Settings

blueprint = Blueprint("account", __name__, url_prefix="/account")

SCOPES: dict[str, Text] = {"read": _("Read"), "write": _("Lodge and change"), "decide": _("Decide, for 12 hours")}


def init_app(app: Flask, settings: Settings) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("")
@signed_in()
def show() -> str:
    return _page()


@blueprint.post("/tokens")
@signed_in()
def issue() -> str:
    """The answer is the page with the token on it: it is never stored, so it cannot be shown after a redirect."""
    actor = current_actor()
    days = ascii_digits(request.form.get("days", "").strip())
    if not (days.isascii() and days.isdigit() and len(days) <= 3):
        raise Invalid(_("Give the days as a number, such as 30."))
    chosen = frozenset(request.form.getlist("scope"))
    command = IssueToken(actor.login, int(days), chosen, normal(request.form.get("label", "")))
    with db.transaction() as session:
        text = issue_token(session, command, by=actor)
    return _page(text)


@blueprint.post("/tokens/<uuid:token>/revocation")
@signed_in()
def revoke(token: UUID) -> Response:
    with db.transaction() as session:
        revoke_token(session, RevokeToken(token), by=current_actor())
    flash(translate(_("The token is revoked.")), "success")
    return redirect(url_for("account.show"))


def _page(shown_token: str | None = None) -> str:
    allowed = scopes_of(current_actor().roles())
    with db.reading() as session:
        user = queries.with_passkeys(session, g.sign_in.account)
        return render_template(
            "security/account.html",
            shown_token=shown_token,
            tokens=queries.tokens_of(session, g.sign_in.account),
            scopes=[(scope, label) for scope, label in SCOPES.items() if scope in allowed],
            has_codes=bool(user and user.tf_totp_secret),
            passkeys=len(user.webauthn) if user else 0,
            recovery_codes=len(user.mf_recovery_codes or ()) if user else 0,
        )
