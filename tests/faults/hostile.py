"""What nobody means well with: bodies, words, numbers, dates, questions, headers, addresses and files."""

from __future__ import annotations

import copy
import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import marshmallow as ma
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.declarations import schemas
from tests.factories import declarations


@dataclass(frozen=True)
class Case:
    """A request. `path` may hold {yellow}, {draft}, {released}, {permit}, {proposal}; `good` are the answers it may have."""

    name: str
    method: str
    path: str
    login: str | None
    options: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    good: range | tuple[int, ...] = range(400, 500)


@dataclass(frozen=True)
class Door:
    """An endpoint that takes a JSON body."""

    name: str
    method: str
    path: str
    login: str
    match: bool = True


DOORS = (
    Door("lodging", "POST", "/declarations", "trader", match=False),
    Door("draft", "POST", "/declarations?draft=true", "trader", match=False),
    Door("draft anew", "PUT", "/declarations/{draft}", "trader"),
    Door("decision", "POST", "/declarations/{yellow}/decision", "officer"),
    Door("finding", "POST", "/declarations/{yellow}/inspection/findings", "inspector"),
    Door("conclusion", "POST", "/declarations/{yellow}/inspection/conclusion", "inspector"),
    Door("lane", "POST", "/declarations/{yellow}/lane", "officer"),
    Door("amendment", "POST", "/declarations/{yellow}/amendments", "trader"),
    Door("question", "POST", "/declarations/{yellow}/queries", "officer"),
    Door("document", "POST", "/declarations/{yellow}/documents", "trader"),
    Door("gate", "POST", "/declarations/{released}/exit", "inspector"),
    Door("payment", "POST", "/declarations/{yellow}/payments", "officer", match=False),
    Door("template", "POST", "/templates", "trader", match=False),
    Door("certificate", "POST", "/exemptions", "officer", match=False),
    Door("permit", "POST", "/declarations/{released}/permit", "supervisor", match=False),
    Door("copy", "POST", "/permits/{permit}/prints", "supervisor", match=False),
    Door("approval", "POST", "/proposals/{proposal}/approval", "supervisor2", match=False),
    Door("rejection", "POST", "/proposals/{proposal}/rejection", "supervisor2", match=False),
)

DEEP = 100_000
BODIES: dict[str, bytes] = {
    "name twice": b'{"reason": "a", "reason": "b"}',
    "name twice, escaped": b'{"reason": "a", "re\\u0061son": "b"}',
    "NaN": b'{"reason": NaN}',
    "Infinity": b'{"reason": Infinity}',
    "minus Infinity": b'{"reason": -Infinity}',
    "1e999": b'{"reason": 1e999}',
    "5,000 digits": b'{"reason": ' + b"9" * 5000 + b"}",
    "5,000 digits and a point": b'{"reason": ' + b"9" * 5000 + b".5}",
    "100,000 lists deep": b"[" * DEEP + b"]" * DEEP,
    "100,000 objects deep": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep inside a name": b'{"reason": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    "lone surrogate": b'{"reason": "a \\ud800 b"}',
    "lone surrogate in a name": b'{"reas\\udc00on": "a"}',
    "raw surrogate": b'{"reason": "\xed\xa0\x80"}',
    "NUL": b'{"reason": "a\\u0000b"}',
    "raw NUL": b'{"reason": "a\x00b"}',
    "not UTF-8": b'{"reason": "\xff\xfe"}',
    "overlong UTF-8": b'{"reason": "\xc0\xaf"}',
    "UTF-16": '{"reason": "a"}'.encode("utf-16"),
    "UTF-32": '{"reason": "a"}'.encode("utf-32"),
    "UTF-7": b"+AHsAIgByAGUAYQBzAG8AbgAiADoAIgBhACIAfQ-",
    "nothing but a space": b" ",
    "null": b"null",
    "a list": b"[]",
    "a number": b"1",
    "a text": b'"text"',
    "cut short": b'{"reason": "a',
    "comma too many": b'{"reason": "a",}',
    "comment": b'{"reason": "a" /* b */}',
    "two documents": b'{"reason": "a"}{"reason": "b"}',
    "gzip": gzip.compress(b'{"reason": "a"}'),
    "5 MB": b'{"reason": "' + b"a" * 5_000_000 + b'"}',
    "200,000 names": b"{" + b",".join(b'"n%d":1' % n for n in range(200_000)) + b"}",
    "a million rows": b'{"items": [' + b",".join([b"{}"] * 1_000_000) + b"]}",
    "300,000 rows in rows": b'{"items": [' + b",".join([b'{"packages": [' + b",".join([b"{}"] * 99) + b'], "documents": [' + b",".join([b"{}"] * 99) + b"]}"] * 999) + b"]}",
    "300,000 numbers in a list": b'{"documents": [' + b",".join([b"1"] * 300_000) + b"]}",
}  # fmt: skip
#: An empty body is a permit in the usual languages, so it is not hostile there.


