"""Four persons decide the same declaration at the same moment."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

from tests.factories import declarations
from tests.faults.traffic import Deed, Ledger
from tests.load import Answer, Caller

WRITERS = ("officer", "officer2", "supervisor", "supervisor2")
DECISIONS = ("release", "refuse", "seize", "return")


def race(port: int, tokens: dict[str, str], races: int) -> Ledger:
    """As many races as asked for, each on a fresh yellow declaration, of four writers who saw the same version."""
    ledger, callers = Ledger(), [Caller(port, seed=n) for n in range(len(WRITERS))]
    gate = threading.Barrier(len(WRITERS))

    def decide(writer: int, reference: str, etag: str) -> tuple[str, Answer]:
        key = uuid.uuid4().hex
        body = {"decision": DECISIONS[writer], "reason": f"because {key}"}
        gate.wait(30)
        path = f"/api/v1/declarations/{reference}/decision"
        return key, callers[writer].until_answered(
            "POST", path, tokens[WRITERS[writer]], body, Idempotency_Key=key, If_Match=etag
        )

    with ThreadPoolExecutor(len(WRITERS)) as pool:
        for _ in range(races):
            key = uuid.uuid4().hex
            body = {**declarations.yellow(), "local_reference": f"L-{key}"}
            lodged = callers[0].until_answered(
                "POST", "/api/v1/declarations", tokens["trader"], body, Idempotency_Key=key
            )
            ledger.acknowledged.append(Deed("lodging", key, lodged, {}))
            reference = lodged.json["reference"]
            answers = list(pool.map(decide, range(len(WRITERS)), [reference] * 4, [lodged.etag] * 4))
            ledger.races.append((f"decision of {reference}", [answer.status for _key, answer in answers]))
            ledger.acknowledged += [
                Deed("decision", key, answer, {}) for key, answer in answers if answer.status == 200
            ]
            ledger.unexpected += [f"decision {a.status}" for _key, a in answers if a.status not in (200, 409, 412)]
    for caller in callers:
        ledger.defects += caller.defects
        caller.close()
    return ledger
