"""Every address of the API, found in the application itself: bodies, values and files nobody means well with."""

from __future__ import annotations

import io
import json
import re
import time
import uuid
from typing import Any

import pytest

from app.core import db
from app.declarations.schemas import DeclarationSchema
from tests.factories import scans
from tests.faults import doors, hostile
from tests.faults.desk import Desk, is_problem, look_at
from tests.faults.doors import Door

DOORS = doors.doors()
#: The largest body that is read at all.
TOO_LARGE = 21 * 1024 * 1024
#: Where a device signs in with a key of its own, which is looked at with the whole of what it sends.
_OF_DEVICES = {"/api/v1/devices/<identifier>/events", "/api/v1/devices/<identifier>/images"}


def _asked(desk: Desk, door: Door, **options: Any) -> Any:
    """An answer that was given at once, is no failure, and wrote nothing if it is a refusal."""
    before, began = desk.rows(), time.process_time()
    path = desk.address(door.rule).removeprefix("/api/v1")
    signed = {"Authorization": "Device x"} if door.rule in _OF_DEVICES else {}
    answer = desk.send(door.method, path, door.login, {"If-Match": '"1"', **signed}, **options)
    look_at(answer, time.process_time() - began)
    if answer.status_code >= 400:
        is_problem(answer)
        assert desk.rows() == before
    return answer


def test_the_doors_are_found_in_the_application():
    assert len(DOORS) >= 45
    assert sum(door.schema is not None for door in DOORS) >= 40


@pytest.mark.parametrize("door", [d for d in DOORS if d.schema], ids=lambda door: door.name)
def test_a_value_that_cannot_stand_there_is_refused_at_its_field(desk: Desk, door: Door):
    assert door.schema is not None
    if issubclass(door.schema, DeclarationSchema):
        pytest.skip("every place of a declaration is tried by itself; a draft may be wrong")
    pointed = 0
    for what, where, body in doors.spoilt(door.schema()):
        answer = _asked(desk, door, json=body)
        assert 400 <= answer.status_code < 500, f"{what}: {answer.status_code} {answer.text[:300]}"
        if answer.status_code == 422:
            pointers = [error["pointer"].split("/")[1] for error in answer.json["errors"] if error["pointer"]]
            assert where in pointers, f"{what}: {answer.text[:500]}"
            pointed += 1
    assert pointed, "no refusal named its field"


@pytest.mark.parametrize("door", [d for d in DOORS if not d.files], ids=lambda door: door.name)
def test_a_body_that_cannot_be_read_is_refused(desk: Desk, door: Door):
    drafted = door.schema is not None and issubclass(door.schema, DeclarationSchema)
    for name, raw in doors.BODIES.items():
        answer = _asked(desk, door, data=raw, content_type="application/json")
        assert answer.status_code >= 400 or (drafted and door.method == "PUT"), f"{name}: {answer.status_code}"


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_body_beyond_all_measure_is_refused_unread(desk: Desk, door: Door):
    """It says how long it is, and is not sent."""
    said = {"CONTENT_LENGTH": str(TOO_LARGE * 50)}
    answer = _asked(desk, door, data=b"{}", content_type="application/json", environ_overrides=said)
    assert answer.status_code in (413, 415)


@pytest.mark.parametrize("door", [d for d in DOORS if d.schema], ids=lambda door: door.name)
def test_a_name_given_twice_is_refused(desk: Desk, door: Door):
    assert door.schema is not None
    for name in list(door.schema().fields)[:5]:
        raw = f'{{{json.dumps(name)}: "a", {json.dumps(name)}: "b"}}'.encode()
        answer = _asked(desk, door, data=raw, content_type="application/json")
        assert answer.status_code == 400, answer.text[:300]


# --- files -----------------------------------------------------------------------------------------------------------

