"""What accounts, grants and tokens must look like, and the times that bound a sign-in. Pure."""

from __future__ import annotations

import datetime as dt
import re

from app.accounts.commands import AddPerson, IssueToken, OpenAccount
from app.accounts.passwords import LONGEST, SHORTEST
from app.accounts.roles import ANYWHERE, Role, Scope, scopes_of
from app.core.actors import ANY_POST
from app.core.errors import Finding, pointer
from app.core.text import Text, _, excerpt, fault_in

#: Five wrong passwords or codes in a row close the account for a quarter of an hour.
FAILURES_ALLOWED = 5
LOCKED_FOR = dt.timedelta(minutes=15)
#: A decision wants proof of presence from the last quarter of an hour.
FRESH_FOR = dt.timedelta(minutes=15)
#: A sign-in ends after half an hour without a request, and after a shift in any case.
IDLE_FOR = dt.timedelta(minutes=30)
SHIFT = dt.timedelta(hours=12)
#: The scope `decide` of a token lives no longer than this.
DECIDE_FOR = dt.timedelta(hours=12)
LONGEST_TOKEN = 366

#: An account that nobody has used for so long is locked.
DORMANT_AFTER = dt.timedelta(days=30)

_LOGIN = re.compile(r"[A-Za-z][A-Za-z0-9._-]{1,39}", re.ASCII)
_POST = re.compile(r"[A-Z]{2}[A-Z0-9]{3}", re.ASCII)


def is_login(text: str) -> bool:
    """Whether a text can be a login at all; what cannot is not looked for."""
    return _LOGIN.fullmatch(text) is not None


def of_person(command: AddPerson) -> list[Finding]:
    """Everything wrong with a new account and its first grant, each with its place."""
    found = of_grant(command.role, command.post, command.party)
    found += of_account(OpenAccount(command.login, command.name, command.locale, command.same_person_as))
    if command.password is not None:
        found += of_password(command.password, command.login)
    return found


def of_account(command: OpenAccount) -> list[Finding]:
    """What is wrong with login, name and language."""
    found = []
    if not is_login(command.login):
        found.append(_finding("login", "login-form", _(
            "“{login}” cannot be a login. Use 2 to 40 letters, digits, points, hyphens or underscores, a letter first.",
            login=excerpt(command.login),
        )))
    fault = fault_in(command.name)
    if fault:
        found.append(_finding("name", "person-name", fault))
    elif not 1 <= len(command.name.strip()) <= 120:
        found.append(_finding("name", "person-name", _("Give the person's name, 120 characters at most.")))
    return found


def of_password(password: str, login: str) -> list[Finding]:
    """A password is long and is not the login; nothing else is asked (no digits-and-signs rule)."""
    if not SHORTEST <= len(password) <= LONGEST:
        return [_finding("password", "password-length", _(
            "A password has {least} to {most} characters; three or four words are a good one.", least=SHORTEST, most=LONGEST
        ))]
    if login.lower() in password.lower() and len(login) > len(password) // 2:
        return [_finding("password", "password-is-login", _("The password repeats the login. Choose another."))]
    return []


def of_grant(role: str, post: str, party: str | None) -> list[Finding]:
    """Which role may be held where, and for whom."""
    known = {r.value for r in Role}
    if role not in known:
        return [_finding("role", "role-known", _(
            "“{role}” is not a role. Roles are: {roles}.", role=excerpt(role), roles=", ".join(r.value for r in Role)
        ))]
    found = []
    if post == ANY_POST and role not in ANYWHERE:
        found.append(_finding("post", "grant-post", _("The role “{role}” is held at one post. Name the post.", role=role)))
    elif post != ANY_POST and not _POST.fullmatch(post):
        found.append(_finding("post", "grant-post", _(
            "“{post}” is not a post's code. Write it like TJPPJ, or * for every post.", post=excerpt(post)
        )))
    if role == Role.TRADER and not party:
        found.append(_finding("party", "grant-party", _("A trader acts for a firm. Name the firm's number, such as TJ-510012345.")))
    if role != Role.TRADER and party:
        found.append(_finding("party", "grant-party", _("Only a trader acts for a firm. Leave the firm out.")))
    return found


def of_token(command: IssueToken, roles: frozenset[str]) -> list[Finding]:
    """How long a token may live, and that it can do no more than its login."""
    found = []
    if not 1 <= command.days <= LONGEST_TOKEN:
        found.append(_finding("days", "token-days", _("A token lives 1 to {most} days.", most=LONGEST_TOKEN)))
    if len(command.label) > 60 or fault_in(command.label):
        found.append(_finding("label", "token-label", _("Name the token with 60 characters at most.")))
    for scope in sorted(command.scopes or ()):
        if scope not in {s.value for s in Scope}:
            found.append(_finding("scopes", "token-scope", _(
                "“{scope}” is not a scope. Scopes are: read, write, decide.", scope=excerpt(scope)
            )))
        elif scope not in scopes_of(roles):
            found.append(_finding("scopes", "token-scope", _(
                "The roles of this login do not allow the scope “{scope}”.", scope=scope
            )))
    if command.scopes is not None and not command.scopes:
        found.append(_finding("scopes", "token-scope", _("Name at least one scope: read, write or decide.")))
    return found


def _finding(field: str, rule: str, message: Text) -> Finding:
    return Finding(pointer(field), rule, message)
