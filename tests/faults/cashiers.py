"""What moves money: claims, cash, accounts, securities, refunds and the closing of the day."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from tests.faults.errands import Errands
from tests.faults.furnishing import PARTIES
from tests.load import Answer

#: What is paid too much, now and then.
TOO_MUCH = Decimal("37.50")
BANK = "Amonatbonk"
#: Operations after which whatever has not happened by chance is done on purpose.
ENOUGH = 250
POST = "TJPPJ"


class Cashiers(Errands):
    """Paying what is owed in every way there is, and giving back what was paid too much."""

    def pay(self, reference: str) -> None:
        """Something of what is due, all of it or more; what is suspended is secured."""
        login, _body = self.yard.known[reference]
        standing = self._standing(reference)
        if standing is None:
            return
        due = Decimal(standing["due"])
        if due <= 0:
            self._secure(reference, standing["unsecured"])
            return
        ways = {"claim": self._claim, "cash": self._cash, "account": self._from_account, "part": self._in_parts}
        if not self.ledger.counts["deposit"] and self.ledger.operations > ENOUGH:
            self._deposit(reference, PARTIES[login])
            return
        weights = [weight / (1 + self.ledger.counts[way]) for way, weight in zip(ways, (35, 15, 35, 15), strict=True)]
        self.random.choices(list(ways.values()), weights)[0](reference, login, due)

    def _standing(self, reference: str) -> dict[str, Any] | None:
        answer = self.read("officer", f"/declarations/{reference}/payments")
        if answer.status != 200:
            self.keep("payments", "", answer, expected=200)
            return None
        found: dict[str, Any] = answer.json["standing"]
        return found

    def _claim(self, reference: str, login: str, due: Decimal) -> None:
        """The trader names a receipt; an officer will look at it."""
        key = uuid.uuid4().hex
        amount = due + self.random.choice((Decimal(0), TOO_MUCH))
        receipt = {"method": "receipt", "amount": f"{amount:f}", "bank": BANK, "receipt": f"R-{key}"}
        answer = self.done("claim", login, f"/declarations/{reference}/payments", receipt, key=key)
        if answer is not None:
            self.yard.claimed.append((reference, answer.json["payment"]["id"]))

    def confirm(self, claimed: tuple[str, str]) -> None:
        """Two cashiers may look at the same receipt at the same moment."""
        reference, id = claimed
        where = f"/payments/{id}/confirmation"
        answers = self.raced("confirmation", ("officer", "officer2"), where, lambda _key: None)
        self._paid(reference, self.winner("confirmation", reference, answers, 200))

    def _cash(self, reference: str, _login: str, due: Decimal) -> None:
        money = {"method": "cash", "amount": f"{due + self.random.choice((Decimal(0), TOO_MUCH)):f}"}
        self._paid(reference, self.done("cash", "officer", f"/declarations/{reference}/payments", money))

    def _from_account(self, reference: str, login: str, _due: Decimal) -> None:
        """By the firm and, sometimes, by an officer with its written order at the same moment."""
        party = PARTIES[login]
        answers = self.raced(
            "account",
            (login, "officer"),
            f"/declarations/{reference}/payments",
            lambda key: {"method": "account", "party": party, "order": f"order {key}"},
        )
        if all(answer.status == 422 and b"account.too-little" in answer.body for _key, answer in answers):
            self._deposit(reference, party)
            return
        self._paid(reference, self.winner("account", reference, answers, 201, (409, 412, 422)))

    def _deposit(self, reference: str, party: str) -> None:
        """The account is empty: something is paid in, and the declaration waits for its turn again."""
        key = uuid.uuid4().hex
        money = {"method": "receipt", "amount": "15000.00", "bank": BANK, "receipt": f"D-{key}"}
        self.done("deposit", "officer", f"/accounts/{POST}/{party}/deposits", money, key=key)
        self.yard.owing.append(reference)

    def _in_parts(self, reference: str, login: str, due: Decimal) -> None:
        """A part from the account, the rest later."""
        part = {"method": "account", "amount": f"{(due / 3).quantize(Decimal('0.01')):f}"}
        answer = self.done("part", login, f"/declarations/{reference}/payments", part, refused=(422,))
        self._paid(reference, answer) if answer else self._deposit(reference, PARTIES[login])

    def _paid(self, reference: str, answer: Answer | None) -> None:
        """What follows from a payment: the rest is due, too much was paid, or the goods go."""
        if answer is None:
            return
        body = answer.json
        if Decimal(body["standing"]["overpaid"]) > 0:
            self.yard.overpaid.append((reference, body["standing"]["overpaid"]))
        self.sort_in(answer)

    def _secure(self, reference: str, amount: str) -> None:
        if Decimal(amount) <= 0:
            return
        answers = self.raced(
            "security",
            ("officer", "officer2"),
            f"/declarations/{reference}/securities",
            lambda key: {"method": "guarantee", "amount": amount, "reference": f"G-{key}"},
        )
        won = self.winner("security", reference, answers, 201, (409, 412, 422))
        if won is not None:
            self.sort_in(won)

    def same_receipt(self) -> bool:
        """Two cashiers take the same receipt for two declarations at the same moment; one of them counts it."""
        try:
            one, other = self.yard.owing.popleft(), self.yard.owing.popleft()
        except IndexError:
            return False
        number = f"S-{uuid.uuid4().hex}"
        money = {"method": "receipt", "amount": "100.00", "bank": BANK, "receipt": number}
        answers = self.raced(
            "receipt",
            ("officer", "officer2"),
            f"/declarations/{one}/payments",
            lambda _key: money,
            other=f"/declarations/{other}/payments",
        )
        won = self.winner("receipt", number, answers, 201, (409, 422))
        for reference in (one, other):
            if won is None or won.json["declaration"]["reference"] != reference:
                self.yard.owing.append(reference)
        if won is not None:
            self._paid(won.json["declaration"]["reference"], won)
        return True

    def give_back(self, overpaid: tuple[str, str]) -> None:
        """An officer proposes a refund; a second person will decide it."""
        reference, amount = overpaid
        key = uuid.uuid4().hex
        refund = {"amount": amount, "target": "bank", "bank": BANK, "reference": key, "reason": f"too much {key}"}
        answer = self.done("refund", "officer", f"/declarations/{reference}/refunds", refund, expected=202, key=key)
        if answer is not None:
            self.yard.proposed.append((reference, answer.json["proposal"]["id"]))

    def approve_refund(self, proposed: tuple[str, str]) -> None:
        reference, id = proposed
        where = f"/proposals/{id}/approval"
        answers = self.raced("approval", ("supervisor", "officer2"), where, lambda key: {"reason": f"agreed {key}"})
        self.winner("approval", reference, answers, 200)

    def close_day(self) -> bool:
        """A supervisor, who takes no payment here, closes what was posted so far, as it was counted a moment ago."""
        till = self.read("supervisor", f"/posts/{POST}/till").json["items"]
        counted = [
            {"method": method, "currency": "TJS", "amount": next((t["total"] for t in till if t["method"] == method), "0.00")}
            for method in ("cash", "receipt")
        ]  # fmt: skip
        key = uuid.uuid4().hex
        words = {"counted": counted, "note": f"counted while others paid {key}"}
        where = f"/posts/{POST}/closings"
        return self.done("closing", "supervisor", where, words, refused=(409,), key=key) is not None