_PNG, _PDF = scans.picture("PNG"), scans.pdf()
#: Two things in one, things that act, things that are broken, and things that grow.
SCANS: dict[str, bytes] = {
    **hostile.FILES,
    "EICAR": scans.EICAR,
    "EICAR behind a picture": _PNG + scans.EICAR,
    "EICAR before a picture": scans.EICAR + _PNG,
    "EICAR in a PDF": _PDF + scans.EICAR,
    "archive behind a picture": _PNG + scans.archive(),
    "archive behind a PDF": _PDF + scans.archive("a.exe", b"MZ"),
    "page behind a picture": _PNG + b"<html><script>alert(1)</script>",
    "page that begins as a GIF": b"GIF89a/*<script>*/=alert(1)//",
    "PDF in a picture": _PNG + _PDF,
    "picture before a PDF": _PNG[:200] + _PDF,
    "script": scans.pdf(scans.script),
    "script in an object stream": scans.packed(scans.script),
    "program that is started": scans.pdf(scans.launch),
    "program that is attached": scans.pdf(scans.attached),
    "form that is sent": scans.pdf(scans.sending),
    "half a picture": _PNG[: len(_PNG) // 2],
    "half a PDF": _PDF[: len(_PDF) // 2],
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "word": scans.archive(),
    "program": b"MZ" + b"\x00" * 1000,
    "shell": b"#!/bin/sh\nreboot\n",
    "picture of a million times a million": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x0f\x42\x40\x00\x0f\x42\x40\x08\x02\x00\x00\x00" + b"\x00" * 40,
    "21 MB": b"%PDF-1.7\n" + b"a" * TOO_LARGE,
}  # fmt: skip
_KINDS = ("application/pdf", "image/png")


@pytest.mark.parametrize("name", SCANS)
def test_files_that_are_no_scans_are_refused(desk: Desk, name: str):
    (door,) = (d for d in DOORS if d.rule == "/api/v1/attachments")
    for kind in _KINDS:
        answer = _asked(desk, door, data=SCANS[name], content_type=kind)
        assert answer.status_code in (413, 415, 422), f"{kind}: {answer.status_code} {answer.text[:200]}"
    form = {"file": (io.BytesIO(SCANS[name]), "../../a<b>.pdf")}
    answer = _asked(desk, door, **hostile.form(form))
    assert answer.status_code in (413, 415, 422), answer.text[:200]
    assert b"root:x:0" not in answer.data and b"../../a" not in answer.data


@pytest.mark.parametrize("name", SCANS)
def test_files_that_are_no_scans_are_refused_by_the_page(desk: Desk, name: str):
    """With the token and the version that the page shows, so that nothing but the file stands in the way."""
    client = desk.page("trader")
    where = f"/trader/declarations/{desk.names['yellow']}/documents"
    version = re.search(r'name="version" value="([0-9]+)"', client.get(where).text)
    assert version
    before, began = desk.rows(), time.process_time()
    words = {"csrf_token": desk.csrf(client), "version": version[1], "type": "380", "number": "1"}
    answer = client.post(where, **hostile.form({**words, "file": (io.BytesIO(SCANS[name]), "a.pdf")}))
    look_at(answer, time.process_time() - began)
    assert answer.status_code in (413, 422), answer.headers.get("Location")
    assert desk.rows() == before


def test_the_same_form_with_a_good_scan_is_taken(desk: Desk):
    client = desk.page("trader")
    where = f"/trader/declarations/{desk.names['queried']}/documents"
    version = re.search(r'name="version" value="([0-9]+)"', client.get(where).text)
    assert version
    words = {"csrf_token": desk.csrf(client), "version": version[1], "type": "380", "number": "1"}
    answer = client.post(where, **hostile.form({**words, "file": (io.BytesIO(_PNG), "a.png")}))
    assert answer.status_code == 303, answer.text[-2000:]


def test_a_good_scan_is_kept_under_any_name_and_never_shown_inside_a_page(desk: Desk):
    (door,) = (d for d in DOORS if d.rule == "/api/v1/attachments")
    for label in (
        "../../../etc/cron.d/x",
        "a\r\nSet-Cookie: b=c",
        'x".html',
        "\u202egpj.exe",
        "<script>.svg",
        "CON",
        "a" * 5000,
    ):
        form = {"file": (io.BytesIO(scans.picture("PNG")), label)}
        answer = _asked(desk, door, **hostile.form(form))
        assert answer.status_code in (201, 400, 422), answer.text[:200]
        if answer.status_code == 201:
            assert not set('/\\\r\n\x00"') & set(answer.json["name"])


# --- lists of codes --------------------------------------------------------------------------------------------------

_HEAD = "code,en,valid_from,source,verified,administration,currency,rate,units,period\n"


def _rate(**changed: str) -> bytes:
    row = {
        "code": "TJ.USD", "en": "Dollar", "valid_from": "2026-12-01", "source": "the bank", "verified": "true",
        "administration": "TJ", "currency": "USD", "rate": "9.9999", "units": "1", "period": "day",
    } | changed  # fmt: skip
    return (_HEAD + ",".join(row.values()) + "\n").encode("utf-8", "surrogatepass")


SHEETS: dict[str, bytes] = {
    **{f"rate {value!r:.20}": _rate(rate=value) for value in ("NaN", "-1", "1e5", "Infinity", "9" * 40, "۹", "0", "", "=1+1", "1_0", "0x1")},
    **{f"day {value!r}": _rate(valid_from=value) for value in ("20000-01-01", "2026-02-30", "infinity", "01.12.2026")},
    **{f"code {value!r:.20}": _rate(code=value) for value in ("=TJ.USD", "TJ USD", "TJ\x00", "../x", "\u202eUSD", "a" * 500)},
    **{f"name {name}": _rate(en=value) for name, value in
       {"formula": "=HYPERLINK(A1)", "command": "=cmd|' /C calc'!A0", "NUL": "a\x00b", "override": "a\u202eb", "long": "w" * 100_000}.items()},
    "surrogate": _rate(en="\ud800"),
    "not UTF-8": _HEAD.encode() + b"TJ.USD,\xff\xfe,2026-12-01,,,TJ,USD,9,1,day\n",
    "a column twice": b"code,en,code,valid_from\nTJ.USD,a,TJ.EUR,2026-12-01\n",
    "no head": b"TJ.USD,Dollar,2026-12-01\n",
    "an unknown column": _HEAD.replace("en", "klingon").encode() + b"TJ.USD,a,2026-12-01,,,TJ,USD,9,1,day\n",
    "a row twice": _rate() + _rate().split(b"\n")[1] + b"\n",
    "a quote that is not closed": _HEAD.encode() + b'TJ.USD,"' + b"a" * 200_000,
    "a million commas": _HEAD.encode() + b"," * 1_000_000 + b"x",
    "a million rows": _HEAD.encode() + b"\n" * 1_000_000 + b"x\n",
    "nothing": b"", "zeros": b"\x00" * 10_000, "a workbook": scans.archive("xl/workbook.xml"), "EICAR": scans.EICAR,
    "6 MB": _HEAD.encode() + b"TJ.USD,a,2026-12-01,s,true,TJ,USD,9.1,1,day\n" * 140_000,
}  # fmt: skip


@pytest.mark.parametrize("name", SHEETS)
def test_lists_that_are_none_are_refused(desk: Desk, name: str):
    """Shown as a file, and said to have been looked at already."""
    client = desk.page("administrator")
    where, secret = "/administrator/codes/exchange_rate/update", desk.csrf(client)
    before = desk.rows()
    forms: list[dict[str, Any]] = [{"file": (io.BytesIO(SHEETS[name]), "rates.csv")}]
    if _is_text(SHEETS[name]):
        forms.append({"rows": SHEETS[name].decode(), "reason": "order 9"})
    for form in forms:
        began = time.process_time()
        answer = client.post(where, **hostile.form({**form, "csrf_token": secret}))
        look_at(answer, time.process_time() - began)
        assert 400 <= answer.status_code < 500, answer.status_code
    assert desk.rows() == before


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_the_database_was_left_alone(desk: Desk):
    """Whatever was refused above: the journal's chain holds and nothing lies at another post."""
    from app.core import journal

    with db.reading() as session:
        for post in journal.posts(session):
            assert journal.verify(session, post)[1] == []
    assert uuid.UUID(desk.names["file"])