def bodies() -> Iterator[Case]:
    for door in DOORS:
        for name, raw in BODIES.items():
            match = {"If-Match": '"1"'} if door.match else {}
            good = range(200, 500) if "draft" in door.name and name == "300,000 numbers in a list" else range(400, 500)
            yield Case(
                f"{door.name}: {name}",
                door.method,
                door.path,
                door.login,
                {"data": raw, "content_type": "application/json"},
                match,
                good,
            )


def kinds() -> Iterator[Case]:
    """Good bodies that say they are something else, or are packed."""
    body = json.dumps(declarations.words()).encode()
    for name, content_type in {
        "text": "text/plain", "form": "application/x-www-form-urlencoded", "several parts": "multipart/form-data; boundary=x", "XML": "application/xml",
        "nothing": "", "nonsense": ";;;=;", "JSON of another kind": "application/jsonp",
    }.items():  # fmt: skip
        yield Case(
            f"lodging as {name}", "POST", "/declarations", "trader", {"data": body, "content_type": content_type}
        )
    packed = {"Content-Encoding": "gzip"}
    yield Case(
        "packed lodging",
        "POST",
        "/declarations",
        "trader",
        {"data": gzip.compress(body), "content_type": "application/json"},
        packed,
    )
    bomb = gzip.compress(b"{" + b" " * 50_000_000)
    yield Case(
        "gzip bomb", "POST", "/declarations", "trader", {"data": bomb, "content_type": "application/json"}, packed
    )


Path = tuple[str | int, ...]


def places(schema: ma.Schema, path: Path = ()) -> Iterator[tuple[Path, ma.fields.Field]]:
    """Every place of a declaration, with its field; of lists the first."""
    for name, one in schema.fields.items():
        yield from _place(one, (*path, name))


def _place(one: ma.fields.Field, path: Path) -> Iterator[tuple[Path, ma.fields.Field]]:
    yield path, one
    if isinstance(one, ma.fields.List):
        yield from _place(one.inner, (*path, 0))
    elif isinstance(one, ma.fields.Nested):
        yield from places(one.schema, path)


