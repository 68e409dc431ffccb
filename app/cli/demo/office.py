"""What goes on at the post beside the trucks: rates, certificates, the firms' accounts, the closing of each day."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Mapping
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.cli.demo.consignments import CERTIFICATE, POST, Kind, declaration
from app.cli.demo.deeds import BANKS, CURRENCY
from app.cli.demo.steps import Result, Script, Step
from app.cli.demo.story import DAYS, FIRMS, SEED, ZONE, begin
from app.core.actors import Actor
from app.core.db import now
from app.declarations import operations as declarations
from app.declarations.commands import SaveTemplate
from app.exemptions import operations as exemptions
from app.exemptions.commands import RegisterCertificate
from app.flows import approving, code_lists, paying
from app.payments import operations as payments
from app.payments import queries as owed
from app.payments.commands import CloseDay, Counted, Deposit, Receipt, SetStandingOrder

#: The first firm's account is filled up in the morning when it holds less than this.
FLOOR, FILLED_BY = Decimal(2_500_000), Decimal("1800000.00")
OPENING = (Decimal("4000000.00"), Decimal("260000.00"))
#: The second firm brings a little to its account each week.
WEEKLY = Decimal("90000.00")
#: On one evening from this day of the story on, the cashier's drawer holds less than was posted.
_SHORT_FROM, _SHORT_BY = 4, Decimal("20.00")
#: Rates for practice hold so long after the story, so that whoever tries the demonstration finds one.
_HOLD = dt.timedelta(days=90)
_SOURCE = "Demonstration: made up for practice, not a rate of the National Bank"


class Office:
    """The script of the post's own business, from the first morning to the last moment of the story."""

    def __init__(self, people: Mapping[str, Actor], end: dt.datetime) -> None:
        self.people, self.end, self.begin = people, end, begin(end)

    def script(self) -> Script:
        """Before the first truck everything is opened; then day by day; at the end some things wait."""
        yield from self._rates()
        yield from self._certificate()
        yield from self._accounts()
        yield from self._templates()
        for day in range(DAYS + 1):
            yield from self._day(day)

    def waiting(self) -> Script:
        """What the administrator and an officer have begun and another person has not looked at yet."""
        yield Step(self.end - dt.timedelta(hours=3), "next-certificate", self._register_next)
        yield Step(self.end - dt.timedelta(hours=2), "more-rates", self._propose_more_rates)

    # --- before the first truck -------------------------------------------------------------------------------------

    def _rates(self) -> Script:
        proposed = yield self._step(10, "rates", self._propose_rates)
        identifier = UUID(str(proposed["proposal"]))

        def act(session: Session) -> Result:
            reason = "Seen: for practice, no bank's rates."
            approving.approve(session, identifier, reason, by=self.people["supervisor"])
            return {}

        yield self._step(20, "rates-approved", act)

    def _propose_rates(self, session: Session) -> Result:
        """A rate of the dollar and the euro for each day of the story, the last ones for longer."""
        rows = []
        for day in range(DAYS + 1):
            holds = _HOLD if day == DAYS else dt.timedelta(0)
            rows.append(self._rate("USD", "US dollar", Decimal("10.0000") + Decimal(day) / 100, day, holds))
            rows.append(self._rate("EUR", "Euro", Decimal("11.5000") + Decimal(day) / 100, day, holds))
        return self._propose(session, rows, "Rates to practise with, for the two weeks of the demonstration.")

    def _propose_more_rates(self, session: Session) -> Result:
        names = (("RUB", "Russian rouble", "0.1200"), ("CNY", "Chinese yuan", "1.4000"))
        rows = [self._rate(code, name, Decimal(rate), DAYS, _HOLD) for code, name, rate in names]
        return self._propose(session, rows, "Firms ask for roubles and yuan too.")

    def _rate(self, currency: str, name: str, rate: Decimal, day: int, holds: dt.timedelta) -> dict[str, Any]:
        first = self._day_of(day)
        return {
            "code": f"TJ.{currency}",
            "en": name,
            "valid_from": first.isoformat(),
            "valid_to": (first + holds).isoformat(),
            "source": _SOURCE,
            "verified": "false",
            "administration": "TJ",
            "currency": currency,
            "rate": f"{rate:.4f}",
            "units": "1",
            "period": "day",
        }

    def _propose(self, session: Session, rows: list[dict[str, Any]], reason: str) -> Result:
        sheet = io.StringIO()
        writer = csv.DictWriter(sheet, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        data, by = sheet.getvalue().encode(), self.people["administrator"]
        return {"proposal": str(code_lists.propose(session, "exchange_rate", data, reason, by=by).id)}

    def _certificate(self) -> Script:
        registered = yield self._step(35, "certificate", self._register)
        identifier = UUID(str(registered["certificate"]))

        def act(session: Session) -> Result:
            exemptions.settle(session, identifier, approved=True, reason="", by=self.people["supervisor2"])
            return {}

        yield self._step(50, "certificate-approved", act)

    def _register(self, session: Session) -> Result:
        command = self._paper(CERTIFICATE, "Committee on investments", ("854143",), ("duty", "vat"), "60000")
        return {"certificate": str(exemptions.register(session, command, by=self.people["officer"]).id)}

    def _register_next(self, session: Session) -> Result:
        command = self._paper("HUM-88/1", "Ministry of health", ("3004", "3005"), (), "8000")
        return {"certificate": str(exemptions.register(session, command, by=self.people["officer2"]).id)}

    def _paper(
        self, number: str, issuer: str, commodities: tuple[str, ...], taxes: tuple[str, ...], kilograms: str
    ) -> RegisterCertificate:
        return RegisterCertificate(
            post=POST,
            number=number,
            issuer=issuer,
            source="Made up for the demonstration",
            holder=FIRMS[0],
            measure="net_kg",
            granted=Decimal(kilograms),
            valid_from=self._day_of(-30),
            valid_to=self._day_of(335),
            commodities=commodities,
            taxes=taxes,
        )

    def _accounts(self) -> Script:
        """The first firm claims what it has paid into its account, the cashier finds it, and from then on the account
        pays by itself; the second one keeps a little there."""
        claimed = yield self._step(60, "deposit-claimed", self._claim_deposit)
        identifier = UUID(str(claimed["payment"]))

        def confirm(session: Session) -> Result:
            paying.confirm(session, identifier, by=self.people["officer"])
            return {}

        def order(session: Session) -> Result:
            payments.set_standing_order(session, SetStandingOrder(POST, FIRMS[0], True), by=self.people["trader"])
            return {}

        yield self._step(75, "deposit-confirmed", confirm)
        yield self._step(80, "standing-order", order)
        yield self._step(90, "deposit-2", lambda session: self._deposit(session, FIRMS[1], OPENING[1], "D2"))

    def _claim_deposit(self, session: Session) -> Result:
        command = Deposit(POST, FIRMS[0], OPENING[0], CURRENCY, self._receipt(session, "D1"))
        return {"payment": str(payments.claim_deposit(session, command, by=self.people["trader"]).id)}

    def _deposit(self, session: Session, party: str, amount: Decimal, number: str) -> Result:
        command = Deposit(POST, party, amount, CURRENCY, self._receipt(session, number))
        payments.deposit(session, command, by=self.people["officer"])
        return {"amount": f"{amount}"}

    def _receipt(self, session: Session, number: str) -> Receipt:
        return Receipt(BANKS[0], f"{number}-{now(session):%y%m%d}", now(session).date())

    def _templates(self) -> Script:
        kept = (
            ("raisins", "trader", FIRMS[0], Kind.IMPORT, "Dried fruit from Kunduz"),
            ("cement", "trader", FIRMS[0], Kind.EXPORT, "Exports to Kunduz"),
            ("transit", "trader2", FIRMS[1], Kind.TRANSIT, "Transit to Afghanistan"),
        )
        for place, (name, login, party, kind, title) in enumerate(kept):
            yield self._step(95 + place, f"template-{name}", self._template(login, party, kind, title, place))

    def _template(self, login: str, party: str, kind: Kind, title: str, place: int) -> Callable[[Session], Result]:
        body = declaration(Random(SEED - place - 1), 0, kind, party, self._day_of(0))  # noqa: S311

        def act(session: Session) -> Result:
            declarations.save_template(session, SaveTemplate(POST, title, body, party), by=self.people[login])
            return {}

        return act

    # --- day by day -------------------------------------------------------------------------------------------------

    def _day(self, day: int) -> Script:
        yield Step(self._at(day, 8, 0), f"account-{day}", lambda session: self._fill_up(session, day))
        yield Step(self._at(day, 18, 30), f"closed-{day}", lambda session: self._close(session, day))

    def _fill_up(self, session: Session, day: int) -> Result:
        """The first firm's accountant keeps the account filled; the second firm comes once a week."""
        if day % 7 == 6:
            self._deposit(session, FIRMS[1], WEEKLY, f"W{day}")
        held = owed.account(session, POST, FIRMS[0], by=self.people["trader"])
        if held.balance >= FLOOR:
            return {}
        return self._deposit(session, FIRMS[0], FILLED_BY, f"D{day + 3}")

    def _close(self, session: Session, day: int) -> Result:
        """What was counted is what was posted, but for one evening: then a supervisor closes."""
        cashier = self.people["officer2" if day % 2 else "officer"]
        till = owed.till(session, POST, by=cashier)
        if not till:
            return {}
        counted = [Counted(t.method, t.currency, t.total) for t in till if t.method in ("cash", "receipt")]
        short = day >= _SHORT_FROM and any(c.method == "cash" for c in counted) and not self._was_short(session)
        if short:
            counted = [
                Counted(c.method, c.currency, c.amount - (_SHORT_BY if c.method == "cash" else 0)) for c in counted
            ]
        note = "20 somoni are missing in the drawer; the cashier makes them good." if short else ""
        by = self.people["supervisor2"] if short else cashier
        return {"number": payments.close_day(session, CloseDay(POST, counted, note), by=by).number}

    def _was_short(self, session: Session) -> bool:
        return any(one.note for one in owed.closings(session, POST, by=self.people["supervisor2"]))

    # --- times ------------------------------------------------------------------------------------------------------

    def _step(self, minutes: int, name: str, act: Callable[[Session], Result]) -> Step:
        return Step(self.begin + dt.timedelta(minutes=minutes), name, act)

    def _day_of(self, day: int) -> dt.date:
        return self.begin.astimezone(ZONE).date() + dt.timedelta(days=day)

    def _at(self, day: int, hour: int, minute: int) -> dt.datetime:
        return dt.datetime.combine(self._day_of(day), dt.time(hour, minute), ZONE).astimezone(dt.UTC)
