"""What sixteen programs do at once, and the ledger in which they keep what they were told."""

from __future__ import annotations

import random
import threading
import uuid
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tests.factories import declarations
from tests.factories.actors import OTHER_PARTY, PARTY
from tests.load import Answer, Caller, Unanswered

CLIENTS = 16
#: Lodgings whose request is sent a second time at once, with the same key.
REPEATED = 0.15
DRAFTED = 0.2
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


class Traffic:
    """Clients that lodge, inspect, decide, issue and print until so many operations are answered and no kill is to come."""

    def __init__(self, port: int, tokens: dict[str, str], operations: int, *, seed: int = 1) -> None:
        self.ledger = Ledger()
        self._port, self._tokens, self._operations, self._seed = port, tokens, operations, seed
        self._waiting: deque[str] = deque()
        self._released: deque[str] = deque()
        self._hold = threading.Event()
        self._second = ThreadPoolExecutor(CLIENTS)

    def run(self, until: Callable[[], bool] = lambda: True) -> Ledger:
        """Blocks until all is answered; `until` says whether whoever disturbs has finished."""
        threads = [threading.Thread(target=self._client, args=(n, until)) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self._second.shutdown()
        return self.ledger

    def _client(self, number: int, until: Callable[[], bool]) -> None:
        client = _Client(self, number)
        while self.ledger.operations < self._operations or not until():
            try:
                client.act()
            except Unanswered as error:
                with self.ledger.lock:
                    self.ledger.unanswered.append(str(error))
                break
        client.finish()


class _Client:
    """One program with connections for itself and for the one it races against."""

    def __init__(self, traffic: Traffic, number: int) -> None:
        self._traffic, self._ledger, self._tokens = traffic, traffic.ledger, traffic._tokens
        self._random = random.Random(traffic._seed * 1000 + number)
        self._one, self._other = Caller(traffic._port, seed=number), Caller(traffic._port, seed=number + 500)

    def finish(self) -> None:
        with self._ledger.lock:
            for caller in (self._one, self._other):
                self._ledger.retries += caller.retries
                self._ledger.defects += caller.defects
        self._one.close()
        self._other.close()

    def act(self) -> None:
        """One thing that can be done now, by chance."""
        chance = self._random.random()
        if chance < 0.35 and self._take(self._traffic._waiting, self._control):
            return
        if chance < 0.6 and self._take(self._traffic._released, self._permit):
            return
        self._lodge()

    def _take(self, queue: deque[str], act: Callable[[str], None]) -> bool:
        try:
            reference = queue.popleft()
        except IndexError:
            return False
        act(reference)
        return True

    # --- what is asked -------------------------------------------------------------------------------------------

    def _post(self, caller: Caller, kind: str, login: str, path: str, body: Any, key: str, **headers: str) -> Answer:
        answer = caller.until_answered(
            "POST", f"/api/v1{path}", self._tokens[login], body, Idempotency_Key=key, **headers
        )
        with self._ledger.lock:
            self._ledger.counts[kind] += 1
        return answer

    def _keep(self, kind: str, key: str, answer: Answer, *, expected: int, **what: Any) -> bool:
        """Notes an answer; whether it is the one hoped for."""
        with self._ledger.lock:
            if 200 <= answer.status < 300:
                self._ledger.acknowledged.append(Deed(kind, key, answer, what))
            if answer.status != expected:
                self._ledger.unexpected.append(f"{kind} {answer.status}: {answer.body[:300].decode(errors='replace')}")
        return answer.status == expected

    def _twice(self, kind: str, login: str, path: str, body: Any, key: str, **headers: str) -> Answer:
        """The same request by two connections at once, as a double click sends it."""
        again = self._traffic._second.submit(
            self._post, self._other, f"{kind} repeated", login, path, body, key, **headers
        )
        answer = self._post(self._one, kind, login, path, body, key, **headers)
        other = again.result()
        if (answer.status, answer.body) != (other.status, other.body):
            with self._ledger.lock:
                self._ledger.unequal.append(f"{kind} {key}: {answer.status} and {other.status}")
        return answer

    def _sent(self, kind: str, login: str, path: str, body: Any, key: str, **headers: str) -> Answer:
        if self._random.random() < REPEATED:
            return self._twice(kind, login, path, body, key, **headers)
        return self._post(self._one, kind, login, path, body, key, **headers)

    def _lodge(self) -> None:
        login, party = self._random.choice((("trader", PARTY), ("trader2", OTHER_PARTY)))
        make = self._random.choices((declarations.words, declarations.yellow, declarations.red), (5, 3, 2))[0]
        key = uuid.uuid4().hex
        body = {**make(self._random.randint(1, 3), party), "local_reference": f"L-{key}"}
        if self._random.random() < DRAFTED:
            draft = self._sent("draft", login, "/declarations?draft=true", body, key)
            if not self._keep("draft", key, draft, expected=201):
                return
            path, key = f"/declarations/{draft.json['reference']}/submission", uuid.uuid4().hex
            answer = self._sent("submission", login, path, None, key, If_Match=draft.etag)
        else:
            answer = self._sent("lodging", login, "/declarations", body, key)
        if self._keep("lodging", key, answer, expected=201):
            queue = self._traffic._waiting if answer.json["status"] == "selected" else self._traffic._released
            queue.append(answer.json["reference"])

    def _read(self, login: str, path: str) -> Answer:
        return self._one.until_answered("GET", f"/api/v1{path}", self._tokens[login])

    def _control(self, reference: str) -> None:
        path = f"/declarations/{reference}"
        file = self._read("officer", path)
        if file.status != 200:
            self._keep("file", "", file, expected=200)
            return
        etag = file.etag
        if file.json["lane"] == "red":
            etag = self._inspect(path, etag)
        if etag:
            self._decide(path, reference, etag)

    def _inspect(self, path: str, etag: str) -> str:
        """Finding and conclusion; gives the version after them, "" where it did not come so far."""
        key = uuid.uuid4().hex
        finding = {"control": "40", "conform": True, "found": f"as declared {key}", "item": 1}
        answer = self._sent("finding", "inspector", f"{path}/inspection/findings", finding, key, If_Match=etag)
        if not self._keep("finding", key, answer, expected=201):
            return ""
        key = uuid.uuid4().hex
        conclusion = {"conclusion": "conform", "summary": f"fine {key}"}
        answer = self._sent(
            "conclusion", "inspector", f"{path}/inspection/conclusion", conclusion, key, If_Match=answer.etag
        )
        return answer.etag if self._keep("conclusion", key, answer, expected=200) else ""

    def _decide(self, path: str, reference: str, etag: str, *, held: bool = False) -> None:
        decision = self._random.choices(("release", "refuse", "seize", "hold"), (70, 10, 5, 0 if held else 15))[0]
        answers = self._raced(
            "decision",
            ("officer", "officer2"),
            f"{path}/decision",
            lambda key: {"decision": decision, "reason": f"because {key}"},
            If_Match=etag,
        )
        won = self._winner("decision", reference, answers, 200)
        if won is None:
            return
        if decision == "release":
            self._traffic._released.append(reference)
        elif decision == "hold":
            file = self._read("officer", path)
            if file.status == 200:
                self._decide(path, reference, file.etag, held=True)

    def _permit(self, reference: str) -> None:
        languages = {"languages": self._random.choice((["en", "fa"], ["ru", "tg"], ["en", "tg"]))}
        answers = self._raced(
            "permit", ("supervisor", "supervisor2"), f"/declarations/{reference}/permit", lambda key: languages
        )
        won = self._winner("permit", reference, answers, 201)
        if won is None or self._random.random() < 0.6:
            return
        key, number = uuid.uuid4().hex, won.json["number"]
        copy = self._sent(
            "copy", "supervisor", f"/permits/{number}/prints", {"reason": f"lost {key}", **languages}, key
        )
        self._keep("copy", key, copy, expected=201, number=number)

    def _raced(
        self, kind: str, logins: tuple[str, str], path: str, body: Callable[[str], Any], **headers: str
    ) -> list[tuple[str, Answer]]:
        """The deed by one person or, sometimes, by two at once under keys of their own."""
        key, key2 = uuid.uuid4().hex, uuid.uuid4().hex
        if self._random.random() >= RACED:
            return [(key, self._sent(kind, logins[0], path, body(key), key, **headers))]
        rival = self._traffic._second.submit(
            self._post, self._other, kind, logins[1], path, body(key2), key2, **headers
        )
        mine = self._post(self._one, kind, logins[0], path, body(key), key, **headers)
        return [(key, mine), (key2, rival.result())]

    def _winner(self, kind: str, reference: str, answers: list[tuple[str, Answer]], expected: int) -> Answer | None:
        won = [(key, answer) for key, answer in answers if answer.status == expected]
        for key, answer in won:
            self._keep(kind, key, answer, expected=expected, reference=reference)
        for key, answer in answers:
            if answer.status not in ((expected, 409, 412) if len(answers) > 1 else (expected,)):
                self._keep(kind, key, answer, expected=expected)
        if len(answers) > 1:
            with self._ledger.lock:
                self._ledger.races.append((f"{kind} of {reference}", [answer.status for _key, answer in answers]))
        return won[0][1] if won else None
