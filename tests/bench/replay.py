"""The statements of one lodging as a script for pgbench: another post each time, the client's own firm, fresh keys."""

from __future__ import annotations

import re
import uuid
from typing import Any

import psycopg
from flask import Flask

from app.core import db
from tests.bench.lodgings import Fresh, body, firm
from tests.factories.counting import statements

Sent = list[tuple[str, dict[str, Any]]]


def record(app: Flask, secret: str) -> tuple[Sent, Fresh]:
    """What the driver sent for the second lodging of the first firm, and what was fresh in it."""
    client = app.test_client()

    def lodge() -> Fresh:
        fresh = Fresh.next()
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": uuid.uuid4().hex}
        answer = client.post("/api/v1/declarations", json=body("TJPPJ", firm(0), fresh), headers=headers)
        assert answer.status_code == 201, answer.text
        assert answer.json["status"] == "released", "what is measured is lodged, paid by the account and released"
        return fresh

    lodge()
    with statements(db.engine()) as sent:
        fresh = lodge()
    return [(str(each), dict(each.parameters)) for each in sent], fresh


_NAMED = re.compile(r"%\((\w+)\)s")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_POST = "('TJ' || CASE WHEN :p::int = 1 THEN 'PPJ' ELSE 'X' || lpad((:p::int - 1)::text, 2, '0') END)"
_CONTAINER = "('MSKU' || lpad((:r::bigint % 10000000)::text, 7, '0'))"
#: Parameters that differ each time, by name: the lock and the text of the idempotency key, the number in the chain.
_BY_NAME = {"lock": ":r::bigint", "key": "'k' || :r::text", "head_number": "(:d_number::bigint + {length})"}


class Script:
    """Turns what was recorded into the script. What was fresh in the recorded lodging is fresh in each replay."""

    def __init__(self, sent: Sent, fresh: Fresh, posts: int, firms: int) -> None:
        self._sent, self._posts = sent, posts
        entries = next(value for _, given in sent for name, value in given.items() if name == "journal_entry")
        self._by_name = {**_BY_NAME, "head_number": _BY_NAME["head_number"].format(length=entries.count('"event":'))}
        self._others = {
            fresh.reference: "('T' || :r::text)",
            fresh.plate: "('K' || :r::text)",
            fresh.invoice: "('I' || :r::text)",
            fresh.container: _CONTAINER,
        }
        if firms > 1:
            self._others[firm(0)] = "('TJ-5101' || lpad(:client_id::text, 5, '0'))"

    def text(self) -> str:
        lines = [f"\\set p random(1, {self._posts})", "\\set r random(1, 281474976710000)", "BEGIN;"]
        lines += [self._replayed(statement, parameters) for statement, parameters in self._sent]
        return "\n".join([*lines, "COMMIT;"]) + "\n"

    def _replayed(self, statement: str, parameters: dict[str, Any]) -> str:
        filled = _NAMED.sub(lambda found: self._literal(found[1], parameters[found[1]]), statement)
        return filled.replace("\n", " ").replace("%%", "%").rstrip() + _ending(statement)

    def _literal(self, name: str, value: Any) -> str:
        """A parameter as SQL: posts, firms, keys and numbers differ each time, the rest is as recorded."""
        if value == "TJPPJ":
            return _POST
        if name in self._by_name:
            return self._by_name[name]
        if isinstance(value, str) and value.startswith(("[", "{")):
            return self._rows(value)
        if isinstance(value, list | tuple):
            return f"ARRAY[{', '.join(self._with_others(_recorded(one)) for one in value)}]::text[]"
        return self._with_others(_recorded(value))

    def _with_others(self, literal: str) -> str:
        for found, wanted in self._others.items():
            if found in literal:
                literal = f"replace({literal}, '{found}', {wanted})"
        return literal

    def _rows(self, text: str) -> str:
        """JSON of rows with its keys replaced on the server by ones nobody has used."""
        numbers = re.findall(r'"number":(\d+),"at"', text)
        for found in numbers:  # tokens, so that one replaced number is never taken for the next
            text = text.replace(f'"number":{found},"at"', f'"number":@{found}@,"at"')
        literal = _quoted(text)
        for found in dict.fromkeys(_UUID.findall(text)):
            literal = f"replace({literal}, '{found}', '{found[:24]}' || lpad(to_hex(:r::bigint), 12, '0'))"
        for pattern, wanted in _KEYS:
            for found in dict.fromkeys(re.findall(pattern, text)):
                literal = f"replace({literal}, '{found}', {wanted})"
        literal = self._with_others(literal)
        literal = f'replace({literal}, \'"post":"TJPPJ"\', \'"post":"\' || {_POST} || \'"\')'
        for n, found in enumerate(numbers, 1):
            literal = f"replace({literal}, '@{found}@', (:d_number::bigint + {n})::text)"
        return f"({literal})::text"


#: What is unique in the rows: how it is found, and what takes its place.
_KEYS = (
    (r'"mrn":"(\w{18})"', "lpad(:r::text, 18, '0')"),
    (r'"reference":"(TJPPJ-[\w-]+)"', "'R' || :r::text"),
    (r'"number":"(TJPPJ-R-[\w-]+)"', "'P' || :r::text"),
    (r'"key":"(\w+)"', "'k' || :r::text"),
)


def _ending(statement: str) -> str:
    return " \\gset d_" if statement.startswith("WITH head AS") else ";"


def _recorded(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes | psycopg.Binary):
        return f"'\\x{bytes(getattr(value, 'obj', value)).hex()}'::bytea"
    if isinstance(value, uuid.UUID):
        return f"'{value}'::uuid"
    return str(value) if isinstance(value, int) else _quoted(str(value))


#: pgbench takes this for one of its variables, inside strings too.
_LIKE_A_VARIABLE = re.compile(r":(?=[^\W\d])")


def _quoted(value: str) -> str:
    literal = "'" + value.replace("'", "''") + "'"
    parted = _LIKE_A_VARIABLE.sub(":' || '", literal)
    return literal if parted == literal else f"({parted})"
