"""What movements need before the first of them goes: guarantees with their access codes, and seals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from app.cli.demo.consignments import POST
from app.cli.demo.deeds import CURRENCY
from app.cli.demo.steps import Act, Result, Script, Step
from app.cli.demo.story import FIRMS, ZONE, begin
from app.core.actors import Actor
from app.flows.movements.handing import issue
from app.guarantees import operations as guarantees
from app.guarantees.commands import AddAccessCode, RegisterGuarantee, SettleGuarantee
from app.seals import operations as seals
from app.seals.commands import ReceiveSeals

#: Under which the firms' people use their guarantees; told with the logins.
ACCESS_CODE: Final = "GUZAR-2026"
_MAKER = "Mega-Fortris"
#: Numbers of the seals in the order of the box; the first are handed out, twenty to each of two officers.
_SERIALS = tuple(f"TJ{number:07d}" for number in range(451_001, 451_061))
_HANDED = 20


class Pledges:
    """The script of guarantees and seals: the first morning of the story, and what waits at its end."""

    def __init__(self, people: Mapping[str, Actor], end: dt.datetime) -> None:
        self.people, self.end, self.begin = people, end, begin(end)

    def script(self) -> Script:
        insurer = ("TJ-INS-0004", "ҶСК «Тоҷиксуғурта»")
        bank = ("TJ-BNK-0011", "ҶСК «Ориёнбонк»")
        yield from self._pledged(0, "trader", self._wanted(FIRMS[0], "6000000.00", *insurer))
        yield from self._pledged(1, "trader2", self._wanted(FIRMS[1], "3500000.00", *bank))
        yield self._step(118, "seals", self._receive)
        for place, login in enumerate(("officer", "officer2")):
            yield self._step(120 + place, f"seals-{login}", self._hand(place, login))
        yield Step(self.end - dt.timedelta(hours=26), "seals-spoilt", self._spoil)
        waiting = self._wanted(FIRMS[1], "1200000.00", *insurer)
        yield Step(self.end - dt.timedelta(hours=4), "guarantee-waiting", self._register(waiting))

    def _step(self, minutes: int, name: str, act: Act) -> Step:
        return Step(self.begin + dt.timedelta(minutes=minutes), name, act)

    def _wanted(self, holder: str, amount: str, guarantor: str, name: str) -> RegisterGuarantee:
        """A comprehensive guarantee of a year."""
        first = self.begin.astimezone(ZONE).date()
        return RegisterGuarantee(
            post=POST,
            type="1",
            holder=holder,
            guarantor=guarantor,
            guarantor_name=name,
            amount=Decimal(amount),
            currency=CURRENCY,
            valid_from=first - dt.timedelta(days=5),
            valid_to=first + dt.timedelta(days=360),
            source="Made up for the demonstration",
        )

    def _pledged(self, place: int, login: str, wanted: RegisterGuarantee) -> Script:
        made = yield self._step(100 + place, f"guarantee-{place}", self._register(wanted))
        grn = str(made["grn"])

        def approve(session: Session) -> Result:
            guarantees.settle(session, SettleGuarantee(grn, True), by=self.people["supervisor"])
            return {}

        def key(session: Session) -> Result:
            guarantees.add_access_code(session, AddAccessCode(grn, ACCESS_CODE, "desk"), by=self.people[login])
            return {}

        yield self._step(106 + place, f"guarantee-{place}-approved", approve)
        yield self._step(112 + place, f"guarantee-{place}-code", key)

    def _register(self, wanted: RegisterGuarantee) -> Act:
        def act(session: Session) -> Result:
            return {"grn": guarantees.register(session, wanted, by=self.people["officer"]).grn}

        return act

    def _receive(self, session: Session) -> Result:
        seals.receive(session, ReceiveSeals(POST, _MAKER, "H", _SERIALS), by=self.people["supervisor"])
        return {}

    def _hand(self, place: int, login: str) -> Act:
        def act(session: Session) -> Result:
            serials = _SERIALS[place * _HANDED : (place + 1) * _HANDED]
            issue(session, POST, login, serials, by=self.people["supervisor"])
            return {}

        return act

    def _spoil(self, session: Session) -> Result:
        reason = "Bent when the box fell off the ramp; cut up before two witnesses."
        seals.void(session, POST, _SERIALS[-1:], reason, by=self.people["supervisor2"])
        return {}
