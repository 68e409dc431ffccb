"""A million transit movements for the benches: twenty offices and a quiet one, two years, written past the application.

Rows go in by COPY and INSERT … SELECT as in `fill_million`. Most movements have ended; of the rest some wait at their
departure, some thousand are on the road, a few of them late, some are looked for. One firm in five thousand has much of
the traffic, and its guarantee a long account.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable, Iterator

from app.core import embedded, numbering
from app.guarantees import rules
from app.transit import schemas
from app.transit.lifecycle import Office, Status, stage
from tests.bench.fill_million import (
    BUSY,
    MONTHS,
    POSTS,
    container,
    firm,
    side_by_side,
    superuser,
    truck,
    without_indexes,
)
from tests.factories import movements
from tests.factories.actors import person

FIRMS, TRUCKS = 5_000, 60_000
#: An office that sees one movement in ten thousand.
QUIET = "TJX99"
OFFICES = (*POSTS, QUIET)
DRAFTS = 4_000
#: A firm that brings the goods of others to their destination.
BRINGER = firm(2_000)
#: What every movement takes of its firm's guarantee, and what each guarantee is good for.
EACH, PLEDGED = 5_000, 1_000_000_000
_WEIGHTS = (*[10.0] * BUSY, *[2.0] * (len(POSTS) - BUSY), 0.01)
_CHUNK = 10_000
_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_MADE = """
CREATE UNLOGGED TABLE made_transit (
    post varchar(5), id uuid, reference text, mrn text, kind text, party text, destination text, passed text, carnet text, status text,
    lodged_at timestamptz, released_at timestamptz, limit_at timestamptz, arrived_at timestamptz, ended_at timestamptz,
    plates varchar(20)[], containers varchar(11)[], seal text, local_reference text, items smallint
)
"""
_PLEDGES = "CREATE UNLOGGED TABLE made_pledge (party text PRIMARY KEY, grn text, id uuid)"


def lines(rows: int, until: dt.datetime) -> Iterator[str]:
    """The movements as lines of COPY, oldest first; the same for the same number of rows."""
    chance = random.Random(11)
    step = dt.timedelta(days=MONTHS * 30.5) / rows
    series: dict[tuple[str, int], int] = {}
    for n in range(rows):
        post, destination, passed = _way(chance)
        lodged = until - step * (rows - n)
        number = series[post, lodged.year] = series.get((post, lodged.year), 0) + 1
        kind = "tir" if chance.random() < 0.2 else "national"
        key, letters = chance.getrandbits(74), "".join(chance.choices(_BASE32, k=12))
        status, *moments = _course(chance, lodged, until)
        plate = truck(int(chance.random() ** 1.5 * TRUCKS))
        yield "\t".join((
            post,
            f"{int(lodged.timestamp() * 1000):012x}7{key >> 62:03x}8{key & (1 << 60) - 1:015x}",
            f"{post}-{letters[:4]}-{letters[4:8]}-{letters[8:]}",
            numbering.mrn(post, lodged.year, number, "J"),
            kind, firm(int(chance.random() ** 3 * FIRMS)), destination, passed or "\\N",
            movements.carnet(30_000_000 + n) if kind == "tir" else "\\N",
            status, lodged.isoformat(), *(at.isoformat() if at else "\\N" for at in moments),
            f"{{{plate},T{plate}}}",
            "{" + container(int(chance.random() * TRUCKS)) + "}" if chance.random() < 0.4 else "{}",
            f"S{n:09d}", f"{lodged:%y%m}/{n % 100_000}", str(1 + min(int(chance.expovariate(1)), 12)),
        ))  # fmt: skip


def _way(chance: random.Random) -> tuple[str, str, str | None]:
    """Departure, destination, and for some an office between."""
    post, destination, passed = "", "", None
    while post == destination:
        post, destination = chance.choices(OFFICES, _WEIGHTS, k=2)
    if chance.random() < 0.4:
        found = chance.choices(OFFICES, _WEIGHTS)[0]
        passed = found if found not in (post, destination) else None
    return post, destination, passed


def _course(
    chance: random.Random, lodged: dt.datetime, until: dt.datetime
) -> tuple[str, *tuple[dt.datetime | None, ...]]:
    """The status today, and when it was released, must arrive, arrived and ended."""
    released = lodged + dt.timedelta(hours=chance.expovariate(0.25))
    limit = released + dt.timedelta(days=10)
    if released > until:
        return chance.choice(("lodged", "lodged", "under_control")), None, None, None, None
    if chance.random() < 0.02:
        return "not_released", None, None, None, released
    if chance.random() < 0.006:
        return _lost(chance, released, limit, until)
    arrived = released + dt.timedelta(days=chance.expovariate(0.25))
    ended = arrived + dt.timedelta(days=chance.expovariate(1))
    if arrived > until:
        return ("incident" if chance.random() < 0.05 else "released_for_transit"), released, limit, None, None
    if ended > until:
        return chance.choice(("arrived", "unloading", "discrepancies")), released, limit, arrived, None
    return "discharged", released, limit, arrived, ended


def _lost(
    chance: random.Random, released: dt.datetime, limit: dt.datetime, until: dt.datetime
) -> tuple[str, *tuple[dt.datetime | None, ...]]:
    """Did not arrive: late, looked for, to be paid, and in the end paid."""
    age = until - limit
    if age < dt.timedelta(days=1):
        return "released_for_transit", released, limit, None, None
    if age < dt.timedelta(days=chance.expovariate(1 / 60)):
        return ("enquiry" if chance.random() < 0.7 else "recovery"), released, limit, None, None
    return "discharged", released, limit, None, limit + dt.timedelta(days=60)


def fill(cluster: embedded.Cluster, rows: int = 1_000_000, say: Callable[[str], None] = lambda _: None) -> None:
    """Fills the node's database; `say` hears what is being done."""
    with superuser(cluster) as connection:
        until = connection.execute("SELECT guzar_now()").fetchone()[0]  # type: ignore[index]
        connection.execute(_MADE)
        connection.execute(_PLEDGES)
        say("movements")
        with connection.cursor().copy("COPY made_transit FROM STDIN") as copy:
            chunk: list[str] = []
            for line in lines(rows, until):
                chunk.append(line)
                if len(chunk) == _CHUNK:
                    copy.write("\n".join(chunk) + "\n")
                    chunk.clear()
            if chunk:
                copy.write("\n".join(chunk) + "\n")
        with connection.cursor().copy("COPY made_pledge (party, grn, id) FROM STDIN") as copy:
            for n in range(FIRMS):
                copy.write_row((firm(n), rules.grn("TJ", 25, f"PPJ{n:09d}"), f"00000000-0000-7000-8000-{n:012d}"))
        indexes = without_indexes(connection, _FILLED)
        connection.execute("ANALYZE made_transit")
        connection.execute(_MOVEMENT)
    values = {
        "header": json.dumps(schemas.read(movements.national()).header, ensure_ascii=False),
        "more": json.dumps({"packages": [{"kind": "CT", "count": 120, "marks": "KOH 1-120"}], "gross_kg": "2450", "net_kg": "2300"}),
        "by": person("trader"), "drafts": DRAFTS, "bringer": BRINGER, "each": EACH, "pledged": PLEDGED,
    }  # fmt: skip
    say("contents, offices, guarantees, seals, journal")
    side_by_side(cluster, [(statement, values) for statement in (*_STATEMENTS, *map(_office, _PLACES))])
    say("indexes")
    side_by_side(cluster, [(definition, None) for definition in indexes])
    say("vacuum")
    with superuser(cluster) as connection:
        connection.execute("DROP TABLE made_transit, made_pledge")
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


