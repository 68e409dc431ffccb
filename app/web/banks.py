"""Banks and treasuries as pages offer and name them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core import db
from app.edge.locale import current
from app.payments import banks
from app.reference.codebook import Codebook
from app.reference.queries import codebook


@dataclass(frozen=True, slots=True)
class Banks:
    """The banks whose receipts count at a post today, in the reader's language."""

    codes: Codebook
    administration: str
    today: dt.date
    locale: str

    @classmethod
    def at(cls, session: Session, post: str) -> Banks:
        codes = codebook(session)
        return cls(codes, post[:2], codes.day_at(post, db.now(session)), current())

    @property
    def choices(self) -> list[tuple[str, str]]:
        """(code, name) of all of them, by name."""
        known = banks.offered(self.codes, self.administration, self.today)
        return sorted(((e.code, e.name(self.locale)) for e in known), key=lambda choice: choice[1].casefold())

    def name(self, code: str | None) -> str:
        """The name of a bank; a name that was typed before there were codes stands for itself."""
        return self.codes.name(banks.LIST, code, self.locale) if code else ""
