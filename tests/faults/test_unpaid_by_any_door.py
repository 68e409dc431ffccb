"""A declaration that owes money, before every address of the API, the officer's page and the command: it is not let go."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from app.declarations.lifecycle import LET_GO
from tests.factories import declarations
from tests.factories.actors import OTHER_PARTY, POST
from tests.faults import doors, furnishing
from tests.faults.desk import LOGINS, Desk

GONE = {status.value for status in LET_GO}
DOORS = [door for door in doors.doors() if "/declarations/<reference>/" in door.rule and not door.files]


@pytest.fixture(scope="module")
def owing(desk: Desk) -> dict[str, Any]:
    """The second firm pays by itself no more; what its declarations are made of."""
    order = desk.send("POST", f"/accounts/{POST}/{OTHER_PARTY}/standing-order", "trader2", {}, json={"on": False})
    assert order.status_code == 200
    return {"green": furnishing.plain, "yellow": declarations.yellow}


def lodged(desk: Desk, body: dict[str, Any]) -> str:
    answer = desk.send("POST", "/declarations", "trader2", {}, json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json["reference"])


def state(desk: Desk, reference: str) -> tuple[str, str, bool]:
    """Status, ETag and whether everything is paid."""
    file = desk.send("GET", f"/declarations/{reference}", "officer", {})
    paid = desk.send("GET", f"/declarations/{reference}/payments", "officer", {}).json["standing"]
    return file.json["status"], file.headers["ETag"], Decimal(paid["due"]) <= 0 and Decimal(paid["unsecured"]) <= 0


def bodies(door: doors.Door) -> list[Any]:
    """What such a request may hold; of a decision, both that would let goods go."""
    if door.schema is None:
        return [None]
    body = doors.good(door.schema())
    if door.rule.endswith("/decision"):
        return [{**body, "decision": decision} for decision in ("release", "release-with-correction")]
    return [body]


@pytest.mark.parametrize("lane", ["green", "yellow"])
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_no_address_lets_goods_go_unpaid(desk: Desk, owing: dict[str, Any], door: doors.Door, lane: str):
    reference = lodged(desk, owing[lane](party=OTHER_PARTY))
    for login in LOGINS:
        for body in bodies(door):
            _status, etag, _paid = state(desk, reference)
            path = desk.address(door.rule.replace("<reference>", reference)).removeprefix("/api/v1")
            desk.send(door.method, path, login, {"If-Match": etag}, **({} if body is None else {"json": body}))
            status, _etag, paid = state(desk, reference)
            assert status not in GONE or paid, f"{login} {body}"
            if status not in ("assessed", "selected", "under_control", "detained", "queried"):
                reference = lodged(desk, owing[lane](party=OTHER_PARTY))


def test_neither_the_page_nor_the_command_lets_goods_go_unpaid(desk: Desk, owing: dict[str, Any]):
    for login in ("officer", "supervisor"):
        reference = lodged(desk, owing["yellow"](party=OTHER_PARTY))
        client = desk.page(login)
        page = f"/officer/declarations/{reference}"
        version = re.search(r'name="version" value="([0-9]+)"', client.get(page).text)
        assert version
        words = {
            "decide.decision": "release",
            "decide.reason": "agrees",
            "version": version[1],
            "csrf_token": desk.csrf(client),
        }
        answer = client.post(f"{page}/decision", data=words)
        assert answer.status_code in (200, 302, 303), answer.text[-1000:]
        assert state(desk, reference)[0] == "assessed", "cleared, and waiting for the money"
        other = lodged(desk, owing["yellow"](party=OTHER_PARTY))
        said = desk.app.test_cli_runner().invoke(args=["decide", other, "release", "--reason", "agrees", "--as", login])
        assert said.exit_code == 0, said.output
        assert "assessed" in said.output and state(desk, other)[0] == "assessed"