def with_value(path: Path, value: Any, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """A good declaration with this value at this place; what is missing on the way is made."""
    made: Any = copy.deepcopy(body or declarations.words())
    here = made
    for step, following in zip(path[:-1], path[1:], strict=True):
        if isinstance(here, list):
            here = (
                here[int(step)]
                if len(here) > int(step)
                else here.append([] if isinstance(following, int) else {}) or here[-1]
            )
        else:
            if here.get(step) in (None, []):
                here[step] = [] if isinstance(following, int) else {}
            here = here[step]
    if isinstance(here, list):
        here[:] = [value]
    else:
        here[path[-1]] = value
    return made


def _json(name: str, body: Any, **more: Any) -> Case:
    return Case(name, "POST", "/declarations", "trader", {"json": body}, **more)


def wrong_types() -> Iterator[Case]:
    """At every place of a declaration what cannot stand there."""
    for path, one in places(schemas.declaration_schema()):
        where = "/".join(map(str, path))
        wrong: Any = [{"a": 1}] if not isinstance(one, ma.fields.List) else "text"
        yield _json(f"{where} is {'text' if wrong == 'text' else 'a list'}", with_value(path, wrong))
        if not isinstance(one, ma.fields.List | ma.fields.Nested | ma.fields.Boolean):
            yield _json(f"{where} is an object", with_value(path, {"$gt": ""}))
    for name in schemas.declaration_schema().fields:
        yield _json(f"{name} twice, once with a space", {**declarations.words(), f"{name} ": 1})


NUMBERS = (
    "NaN", "Infinity", "-Infinity", "1e5", "1E400", "-1", "-0", "+5", "0x10", "1_000", " 12 ", "12 ", "1,5", "1.5.5", ".5", "5.", "", "١٢٣", "۱۲۳", "１２",
    "1" * 30, "0.0004", "1.12345", "٫5", "1²", "½", "null", "12\n", "1\x002", "1e-400", "0" * 5000,
)  # fmt: skip
DATES = (
    "9999-12-31", "20000-01-01", "2026-02-30", "-0044-03-15", "0000-01-01", "0044-03-15 BC", "infinity", "now", "today", "epoch", "2026-13-01", "2026-00-10",
    "26-01-01", "2026-1-1", "20260101", "2026-W01-1", "2026-01-01T00:00:00Z", "٢٠٢٦-٠١-٠١", "01.02.2026", "2026-01-01; DROP TABLE declaration", "1989-12-31",
    "2200-01-01",
)  # fmt: skip
MOMENTS = (
    "2026-11-27T08:30", "2026-11-27T25:00:00Z", "2026-11-27T08:61:00Z", "2026-11-27T08:30:00+99:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00",
    "2026-11-27 08:30:00", "infinity", "20000-01-01T00:00:00Z", "2026-11-27T08:30:60Z",
)  # fmt: skip
TEXTS = {
    "NUL": "a\x00b", "bell": "a\x07b", "escape": "\x1b[2Ja", "delete": "a\x7fb", "C1": "a\x9bb", "override": "gpj.\u202eexe", "isolate": "a\u2066b\u2069",
    "embedding": "\u202ba", "noncharacter": "a\uffff", "byte order the other way": "\ufffea", "200,000 letters in one word": "w" * 200_000, "blank": " \t\n ",
    "501 letters": "a" * 501, "marks without end": "a" + "\u0301" * 2001,
}  # fmt: skip


def words() -> Iterator[Case]:
    for value in NUMBERS:
        for path in (("items", 0, "gross_kg"), ("invoice", "total")):
            if (value, path[-1]) != ("", "total"):
                yield _json(f"{path[-1]} is {value[:20]!r}{len(value)}", with_value(path, value))
    for number in (-1, 0, 1.5, 1e400, 10**25, True):
        yield _json(
            f"item number is {number!r}", with_value(("items", 0, "number"), number if number != 1e400 else 10**18)
        )
    for value in ("1_0", " 1", "١", "-1", "1.0", "1e2", ""):
        yield _json(f"count is {value!r}", with_value(("items", 0, "packages", 0, "count"), value))
    for value in DATES:
        yield _json(f"date is {value!r}", with_value(("invoice", "date"), value))
    for value in MOMENTS:
        yield _json(f"arrival is {value!r}", with_value(("transport", "expected_arrival"), value))
    for name, value in TEXTS.items():
        yield _json(f"description with {name}", with_value(("items", 0, "description"), value))
        yield _json(f"consignor's name with {name}", with_value(("consignor", "name"), value))
    for count in (0, 1000, 9999):
        item = declarations.ITEM
        yield _json(
            f"{count} items", declarations.words(items=0) | {"items": [{**item, "number": n + 1} for n in range(count)]}
        )
    yield _json("100 packages", with_value(("items", 0, "packages"), [{"kind": "CT", "count": 1}] * 100))
    yield _json("10,000 documents", with_value(("documents",), [{"type": "380", "number": "1"}] * 10_000))
    yield _json("another firm's declaration", declarations.words(party="TJ-510067890"))
    yield _json("a post of the neighbour", declarations.words(post="AFSKB"))
    for code in ("XX", "tj", "ТJ", "T\u200bJ", "TJ\n", "T"):
        yield _json(f"origin is {code!r}", with_value(("items", 0, "origin"), code))
    for code in ("000000", "999999", "08O620", "０８０６２０", "080620; --", "08 06 20"):
        yield _json(f"commodity is {code!r}", with_value(("items", 0, "commodity"), code))


def drafts() -> Iterator[Case]:
    """A draft may be wrong, but must be such that it can be kept."""
    deep: Any = "a"
    for _ in range(40):
        deep = {"a": deep}
    for name, body in {
        "40 deep": {"items": deep}, "a text of 11,000": {"local_reference": "a" * 11_000}, "NUL": {"local_reference": "a\x00"}, "override in a name": {"a\u202eb": 1},
        "large number": {"items": [{"number": 2**60}]}, "fraction": {"items": [{"gross_kg": 1.5}]}, "a post with NUL": {"post": "TJ\x00PJ"},
    }.items():  # fmt: skip
        yield Case(f"kept draft: {name}", "POST", "/declarations?draft=true", "trader", {"json": body})
    for value in ("TRUE", "1", "yes", "", "true ", "null"):
        yield Case(
            f"draft={value!r}",
            "POST",
            "/declarations",
            "trader",
            {"json": declarations.words(), "query_string": {"draft": value}},
        )


def uploads() -> Iterator[Case]:
    """Scans under kinds and names that are none. What is in them is tried where the doors are found by themselves."""
    for kind in ("image/svg+xml", "text/html", "", ";;;=;", "multipart/form-data", "multipart/form-data; boundary=x"):
        options = {"data": b"%PDF-1.7", "content_type": kind}
        yield Case(f"scan as {kind!r}", "POST", "/attachments", "trader", options)
    for name, value in (
        ("name", "\x00"),
        ("name", "a" * 5000),
        ("post", "' OR 1=1"),
        ("party", "\u202e"),
        ("post", "AFSKB"),
    ):
        options = {"data": b"%PDF-1.7", "content_type": "application/pdf", "query_string": {name: value}}
        yield Case(f"scan with {name}={value[:8]!r}", "POST", "/attachments", "trader", options)


SQL = (
    "' OR '1'='1", "'; DROP TABLE declaration; --", "1) UNION SELECT password FROM app_user --", "%", "_", "%%%%%%%%", "\\", "a' || pg_sleep(5) || '", "$1", ":post",
    "%(post)s", "{{7*7}}", "${jndi:ldap://127.0.0.1/a}", "a\x00b", "\ud7ff\ue000", "\u202e", "x" * 5000,
)  # fmt: skip


def questions() -> Iterator[Case]:
    """What is asked in the address; a good question gets an empty page, a bad one a refusal."""
    any_answer = (200, 422)
    for value in ("0", "-1", "201", "52781328336114302976", "1e3", "١٠", "", "a", "1.0", " 5", "5;"):
        yield Case(
            f"limit={value!r}", "GET", "/declarations", "officer", {"query_string": {"limit": value}}, good=(400, 422)
        )
    for value in (
        *SQL,
        "",
        "null",
        "eyJhIjoxfQ",
        "AAAA====",
        "52781328336114302976",
        "2026-11-27T08:30:00Z|x",
        "2026-11-27T08:30:00Z~00000000-0000-0000-0000-000000000000",
        "//",
        "x" * 100_000,
    ):
        yield Case(
            f"after={value[:30]!r}{len(value)}",
            "GET",
            "/declarations",
            "officer",
            {"query_string": {"after": value}},
            good=any_answer,
        )
    for name in ("post", "status", "lane", "declarant", "plate", "container", "commodity", "q"):
        for value in SQL:
            yield Case(
                f"{name}={value[:30]!r}{len(value)}",
                "GET",
                "/declarations",
                "officer",
                {"query_string": {name: value}},
                good=any_answer,
            )
    for value in dict.fromkeys((*DATES, *MOMENTS)):
        yield Case(
            f"since={value!r}", "GET", "/declarations", "officer", {"query_string": {"since": value}}, good=any_answer
        )
    for place in (
        "/payments", "/accounts", "/accounts/TJPPJ/TJ-510012345", "/exemptions", "/suspense", "/audits", "/amendments",
        "/posts/TJPPJ/closings",
    ):  # fmt: skip
        for value in (*SQL, "52781328336114302976", "9" * 18, "a~b", "~", "x" * 100_000):
            options = {"query_string": {"after": value}}
            yield Case(f"{place} after={value[:30]!r}{len(value)}", "GET", place, "officer", options, good=any_answer)
    yield Case(
        "1,000 parameters",
        "GET",
        "/declarations?" + "&".join(f"a{n}=1" for n in range(1000)),
        "officer",
        good=(200, 400, 422),
    )
    yield Case(
        "the same parameter 100 times", "GET", "/declarations?" + "limit=1&" * 100, "officer", good=(200, 400, 422)
    )
    yield Case("not percent", "GET", "/declarations?q=%zz%", "officer", good=any_answer)
    yield Case("not UTF-8", "GET", "/declarations?q=%ff%fe", "officer", good=any_answer)


REFERENCES = (
    "x", "0", "-1", "TJPPJ-0000-0000-0000", "..%2f..%2fetc%2fpasswd", "%00", "a%00b", "%ff%fe", "%E2%80%AE", "%27%20OR%201%3D1--", "%25", "_" * 18, "%F0%9F%9A%9A", "a" * 5000, "%0d%0aSet-Cookie:%20a=b",
    "26TJPPJ000000001R9", "null", "%7B%7B7*7%7D%7D", "%D9%A1%D9%A2", "<script>", "TJPPJ-CP-2026-000001",
)  # fmt: skip


def addresses() -> Iterator[Case]:
    for reference in REFERENCES:
        name = reference[:40]
        if reference != "TJPPJ-CP-2026-000001":
            yield Case(f"permit {name}", "GET", f"/permits/{reference}", "supervisor")
            yield Case(f"document {name}", "GET", f"/permits/{reference}.pdf", "supervisor")
            yield Case(
                f"copy of {name}",
                "POST",
                f"/permits/{reference}/prints",
                "supervisor",
                {"json": {"reason": "a", "languages": ["en", "fa"]}},
            )
        yield Case(f"declaration {name}", "GET", f"/declarations/{reference}", "officer")
        yield Case(
            f"decision on {name}",
            "POST",
            f"/declarations/{reference}/decision",
            "officer",
            {"json": {"decision": "release", "reason": "a"}},
            {"If-Match": '"1"'},
        )
        yield Case(
            f"permit of {name}",
            "POST",
            f"/declarations/{reference}/permit",
            "supervisor",
            {"json": {"languages": ["en", "fa"]}},
        )
        yield Case(f"draft {name}", "PUT", f"/declarations/{reference}", "trader", {"json": {}}, {"If-Match": '"1"'})
        yield Case(f"throwing {name} away", "DELETE", f"/declarations/{reference}", "trader", {}, {"If-Match": '"1"'})
        for place in ("payments", "exemptions", "templates"):
            yield Case(f"{place} {name}", "GET", f"/{place}/{reference}", "trader")
        for part in ("assessment", "payments", "queries", "documents", "amendments", "versions", "exit"):
            yield Case(f"{part} of {name}", "GET", f"/declarations/{reference}/{part}", "officer")
        yield Case(f"version {name}", "GET", f"/declarations/{{yellow}}/versions/{reference}", "officer")
        yield Case(f"file {name}", "GET", f"/declarations/{{yellow}}/documents/{reference}/file", "officer")
        yield Case(f"account of {name}", "GET", f"/accounts/TJPPJ/{reference}", "officer")
        yield Case(f"account at {name}", "GET", f"/accounts/{reference}/TJ-510012345", "officer")
        yield Case(f"till at {name}", "GET", f"/posts/{reference}/till", "officer")
        yield Case(f"closing {name}", "GET", f"/posts/TJPPJ/closings/{reference}", "officer")
        yield Case(f"approval of {name}", "POST", f"/proposals/{reference}/approval", "supervisor2", {"json": {}})
    for method in ("PATCH", "DELETE", "PUT", "TRACE", "PROPFIND", "GET /x HTTP/1.1\r\nA: b"):
        yield Case(f"{method[:9]} on declarations", method, "/declarations", "trader", {"json": declarations.words()})


def headers() -> Iterator[Case]:
    good = {"decision": "release", "reason": "a"}
    for value in (
        "",
        "*",
        "1",
        '"1',
        '1"',
        '"01"x',
        'W/"1"',
        '"a"',
        '"-1"',
        '"99999999999999999999"',
        '"1", "2"',
        '"١"',
        '"' + "1" * 5000 + '"',
        '"1e0"',
        "'1'",
    ):
        yield Case(
            f"If-Match: {value[:20]}",
            "POST",
            "/declarations/{yellow}/decision",
            "officer",
            {"json": good},
            {"If-Match": value},
            good=(412, 428, 400),
        )
    for value in ("", " ", "a b", "a" * 201, "ключ", "a\tb", "a\x7f", "\x80"):
        yield Case(
            f"Idempotency-Key: {value[:20]!r}",
            "POST",
            "/declarations",
            "trader",
            {"json": declarations.words()},
            {"Idempotency-Key": value},
            good=(400,),
        )
    for value in (
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Basic YTpi",
        "Bearer gz_" + "0" * 32 + "_" + "a" * 43,
        "bearer " + "a" * 8000,
        "Bearer gz_\x00",
        "Bearer ' OR 1=1 --",
        "ключ",
    ):
        yield Case(
            f"Authorization: {value[:20]!r}",
            "POST",
            "/declarations",
            None,
            {"json": declarations.words()},
            {"Authorization": value},
            good=(401,),
        )
    for value in (
        "*",
        "xx",
        "fa-AF;q=9",
        "en;q=NaN",
        "a" * 8000,
        ",,,,,",
        "../../etc/passwd",
        "fa_AF, en;q=" + "9" * 1000,
        "\x80",
        "en;q=-1, tg;q=1e400",
        "%s",
        "{0}",
    ):
        yield Case(
            f"Accept-Language: {value[:20]!r}{len(value)}",
            "GET",
            "/declarations/x",
            "trader",
            {},
            {"Accept-Language": value},
        )
    for value in ("a b", "\x80", "a" * 65, "'; --", "<script>", "../..", "{{7*7}}"):
        yield Case(f"X-Request-ID: {value[:20]!r}", "GET", "/declarations/x", "trader", {}, {"X-Request-ID": value})
    for name, value in {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "1.2.3.4, ' OR 1=1", "Content-Length": "0", "Range": "bytes=0-999999999999",
                        "If-None-Match": '"' + "a" * 4000, "Accept": "text/html;q=NaN", "Cookie": "session=a; session=b; =;" + "a" * 4000, "X-HTTP-Method-Override": "DELETE"}.items():  # fmt: skip
        yield Case(f"{name}: {value[:20]}", "GET", "/declarations/x", "trader", {}, {name: value})


def checks() -> Iterator[Case]:
    """What is shown to the page and the API that check permits: an answer with a reason, or a refusal."""
    any_answer = (200, 400, 413, 415, 422)
    files = {
        "nothing": b"", "zeros": b"\x00" * 10_000, "only a head": b"%PDF-1.7\n", "head and end": b"%PDF-1.7\n%%EOF", "text": b"not a PDF", "half a PDF": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog",
        "references in a circle": b"%PDF-1.7\n1 0 obj\n1 0 R\nendobj\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF",
        "startxref far away": b"%PDF-1.7\nstartxref\n99999999999999999999\n%%EOF", "startxref at itself": b"%PDF-1.7\nxref\n0 0\ntrailer\n<< /Prev 9 >>\nstartxref\n9\n%%EOF",
        "lists 100,000 deep": b"%PDF-1.7\n1 0 obj\n" + b"[" * DEEP + b"\nendobj\n%%EOF", "byte range from nowhere": b"%PDF-1.7\n1 0 obj <</Type/Sig/ByteRange[-1 99999999999 5 5]/Contents<00>>>endobj\n%%EOF",
        "XML": b"<a/>", "ZIP": b"PK\x03\x04" + b"\x00" * 100, "script": b"%PDF-1.7\n1 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj\n%%EOF", "21 MB": b"%PDF-1.7\n" + b"a" * 21_500_000,
    }  # fmt: skip
    for name, raw in files.items():
        yield Case(
            f"check of {name}",
            "POST",
            "/verify",
            None,
            {"data": raw, "content_type": "application/pdf"},
            good=any_answer,
        )
    texts = {
        "a word": "hello", "prefix alone": "GZ1:", "base 45 that is none": "GZ1:\u00e4\u00f6", "an address": "https://evil.example/verify?x=1", "100,000 letters": "A" * 100_000, "NUL": "GZ1:\x00",
        "CBOR bomb": "GZ1:" + "9B" + "FF" * 8, "nested CBOR": "HC1:" + "81" * 5000, "digits": "9" * 4000, "SQL": "' OR 1=1 --", "emoji": "\U0001f69a" * 500, "newlines": "\n" * 5000,
    }  # fmt: skip
    for name, value in texts.items():
        yield Case(f"check of the text {name}", "POST", "/verify", None, {"json": {"qr": value}}, good=any_answer)
    for value in (None, 1, [], {}, True):
        yield Case(f"check of {value!r}", "POST", "/verify", None, {"json": {"qr": value}}, good=(400, 422))


def cases() -> list[Case]:
    """All requests to the API."""
    return [
        *bodies(),
        *kinds(),
        *wrong_types(),
        *words(),
        *drafts(),
        *uploads(),
        *questions(),
        *addresses(),
        *headers(),
        *checks(),
    ]


def _laughs() -> bytes:
    rows = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 20))
    return f'<!DOCTYPE ASYCUDA [<!ENTITY l0 "ha">{rows}]><ASYCUDA>&l19;</ASYCUDA>'.encode()


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sad.xml", b"<ASYCUDA>" + b" " * 30_000_000)
    return packed.getvalue()


