"""Several persons want the same thing at the same moment: a decision, the last money of an account, a receipt, what is left of
a certificate or of goods in a warehouse."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.factories import declarations
from tests.faults import furnishing
from tests.faults.asking import Deed, Ledger
from tests.load import Answer, Caller

WRITERS = ("officer", "officer2", "supervisor", "supervisor2")
DECISIONS = ("release", "refuse", "seize", "return")
POST = furnishing.POST
#: How many reach for money, receipt, certificate or stock.
HANDS = 6


class Crowd:
    """As many persons as there are hands, each with a connection of his own."""

    def __init__(self, port: int, tokens: dict[str, str], hands: int = HANDS) -> None:
        self.ledger = Ledger()
        self._tokens, self._callers = tokens, [Caller(port, seed=n) for n in range(hands)]
        self._gate = threading.Barrier(hands)

    def lodged(self, login: str, body: dict[str, Any]) -> Answer:
        """A declaration, lodged before the race."""
        key = uuid.uuid4().hex
        path, said = "/api/v1/declarations", {**body, "local_reference": f"L-{key}"}
        answer = self._callers[0].until_answered("POST", path, self._tokens[login], said, Idempotency_Key=key)
        self._keep("lodging", key, answer, (201,))
        return answer

    def seen(self, login: str, path: str) -> Any:
        return self._callers[0].until_answered("GET", f"/api/v1{path}", self._tokens[login]).json

    def at_once(
        self, kind: str, asks: Sequence[tuple[str, str, Callable[[str], Any], str]], beaten: tuple[int, ...]
    ) -> list[int]:
        """Sends everybody's (login, path, body by key, ETag) at the same moment; the statuses. Everything but 2xx and
        `beaten` is noted as unexpected."""
        with ThreadPoolExecutor(len(self._callers)) as pool:
            answers = list(pool.map(self._ask, range(len(asks)), asks))
        for key, answer in answers:
            self._keep(kind, key, answer, (200, 201, *beaten))
        return [answer.status for _key, answer in answers]

    def _ask(self, hand: int, asked: tuple[str, str, Callable[[str], Any], str]) -> tuple[str, Answer]:
        login, path, body, etag = asked
        key = uuid.uuid4().hex
        headers = {"Idempotency_Key": key, **({"If_Match": etag} if etag else {})}
        self._gate.wait(30)
        where = f"/api/v1{path}"
        return key, self._callers[hand].until_answered("POST", where, self._tokens[login], body(key), **headers)

    def _keep(self, kind: str, key: str, answer: Answer, good: tuple[int, ...]) -> None:
        if answer.status < 300:
            self.ledger.acknowledged.append(Deed(kind, key, answer, {}))
        if answer.status not in good:
            self.ledger.unexpected.append(f"{kind} {answer.status}: {answer.body[:300].decode(errors='replace')}")

    def gone(self) -> Ledger:
        for caller in self._callers:
            self.ledger.defects += caller.defects
            caller.close()
        return self.ledger


def race(port: int, tokens: dict[str, str], races: int) -> Ledger:
    """As many races as asked for, each on a fresh yellow declaration, of four writers who saw the same version."""
    crowd = Crowd(port, tokens, len(WRITERS))
    for _ in range(races):
        lodged = crowd.lodged("trader", declarations.yellow())
        reference = lodged.json["reference"]
        asks = [
            (login, f"/declarations/{reference}/decision", lambda key, d=decision: {"decision": d, "reason": f"because {key}"}, lodged.etag)
            for login, decision in zip(WRITERS, DECISIONS, strict=True)
        ]  # fmt: skip
        statuses = crowd.at_once("decision", asks, (409, 412))
        crowd.ledger.races.append((f"decision of {reference}", statuses))
    return crowd.gone()


def spend(port: int, tokens: dict[str, str]) -> tuple[Ledger, list[int]]:
    """An account that holds enough for one declaration is to pay for six at once."""
    crowd = Crowd(port, tokens)
    owing = [crowd.lodged("trader3", furnishing.plain(furnishing.POOR_PARTY)).json["reference"] for _ in range(HANDS)]
    pay = {"method": "account"}
    asks = [("trader3", f"/declarations/{reference}/payments", lambda _key: pay, "") for reference in owing]
    statuses = crowd.at_once("account", asks, (422,))
    return crowd.gone(), statuses


def one_receipt(port: int, tokens: dict[str, str]) -> tuple[Ledger, list[int]]:
    """One receipt is shown for five declarations, to two cashiers, and for a deposit, all at once."""
    crowd = Crowd(port, tokens)
    party = furnishing.PARTIES["trader2"]
    owing = [crowd.lodged("trader2", furnishing.plain(party)).json["reference"] for _ in range(HANDS - 1)]
    paper = {"method": "receipt", "amount": "100.00", "bank": "Amonatbonk", "receipt": f"S-{uuid.uuid4().hex}"}
    paths = [f"/declarations/{reference}/payments" for reference in owing] + [f"/accounts/{POST}/{party}/deposits"]
    asks = [(WRITERS[n % 2], path, lambda _key: paper, "") for n, path in enumerate(paths)]
    statuses = crowd.at_once("receipt", asks, (409, 422))
    crowd.ledger.races.append((f"receipt {paper['receipt']}", statuses))
    return crowd.gone(), statuses


def one_certificate(port: int, tokens: dict[str, str]) -> tuple[Ledger, list[int]]:
    """Six declarations are lodged at once against the same certificate: more than it grants."""
    return _lodged_at_once(port, tokens, lambda _crowd: furnishing.certified(net="1800.000"), ())


def one_stock(port: int, tokens: dict[str, str]) -> tuple[Ledger, list[int]]:
    """Six declarations are lodged at once that take the same goods out of the warehouse: more than lie there."""

    def body(crowd: Crowd) -> dict[str, Any]:
        (stock,) = crowd.seen("trader", "/suspense")["items"]
        return furnishing.taking(stock["mrn"], furnishing.STORED / 4)

    return _lodged_at_once(port, tokens, body, (422,))


def _lodged_at_once(
    port: int, tokens: dict[str, str], make: Callable[[Crowd], dict[str, Any]], beaten: tuple[int, ...]
) -> tuple[Ledger, list[int]]:
    crowd = Crowd(port, tokens)
    bodies = [make(crowd) for _ in range(HANDS)]
    asks = [
        ("trader", "/declarations", lambda key, body=body: {**body, "local_reference": f"L-{key}"}, "") for body in bodies
    ]  # fmt: skip
    statuses = crowd.at_once("lodging", asks, beaten)
    return crowd.gone(), statuses
