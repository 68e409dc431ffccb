"""What traders, officers and the gate ask for."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from tests.factories import declarations
from tests.faults import furnishing
from tests.faults.asking import Asking
from tests.faults.furnishing import PARTIES
from tests.load import Answer

T = TypeVar("T")

DRAFTED = 0.2
AMENDED = 0.35
SECOND_COPY = 0.4


@dataclass
class Yard:
    """What waits for somebody: references of declarations, and things about them."""

    waiting: deque[str] = field(default_factory=deque)
    released: deque[str] = field(default_factory=deque)
    leaving: deque[str] = field(default_factory=deque)
    owing: deque[str] = field(default_factory=deque)
    claimed: deque[tuple[str, str]] = field(default_factory=deque)
    overpaid: deque[tuple[str, str]] = field(default_factory=deque)
    proposed: deque[tuple[str, str]] = field(default_factory=deque)
    #: Who lodged what.
    known: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)


class Errands(Asking):
    """Lodging, control, decision, permit and exit."""

    yard: Yard
    _stored: str = ""

    def take(self, queue: deque[T], act: Callable[[T], None]) -> bool:
        """Does the deed with what has waited longest; whether there was anything."""
        try:
            thing = queue.popleft()
        except IndexError:
            return False
        act(thing)
        return True

    def sort_in(self, answer: Answer) -> None:
        """Puts a declaration where the next one to deal with it finds it."""
        body = answer.json
        state = body.get("declaration", body)
        where = {"selected": self.yard.waiting, "released": self.yard.released, "assessed": self.yard.owing}
        if state["status"] in where:
            where[state["status"]].append(state["reference"])

    # --- traders -------------------------------------------------------------------------------------------------

    def _body(self) -> tuple[str, dict[str, Any]]:
        """Who lodges, and what; the certificate and the goods in the warehouse are the first firm's."""
        login = self.random.choices(("trader", "trader2", "trader3"), (10, 7, 3))[0]
        party = PARTIES[login]
        kind = self.random.random()
        if login == "trader" and kind < 0.25:
            return login, furnishing.certified()
        if login == "trader" and kind < 0.5:
            return login, furnishing.taking(self._mrn())
        if login == "trader2" and kind < (0.15 if self.ledger.counts["security"] else 0.5):
            return login, furnishing.placing(party)
        make = self.random.choices((furnishing.plain, declarations.yellow, declarations.red), (5, 4, 2))[0]
        return login, make(party=party) if login == "trader3" else make(party=party, items=self.random.randint(1, 3))

    def _mrn(self) -> str:
        """The declaration under which goods lie in the warehouse from the beginning."""
        if not self._stored:
            stocks = self.read("trader", "/suspense?limit=200").json["items"]
            self._stored = min(stock["mrn"] for stock in stocks) if stocks else "26TJPPJ000000001R0"
        return self._stored

    def lodge(self) -> None:
        login, body = self._body()
        key = uuid.uuid4().hex
        body["local_reference"] = f"L-{key}"
        writes_off = body["items"][0]["procedure"] == "4071"
        if self.random.random() < DRAFTED:
            draft = self.done("draft", login, "/declarations?draft=true", body, key=key)
            if draft is None:
                return
            path, key = f"/declarations/{draft.json['reference']}/submission", uuid.uuid4().hex
            answer = self.sent("submission", login, path, None, key, If_Match=draft.etag)
        else:
            answer = self.sent("lodging", login, "/declarations", body, key)
        if writes_off and answer.status == 422 and b"previous.too-much" in answer.body:
            return  # the warehouse is empty
        if self.keep("lodging", key, answer, expected=201):
            self.yard.known[answer.json["reference"]] = (login, body)
            self.sort_in(answer)

    # --- officers ------------------------------------------------------------------------------------------------

    def control(self, reference: str) -> None:
        path = f"/declarations/{reference}"
        file = self.read("officer", path)
        if file.status != 200:
            self.keep("file", "", file, expected=200)
            return
        etag = file.etag
        if file.json["lane"] == "red":
            etag = self._inspect(path, etag)
        if etag and self.random.random() < AMENDED:
            etag = self._amend(path, reference, etag)
        if etag:
            self._decide(path, reference, etag)

    def _inspect(self, path: str, etag: str) -> str:
        """Finding and conclusion; gives the version after them, "" where it did not come so far."""
        key = uuid.uuid4().hex
        finding = {"control": "40", "conform": True, "found": f"as declared {key}", "item": 1}
        answer = self.done("finding", "inspector", f"{path}/inspection/findings", finding, key=key, If_Match=etag)
        if answer is None:
            return ""
        key = uuid.uuid4().hex
        conclusion = {"conclusion": "conform", "summary": f"fine {key}"}
        where, etag = f"{path}/inspection/conclusion", answer.etag
        answer = self.done("conclusion", "inspector", where, conclusion, expected=200, key=key, If_Match=etag)
        return answer.etag if answer else ""

    def _amend(self, path: str, reference: str, etag: str) -> str:
        """The trader asks for another value, an officer accepts it; gives the version after it."""
        login, body = self.yard.known[reference]
        factor = self.random.choice((Decimal("0.80"), Decimal("1.25")))
        items = [{**item, "invoice_value": f"{Decimal(item['invoice_value']) * factor:.2f}"} for item in body["items"]]
        total = sum(Decimal(item["invoice_value"]) for item in items)
        wanted = {**body, "items": items, "invoice": {**body["invoice"], "total": f"{total:.2f}"}}
        key = uuid.uuid4().hex
        asked = {"reason": f"because {key}", "declaration": wanted}
        answer = self.done("amendment", login, f"{path}/amendments", asked, expected=202, key=key, If_Match=etag)
        if answer is None:
            return ""
        where, etag = f"{path}/amendments/{answer.json['amendment']['id']}/acceptance", answer.etag
        answers = self.raced("acceptance", ("officer", "officer2"), where, lambda _key: {}, If_Match=etag)
        won = self.winner("acceptance", reference, answers, 200)
        if won is None or won.json["declaration"]["status"] != "selected":
            return ""
        self.yard.known[reference] = (login, wanted)
        return won.etag

    def _decide(self, path: str, reference: str, etag: str, *, held: bool = False) -> None:
        decision = self.random.choices(("release", "refuse", "seize", "hold"), (75, 8, 5, 0 if held else 12))[0]
        answers = self.raced(
            "decision",
            ("officer", "officer2"),
            f"{path}/decision",
            lambda key: {"decision": decision, "reason": f"because {key}"},
            If_Match=etag,
        )
        won = self.winner("decision", reference, answers, 200)
        if won is None:
            return
        self.sort_in(won)
        if decision == "hold":
            file = self.read("officer", path)
            if file.status == 200:
                self._decide(path, reference, file.etag, held=True)

    def permit(self, reference: str) -> None:
        languages = {"languages": self.random.choice((["en", "fa"], ["ru", "tg"], ["en", "tg"]))}
        answers = self.raced(
            "permit", ("supervisor", "supervisor2"), f"/declarations/{reference}/permit", lambda key: languages
        )
        won = self.winner("permit", reference, answers, 201)
        if won is None:
            return
        self.yard.leaving.append(reference)
        if self.random.random() >= SECOND_COPY:
            return
        key, number = uuid.uuid4().hex, won.json["number"]
        reason = {"reason": f"lost {key}", **languages}
        copy = self.sent("copy", "supervisor", f"/permits/{number}/prints", reason, key)
        self.keep("copy", key, copy, expected=201, number=number)

    # --- the gate ------------------------------------------------------------------------------------------------

    def leave(self, reference: str) -> None:
        """The truck leaves, item by item where there are several; two persons at the gate may see it at once."""
        path = f"/declarations/{reference}"
        file = self.read("inspector", path)
        if file.status != 200:
            self.keep("file", "", file, expected=200)
            return
        said = file.json
        numbers = [item["number"] for item in said["items"]]
        plate = said["transport"]["vehicle"]["plate"]
        parts = [None] if self.random.random() < 0.6 else [numbers[:1], numbers[1:]]
        etag = file.etag
        for items in [part for part in parts if part != []]:
            answers = self.raced(
                "exit",
                ("inspector", "officer"),
                f"{path}/exit",
                lambda key, items=items: {"plate": plate, "items": items, "remark": f"seen {key}"},
                If_Match=etag,
            )
            won = self.winner("exit", reference, answers, 201)
            if won is None:
                return
            etag = won.etag
