"""`flask user …` and `flask token`: the node's own commands; whoever may run them on the machine may do this."""

from __future__ import annotations

from typing import NoReturn

import click
from flask.cli import with_appcontext

from app.accounts import passwords
from app.accounts.commands import AddPerson, CloseAccount, IssueToken, SetPassword
from app.accounts.operations import add_person, close_account, issue_token, set_password
from app.accounts.roles import Role
from app.core import db
from app.core.actors import ANY_POST, SYSTEM
from app.core.errors import Refusal
from app.parties.queries import find as find_party
from app.reference.queries import codebook


def _refused(refusal: Refusal) -> NoReturn:
    """One line, without a traceback."""
    said = [str(f.message) for f in refusal.findings] or [str(refusal.message)]
    raise click.ClickException(" ".join(said))


@click.group("user", help="Accounts of people.")
def user() -> None:
    """Groups the commands about accounts."""


@user.command("add")
@click.argument("login")
@click.option("--role", required=True, type=click.Choice([r.value for r in Role]), help="What the person may do.")
@click.option("--post", required=True, help="Where: a post's code such as TJPPJ, or * for every post.")
@click.option("--party", help="The firm a trader acts for, such as TJ-510012345.")
@click.option("--name", help="The person's name; the login if it is not given.")
@click.option("--password", help="12 characters or more; without it one is made and printed.")
@click.option("--same-person-as", metavar="LOGIN", help="A login of the same human being.")
@with_appcontext
def add(
    login: str,
    role: str,
    post: str,
    party: str | None,
    name: str | None,
    password: str | None,
    same_person_as: str | None,
) -> None:
    """Makes a person's account with one role at one post."""
    chosen = password or passwords.fresh()
    command = AddPerson(login, name or login, role, post, party, chosen, same_person_as=same_person_as)
    try:
        with db.transaction() as session:
            if post != ANY_POST and codebook(session).post(post) is None:
                raise click.ClickException(
                    f"There is no post {post}. Write its code as the list of posts has it, such as TJPPJ."
                )
            if party and find_party(session, party) is None:
                raise click.ClickException(f"There is no firm {party}. Register it first, or correct its number.")
            add_person(session, command, by=SYSTEM)
    except Refusal as refusal:
        _refused(refusal)
    click.echo(f"{login} is {role} at {post}")
    if password is None:
        click.echo(f"password: {chosen}")


@user.command("password")
@click.argument("login")
@click.option("--password", help="12 characters or more; without it one is made and printed.")
@with_appcontext
def new_password(login: str, password: str | None) -> None:
    """Sets a new password, ends the sign-in and opens a closed account again."""
    chosen = password or passwords.fresh()
    try:
        with db.transaction() as session:
            set_password(session, SetPassword(login, chosen), by=SYSTEM)
    except Refusal as refusal:
        _refused(refusal)
    click.echo(f"password: {chosen}" if password is None else f"{login} has the new password")


@user.command("close")
@click.argument("login")
@click.option("--reason", required=True, help="Why; it stands in the journal.")
@with_appcontext
def close(login: str, reason: str) -> None:
    """Ends everything of somebody who has left: grants, tokens, sign-in."""
    try:
        with db.transaction() as session:
            close_account(session, CloseAccount(login, reason), by=SYSTEM)
    except Refusal as refusal:
        _refused(refusal)
    click.echo(f"{login} is closed")


@click.command("token", help="Makes an API token and prints it, once, on the last line.")
@click.argument("login")
@click.option("--days", default=30, show_default=True, help="How long it works.")
@click.option("--scope", help="read, write, decide, separated by commas; without it all that the login's roles allow.")
@with_appcontext
def token(login: str, days: int, scope: str | None) -> None:
    """Makes a token for the software of a login."""
    scopes = frozenset(part.strip() for part in scope.split(",") if part.strip()) if scope is not None else None
    try:
        with db.transaction() as session:
            made = issue_token(session, IssueToken(login, days, scopes), by=SYSTEM)
    except Refusal as refusal:
        _refused(refusal)
    click.echo(made)


commands: list[click.Command] = [user, token]
