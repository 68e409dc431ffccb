"""What sixteen programs do at once: traders, officers, cashiers and the gate, on the same declarations and the same money."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.faults.asking import Deed, Ledger
from tests.faults.cashiers import Cashiers
from tests.faults.errands import Yard
from tests.load import Unanswered

__all__ = ["Deed", "Ledger", "Traffic"]

CLIENTS = 16


class Traffic:
    """Clients that lodge, inspect, decide, pay, issue and leave until so many operations are answered and no kill is to
    come."""

    def __init__(self, port: int, tokens: dict[str, str], operations: int, *, seed: int = 1) -> None:
        self.ledger = Ledger()
        self._port, self._tokens, self._operations, self._seed = port, tokens, operations, seed
        self._yard = Yard()
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
        client = _Client(self._port, self._tokens, self.ledger, self._second, self._seed, number)
        client.yard = self._yard
        while self.ledger.operations < self._operations or not until():
            try:
                client.act()
            except Unanswered as error:
                with self.ledger.lock:
                    self.ledger.unanswered.append(str(error))
                break
        client.finish()


class _Client(Cashiers):
    """One program that does whatever can be done now."""

    def act(self) -> None:
        """One thing, by chance; what cannot be done because nothing waits for it becomes a lodging."""
        deeds = (
            (18, lambda: self.take(self.yard.waiting, self.control)),
            (12, lambda: self.take(self.yard.released, self.permit)),
            (10, lambda: self.take(self.yard.leaving, self.leave)),
            (16, lambda: self.take(self.yard.owing, self.pay)),
            (10, lambda: self.take(self.yard.claimed, self.confirm)),
            (8, lambda: self.take(self.yard.overpaid, self.give_back)),
            (5, lambda: self.take(self.yard.proposed, self.approve_refund)),
            (4, lambda: self.same_receipt()),
            (1, lambda: self.close_day()),
        )
        chosen = self.random.choices([*(deed for _weight, deed in deeds), None], [*(w for w, _deed in deeds), 22])[0]
        if chosen is None or not chosen():
            self.lodge()
