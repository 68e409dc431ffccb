"""How a program asks while the node is ill-treated, and the ledger in which it keeps what it was told."""

from __future__ import annotations

import random
import threading
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tests.load import Answer, Caller

#: Deeds whose request is sent a second time at once, with the same key; deeds that another person tries as well.
REPEATED = 0.15
RACED = 0.3


@dataclass(frozen=True)
class Deed:
    """What was asked with a key, and the answer that was given."""

    kind: str
    key: str
    answer: Answer
    what: dict[str, Any]


@dataclass
class Ledger:
    """Everything the clients know. `acknowledged` are answers 2xx: what they say must be true for ever."""

    acknowledged: list[Deed] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    #: Answers to the same key that differ.
    unequal: list[str] = field(default_factory=list)
    #: Deeds of which only one could win: what it was about, and the answers.
    races: list[tuple[str, list[int]]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    retries: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def operations(self) -> int:
        return self.counts.total()


def _agree(one: Answer, other: Answer) -> bool:
    """Whether two answers to the same key say the same. A refusal is not stored: it is asked anew, so it names other
    amounts, or becomes a success, when somebody has paid into an account meanwhile."""
    if b"account.too-little" in one.body + other.body:
        return True
    return one.status == other.status and (one.status >= 400 or one.body == other.body)


class Asking:
    """One program with connections for itself and for the one it races against. What it says goes into the ledger."""

    def __init__(
        self, port: int, tokens: dict[str, str], ledger: Ledger, second: ThreadPoolExecutor, seed: int, number: int
    ) -> None:
        self.ledger = ledger
        self._tokens, self._second = tokens, second
        self.random = random.Random(seed * 1000 + number)
        self._one, self._other = Caller(port, seed=number), Caller(port, seed=number + 500)

    def finish(self) -> None:
        with self.ledger.lock:
            for caller in (self._one, self._other):
                self.ledger.retries += caller.retries
                self.ledger.defects += caller.defects
        self._one.close()
        self._other.close()

    def read(self, login: str, path: str) -> Answer:
        return self._one.until_answered("GET", f"/api/v1{path}", self._tokens[login])

    def sent(self, kind: str, login: str, path: str, body: Any, key: str, **headers: str) -> Answer:
        """One request; sometimes the same twice at once, as a double click sends it."""
        if self.random.random() >= REPEATED:
            return self._post(self._one, kind, login, path, body, key, **headers)
        again = self._second.submit(self._post, self._other, f"{kind} repeated", login, path, body, key, **headers)
        answer = self._post(self._one, kind, login, path, body, key, **headers)
        other = again.result()
        if not _agree(answer, other):
            with self.ledger.lock:
                self.ledger.unequal.append(f"{kind} {key}: {answer.status} and {other.status}")
        return min(answer, other, key=lambda each: each.status)

    def done(
        self, kind: str, login: str, path: str, body: Any, *, expected: int = 201, refused: tuple[int, ...] = (),
        key: str = "", **headers: str,
    ) -> Answer | None:  # fmt: skip
        """A deed that must succeed, or be refused with one of the statuses named; None then."""
        key = key or uuid.uuid4().hex
        answer = self.sent(kind, login, path, body, key, **headers)
        if answer.status in refused:
            return None
        return answer if self.keep(kind, key, answer, expected=expected) else None

    def keep(self, kind: str, key: str, answer: Answer, *, expected: int, **what: Any) -> bool:
        """Notes an answer; whether it is the one hoped for."""
        with self.ledger.lock:
            if 200 <= answer.status < 300:
                self.ledger.acknowledged.append(Deed(kind, key, answer, what))
            if answer.status != expected:
                self.ledger.unexpected.append(f"{kind} {answer.status}: {answer.body[:300].decode(errors='replace')}")
        return answer.status == expected

    def raced(
        self, kind: str, logins: tuple[str, str], path: str, body: Callable[[str], Any], *, other: str = "", **headers: str
    ) -> list[tuple[str, Answer]]:  # fmt: skip
        """The deed by one person or, sometimes, by two at once under keys of their own; the other one at another
        address if that is named (then always)."""
        key, key2 = uuid.uuid4().hex, uuid.uuid4().hex
        if not other and self.random.random() >= RACED:
            return [(key, self.sent(kind, logins[0], path, body(key), key, **headers))]
        rival = self._second.submit(
            self._post, self._other, kind, logins[1], other or path, body(key2), key2, **headers
        )
        mine = self._post(self._one, kind, logins[0], path, body(key), key, **headers)
        return [(key, mine), (key2, rival.result())]

    def winner(
        self, kind: str, reference: str, answers: list[tuple[str, Answer]], expected: int, beaten: tuple[int, ...] = (409, 412)
    ) -> Answer | None:  # fmt: skip
        """The one answer of a race that says yes; `beaten` are those the others may get."""
        won = [(key, answer) for key, answer in answers if answer.status == expected]
        for key, answer in won:
            self.keep(kind, key, answer, expected=expected, reference=reference)
        for key, answer in answers:
            if answer.status not in ((expected, *beaten) if len(answers) > 1 else (expected,)):
                self.keep(kind, key, answer, expected=expected)
        if len(answers) > 1:
            with self.ledger.lock:
                self.ledger.races.append((f"{kind} of {reference}", [answer.status for _key, answer in answers]))
        return won[0][1] if won else None

    def _post(self, caller: Caller, kind: str, login: str, path: str, body: Any, key: str, **headers: str) -> Answer:
        answer = caller.until_answered(
            "POST", f"/api/v1{path}", self._tokens[login], body, Idempotency_Key=key, **headers
        )
        with self.ledger.lock:
            self.ledger.counts[kind] += 1
        return answer