#: Largest first, so that the two connections end together.
_FILLED = (
    "transit_content", "ledger_transfer", "transit_item", "seal_event", "journal_entry", "seal", "guarantee_reservation",
    "transit_office", "transit_movement", "transit_arrival", "transit_alarm",
)  # fmt: skip

_OPEN = "status IN ('released_for_transit', 'incident', 'arrived', 'unloading', 'discrepancies', 'enquiry', 'recovery')"
_MOVEMENT = """
INSERT INTO transit_movement (post, id, reference, mrn, kind, party, destination, carnet, status, content, version, lodged_at, released_at,
    limit_at, arrived_at, ended_at, changed_at)
SELECT post, id, reference, mrn, kind, party, destination, carnet, status, 1, 4, lodged_at, released_at, limit_at, arrived_at, ended_at,
    coalesce(ended_at, arrived_at, released_at, lodged_at)
FROM made_transit
"""
_CONTENT = """
INSERT INTO transit_content (post, movement_id, content, local_reference, holder, plates, containers, seals, gross_kg, item_count, header,
    sha256, source, unread, made_by, made_at)
SELECT post, id, 1, local_reference, party, plates, containers, ARRAY[seal], items * 2450, items,
    %(header)s::jsonb || jsonb_build_object('local_reference', local_reference,
        'holder', jsonb_build_object('id', party, 'name', 'ҶДММ «Сомон» ' || right(party, 4), 'country', 'TJ')),
    encode(sha256(id::text::bytea), 'hex'), NULL, '[]', %(by)s, lodged_at
FROM made_transit
"""
_ITEMS = """
INSERT INTO transit_item (post, movement_id, content, number, house, commodity, description, gross_kg, net_kg, packages, more)
SELECT post, id, 1, n, 1, '620342', 'Trousers of cotton, men''s', 2450, 2300, 120, %(more)s::jsonb
FROM made_transit, generate_series(1, items) n
"""
_ARRIVALS = """
INSERT INTO transit_arrival (post, movement_id, number, office, procedure, location, arrived_at, late, notified_by, notified_name,
    notified_at, party, brought, left_at)
SELECT post, id, 1, destination, 'normal', NULL, arrived_at, arrived_at > limit_at, %(by)s, 'Trader', arrived_at,
    CASE WHEN others THEN %(bringer)s ELSE party END, others AND party <> %(bringer)s, NULL
FROM (SELECT *, right(reference, 1) = '0' AS others FROM made_transit) m WHERE arrived_at IS NOT NULL
"""
_PLATES = f"""
INSERT INTO transit_plate_in_use (plate, post, movement_id)
SELECT unnest(plates), post, id FROM made_transit WHERE {_OPEN} ON CONFLICT DO NOTHING
"""
#: Late ones that nobody has looked at, and many that somebody has.
_ALARMS = f"""
INSERT INTO transit_alarm (post, movement_id, kind, cause, facts, raised_at, seen_by, seen_name, seen_at)
SELECT post, id, 'limit-passed', limit_at::text, '{{}}', limit_at, CASE WHEN ended_at IS NOT NULL THEN %(by)s::uuid END,
    CASE WHEN ended_at IS NOT NULL THEN 'Officer' END, ended_at
FROM made_transit WHERE (arrived_at > limit_at OR arrived_at IS NULL) AND limit_at < guzar_now() AND ({_OPEN} OR ended_at IS NOT NULL)
"""
_DRAFTED = """
WITH drafts AS (
    INSERT INTO transit_movement (post, id, reference, mrn, kind, party, destination, status, content, version, changed_at)
    SELECT post, (left(id::text, 24) || lpad(to_hex(floor(random() * 1e14)::bigint), 12, '0'))::uuid, 'D' || reference, NULL, 'national', party, destination, 'draft', 0, 1, lodged_at
    FROM (SELECT * FROM made_transit ORDER BY md5(reference) LIMIT %(drafts)s) chosen
    RETURNING post, id
)
INSERT INTO transit_draft (post, movement_id, body, source, unread, remarks)
SELECT post, id, %(header)s::jsonb, NULL, '[]', '[]' FROM drafts
"""
_JOURNAL = """
INSERT INTO journal_entry (post, number, id, at, person, login, role, via, request_id, event, kind, subject, before, after, reason, previous, hash)
SELECT post, 10000000 + row_number() OVER (PARTITION BY post ORDER BY id), id, lodged_at, %(by)s, 'trader', 'trader', 'token',
    left(id::text, 13), 'transit.lodged', 'transit', id::text, NULL, jsonb_build_object('status', 'lodged', 'mrn', mrn, 'version', 1), '',
    sha256(mrn::bytea), sha256(id::text::bytea)
FROM made_transit
"""
#: Those of ended movements are off; the officers of the posts have some more in hand.
_SEALS = f"""
INSERT INTO seal (post, id, serial, maker, grade, status, movement_post, movement_id, plate, changed_at)
SELECT post, id, seal, 'Mega', 'H', CASE WHEN {_OPEN} THEN 'applied' ELSE 'removed' END, post, id, plates[1],
    coalesce(ended_at, released_at)
FROM made_transit WHERE released_at IS NOT NULL
UNION ALL
SELECT post, gen_random_uuid(), 'N' || post || lpad(n::text, 6, '0'), 'Mega', 'H', 'stock', NULL, NULL, NULL, guzar_now()
FROM unnest(ARRAY[{", ".join(f"'{post}'" for post in OFFICES)}]) post, generate_series(1, 2000) n
"""
_CUSTODY = """
INSERT INTO seal_event (post, seal_id, number, event, at, office, person, person_name, movement_id)
SELECT post, id, n, CASE n WHEN 1 THEN 'adopted' ELSE 'removed' END, CASE n WHEN 1 THEN released_at ELSE ended_at END, post, %(by)s,
    'Officer', id
FROM made_transit, generate_series(1, 2) n WHERE released_at IS NOT NULL AND (n = 1 OR ended_at IS NOT NULL)
"""
_GUARANTEES = """
INSERT INTO guarantee (post, id, grn, type, level, holder, guarantor, guarantor_name, amount, currency, valid_from, valid_to, not_valid_for,
    commodities, source, status, version, registered_by, registered_name, registered_at, decided_by, decided_name, decided_at)
SELECT 'TJPPJ', id, grn, '1', 100, party, 'TJ-INS-1', '', %(pledged)s, 'TJS', '2020-01-01', '2199-12-31', '{}', '{}', '', 'in_force', 2,
    %(by)s, 'Officer', guzar_now(), gen_random_uuid(), 'Supervisor', guzar_now()
FROM made_pledge
"""
_RESERVATIONS = f"""
INSERT INTO guarantee_reservation (post, id, guarantee_id, movement_post, movement_id, mrn, amount, currency, status, reserved_at,
    reserved_by, ended_at)
SELECT 'TJPPJ', m.id, p.id, m.post, m.id, m.mrn, %(each)s, 'TJS',
    CASE WHEN m.status IN ('enquiry', 'recovery') THEN 'held' WHEN {_OPEN} THEN 'reserved' ELSE 'credited' END, m.released_at, %(by)s,
    m.ended_at
FROM made_transit m JOIN made_pledge p USING (party) WHERE m.released_at IS NOT NULL
"""
#: Each account's line: pledged first, then what movements took and gave back.
_LEDGER = """
WITH line AS (
    SELECT grn, NULL::uuid AS id, %(pledged)s::numeric AS change, 'pledge' AS kind, guzar_now() - interval '3 years' AS at FROM made_pledge
    UNION ALL
    SELECT p.grn, m.id, -%(each)s, 'reserve', m.released_at FROM made_transit m JOIN made_pledge p USING (party)
    WHERE m.released_at IS NOT NULL
    UNION ALL
    SELECT p.grn, m.id, %(each)s, 'credit', m.ended_at FROM made_transit m JOIN made_pledge p USING (party)
    WHERE m.released_at IS NOT NULL AND m.ended_at IS NOT NULL
), placed AS (
    SELECT *, row_number() OVER w AS place, sum(change) OVER w AS after FROM line
    WINDOW w AS (PARTITION BY grn ORDER BY at, id, change ROWS UNBOUNDED PRECEDING)
), moved AS (
    INSERT INTO ledger_transfer (post, id, entry, subject, kind, debit, credit, amount, currency, at, person, limited, place, place_before,
        balance_before, balance_after)
    SELECT 'TJPPJ', gen_random_uuid(), coalesce(id, gen_random_uuid()), id, kind,
        CASE kind WHEN 'reserve' THEN 'pledge:' || grn WHEN 'pledge' THEN 'transit:pledged' ELSE 'transit:reserved' END,
        CASE kind WHEN 'reserve' THEN 'transit:reserved' ELSE 'pledge:' || grn END,
        abs(change), 'TJS', at, %(by)s, 'pledge:' || grn, place, nullif(place - 1, 0), after - change, after
    FROM placed
), others AS (
    INSERT INTO ledger_account (post, code, currency)
    SELECT 'TJPPJ', unnest(ARRAY['transit:pledged', 'transit:reserved', 'transit:held']), 'TJS' ON CONFLICT DO NOTHING
)
INSERT INTO ledger_account (post, code, currency, balance, place)
SELECT DISTINCT ON (grn) 'TJPPJ', 'pledge:' || grn, 'TJS', after, place FROM placed ORDER BY grn, place DESC
"""
#: What is lodged afterwards gets the numbers that follow.
_SERIES = """
INSERT INTO number_series (post, series, year, last)
SELECT post, 'TRANSIT', extract(year FROM lodged_at)::smallint, count(*) FROM made_transit GROUP BY 1, 3
"""
_STATEMENTS = (
    _CONTENT, _LEDGER, _ITEMS, _CUSTODY, _JOURNAL, _SEALS, _RESERVATIONS, _ARRIVALS, _GUARANTEES, _ALARMS, _PLATES, _DRAFTED, _SERIES,
)  # fmt: skip
_PLACES = {Office.DEPARTURE: "post", Office.TRANSIT: "passed", Office.DESTINATION: "destination"}


def _office(role: Office) -> str:
    """The offices of the movements in one part, each at the stage that the table of moves gives it."""
    visited = "ended_at IS NOT NULL OR arrived_at IS NOT NULL" if role is Office.TRANSIT else "false"
    cases = " ".join(
        f"WHEN '{status.value}' THEN CASE WHEN {visited} THEN '{stage(role, status, visited=True).value}' "
        f"ELSE '{stage(role, status, here=role is Office.DESTINATION).value}' END"
        for status in Status
    )
    place = list(_PLACES).index(role)
    return f"""
INSERT INTO transit_office (post, movement_id, place, office, role, stage, due_at, visited_at, on_road)
SELECT post, id, {place}, {_PLACES[role]}, '{role.value}', CASE status {cases} END, coalesce(limit_at, lodged_at),
    CASE WHEN {visited} THEN arrived_at END, status IN ('released_for_transit', 'incident')
FROM made_transit WHERE {_PLACES[role]} IS NOT NULL
"""