#: Files for the upload page; none of them is a declaration that could be read.
FILES: dict[str, bytes] = {
    "local file as entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><ASYCUDA>&x;</ASYCUDA>',
    "external DTD": b"<!DOCTYPE ASYCUDA SYSTEM 'http://127.0.0.1:9/x.dtd'><ASYCUDA/>",
    "parameter entity": b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/">%x;]><ASYCUDA/>',
    "billion laughs": _laughs(),
    "quadratic": b'<!DOCTYPE a [<!ENTITY x "' + b"a" * 100_000 + b'">]><ASYCUDA>' + b"&x;" * 10_000 + b"</ASYCUDA>",
    "100,000 deep": b"<ASYCUDA>" + b"<a>" * DEEP + b"</a>" * DEEP + b"</ASYCUDA>",
    "attribute of 20 MB": b'<ASYCUDA a="' + b"a" * 20_000_000 + b'"/>',
    "100,000 attributes": b"<ASYCUDA " + b" ".join(b'a%d=""' % n for n in range(DEEP)) + b"/>",
    "a name of a million letters": b"<" + b"a" * 1_000_000 + b"/>",
    "UTF-7": b"<?xml version='1.0' encoding='utf-7'?>+ADw-ASYCUDA/+AD4-",
    "an encoding nobody knows": b"<?xml version='1.0' encoding='x-evil'?><ASYCUDA/>",
    "NUL": b"<ASYCUDA>\x00</ASYCUDA>",
    "NUL as a reference": b"<ASYCUDA>&#0;</ASYCUDA>",
    "surrogate as a reference": b"<ASYCUDA>&#xD800;</ASYCUDA>",
    "gzip bomb": gzip.compress(b"<ASYCUDA>" + b" " * 50_000_000 + b"</ASYCUDA>"),
    "ZIP": _zip(),
    "XInclude": b'<x xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd" parse="text"/></x>',
    "stylesheet": b'<?xml-stylesheet href="http://127.0.0.1:9/"?><a/>',
    "cut short": b"<ASYCUDA><Item>",
    "two roots": b"<ASYCUDA/><ASYCUDA/>",
    "nothing": b"",
    "spaces": b" " * 100_000,
    "million comments": b"<!-- -->" * 1_000_000 + b"<ASYCUDA/>",
    "picture": b"\x89PNG\r\n\x1a\n" + b"\x00" * 1000,
    "PDF and XML at once": b"%PDF-1.7\n<ASYCUDA/>",
    "virus that is none": rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
    "HTML": b"<!DOCTYPE html><script>alert(1)</script>",
    "JSON 100,000 deep": b'{"items":' * DEEP + b"1" + b"}" * DEEP,
    "JSON with a name twice": b'{"post": "TJPPJ", "items": [], "post": "TJDUS"}',
    "JSON with NaN": b'{"post": "TJPPJ", "items": [NaN], "consignor": {}}',
    "JSON with 5,000 digits": b'{"post": "TJPPJ", "items": [' + b"9" * 5000 + b'], "consignor": {}}',
    "JSON with a surrogate": b'{"post": "TJPPJ", "items": [], "consignor": {"name": "\\ud800"}}',
    "JSON list": b"[]",
    "CSV with formulas": b"=cmd|' /C calc'!A0,+1,-1,@SUM(A1)\n",
}  # fmt: skip

#: Words that are good, and dangerous only where somebody forgets that they are words.
INJECTIONS = (
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' OR '1'='1", "'; DROP TABLE declaration; --", "{{ 7*7 }}{% raw %}", "${7*7}#{7*7}", "%s %(x)s {0} {x}",
    "<b>stray </para>", "&lt;&amp;&#60;", "+992 (37) 221=A1", "\\u0041\\x41\\n", "<img src=/etc/passwd/>", "]]><!--", "javascript:alert(1)", "$(reboot)`reboot`", "a\tb",
)  # fmt: skip


def form(fields: dict[str, Any]) -> dict[str, Any]:
    """A form with files as options of a request. The test client would lay a large one into a temporary file that it
    forgets to close."""
    given = {
        name: FileStorage(value[0], value[1], name) if isinstance(value, tuple) else value
        for name, value in fields.items()
    }
    boundary, raw = encode_multipart(given)
    return {"data": raw, "content_type": f'multipart/form-data; boundary="{boundary}"'}
