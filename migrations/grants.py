"""What the application's role may do. It owns nothing, so that it can neither drop a trigger nor grant itself more."""

from __future__ import annotations

from typing import Any

from alembic import context


def application_role() -> str | None:
    """The role the application signs in with, or None where it is the owner itself (then only triggers protect)."""
    role: str | None = context.config.attributes.get("application_role")
    return role


def grant(op: Any, table: str, privileges: str) -> None:
    """Grants the privileges on a table or view to the application's role."""
    role = application_role()
    if role:
        op.execute(f'GRANT {privileges} ON {table} TO "{role}"')
