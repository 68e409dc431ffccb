"""Nobody alone: every act of the table is tried a hundred times through the application and a hundred times by SQL, as the
application's own role, by one person in every disguise. None may pass; and where a guard is taken away, the same tries must
find that out.

What this cannot show: who holds the application's role and forges two real persons with roles for it, statement by
statement, is the application as far as the database can tell. That leaves the journal (see `registers.integrity`).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import inspect
import itertools
import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import TypeDecorator, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.approvals import operations as approvals
from app.approvals.acts import ACTS, Act
from app.clearance.models import NeighbourKey
from app.core import db
from app.core.actors import Actor
from app.core.errors import Refusal
from app.exemptions import operations as exemptions
from app.exemptions.models import ExemptionCorrection
from app.fallback.models import FallbackPeriod
from app.flows import approving, deciding
from app.payments.models import DebtWriteOff, FeeWaiver, Refund
from app.risk.models import TrustedTrader
from tests.factories import accounts as people
from tests.factories import cases, lives, movements, roads
from tests.factories.actors import POST, officer
from tests.faults import furnishing

TRIES = 100
#: Somebody of the contract's people for each role that proposes.
PROPOSERS = {
    "officer": "officer", "supervisor": "supervisor", "administrator": "administrator", "analyst": "analyst",
    "trader": "trader", "inspector": "inspector",
}  # fmt: skip
EVERYBODY = (
    "trader", "trader2", "officer", "officer2", "inspector", "supervisor", "supervisor2", "liaison", "officer.TJDUS",
    "officer.TJTEM", "analyst", "analyst2", "administrator", "auditor",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Waiting:
    """A proposal of an act that waits, who made it, and the other account of the same human being."""

    act: Act
    id: UUID
    proposer: Actor
    twin: str
    #: Those whom the table lets settle it, the proposer aside.
    seniors: tuple[str, ...]


def actor(session: Session, login: str) -> Actor:
    found = accounts.actor_of_login(session, login)
    assert found is not None, login
    return found


@pytest.fixture
def known(session) -> dict[str, Actor]:
    """The people, and one who has the roles of a second person at another post only."""
    people.account(session, "supervisor", "TJDUS", login="super.elsewhere")
    people.account(session, "administrator", "*", login="administrator.two")
    lives.alone()
    return {login: actor(session, login) for login in (*EVERYBODY, "super.elsewhere", "administrator.two")}


def waiting(session: Session, known: dict[str, Actor], act: Act, about: Any = None) -> Waiting:
    """A fresh proposal of the act, about a declaration where it is one of those."""
    proposer = known[PROPOSERS[act.proposes[0]]]
    role = act.settles[0]
    twin = f"twin.{proposer.login}.{role}"[:40]
    if accounts.find(session, twin) is None:
        post = "*" if role in ("analyst", "administrator") else POST
        people.account(session, role, post, login=twin, same_person_as=proposer.login)
    reference = about.reference if about is not None else "X"
    payload = {"lane": "green", "from": "red", "version": 1, "grants": [], "party": "TJ-1", "code": "X", "list": "x"}
    wish = approvals.Propose(POST, act.kind, uuid4(), reference, payload, "because")
    made = approvals.propose(session, wish, by=proposer, role=act.proposes[0])
    seniors = tuple(
        login for login, who in known.items()
        if who.person != proposer.person and who.grant(act.settles, POST) is not None
    )  # fmt: skip
    return Waiting(act, made.id, proposer, twin, seniors)


def still_waits(session: Session, ids: list[UUID]) -> bool:
    session.expire_all()
    rows = session.execute(
        text("SELECT count(*) FROM proposal WHERE id = ANY(:ids) AND status = 'waiting'"), {"ids": ids}
    )
    return rows.scalar_one() == len(ids)


# --- through the application -----------------------------------------------------------------------------------------


def disguises(senior: Actor) -> Iterator[dict[str, Any]]:
    """Ways to say in a request that one is somebody else."""
    who = str(senior.person)
    yield {"json": {}}
    for name in ("decided_by", "person", "by", "approved_by", "actor"):
        yield {"json": {"reason": "agreed", name: who}}
    for name in ("login", "decided_login", "user"):
        yield {"json": {"reason": "agreed", name: senior.login}}
    yield {"json": {"reason": "agreed", "status": "approved", "device_checked": False}}
    for name in ("X-Person", "X-Actor", "X-Device", "X-Guzar-Person"):
        yield {"json": {}, "headers": {name: who}}
    for name in ("X-User", "X-Forwarded-User", "X-Remote-User", "Remote-User", "From", "X-Original-User"):
        yield {"json": {}, "headers": {name: senior.login}}
    yield {"json": {}, "query_string": {"as": senior.login, "decided_by": who}}
    yield {"json": {}, "headers": {"Cookie": f"guzar_device=x; person={who}; login={senior.login}"}}


def by_api(client: Any, tokens: dict[str, str], case: Waiting, senior: Actor) -> Iterator[int]:
    """The answers to a hundred approvals by everybody who may not: the proposer, his other account, and whoever has no role
    for it, in every disguise."""
    may_not = [case.twin, case.proposer.login, *(n for n in tokens if n in EVERYBODY or n == "super.elsewhere")]
    may_not = [login for login in dict.fromkeys(may_not) if login not in case.seniors]
    plain = [(login, {"json": {}}) for login in may_not]
    both = itertools.product((case.twin, case.proposer.login), disguises(senior))
    rest = itertools.cycle(itertools.product(may_not, disguises(senior)))
    for login, said in itertools.islice(itertools.chain(plain, both, rest), TRIES):
        headers = {
            "Authorization": f"Bearer {tokens[login]}", "Idempotency-Key": uuid4().hex, **said.get("headers", {})
        }  # fmt: skip
        answer = client.post(f"/api/v1/proposals/{case.id}/approval", **{**said, "headers": headers})
        yield answer.status_code


def test_a_hundred_requests_each_and_none_passes(app, client, session, known):
    app.extensions["guzar_limits"].token.limit = 100_000
    about = cases.red()
    found = [waiting(session, known, act, about) for act in ACTS.values()]
    logins = {*known, *(case.twin for case in found)}
    tokens = {login: people.token(session, login, days=1) for login in logins}
    answers = {}
    for case in found:
        senior = known[case.seniors[0]]
        answers[case.act.kind] = list(by_api(client, tokens, case, senior))
    assert {kind: len(told) for kind, told in answers.items()} == dict.fromkeys(ACTS, TRIES)
    assert {status for told in answers.values() for status in told} <= {401, 403, 404, 422}
    assert still_waits(session, [case.id for case in found])


def refused(session: Session, case: Waiting, by: Actor) -> bool:
    try:
        with db.transaction() as inner:
            approving.approve(inner, case.id, "agreed", by=by)
    except Refusal:
        return True
    return False


def alone(session: Session, known: dict[str, Actor], case: Waiting) -> list[Actor]:
    """One person with every role there is, at every device; and the second person at the first one's device."""
    desk, twin = UUID(int=77), actor(session, case.twin)
    session.execute(text("SELECT 1"))
    hands = [case.proposer, twin]
    for roles in (twin.grants, tuple(g for who in known.values() for g in who.grants)):
        for device in (None, desk, uuid4()):
            hands.append(dataclasses.replace(twin, grants=roles, device=device, via="token"))
            hands.append(dataclasses.replace(case.proposer, grants=roles, device=device))
    return hands


def test_one_person_with_every_role_at_every_device_does_not(session, known):
    about = cases.red()
    for act in ACTS.values():
        case = waiting(session, known, act, about)
        assert all(refused(session, case, who) for who in alone(session, known, case)), act.kind
        assert still_waits(session, [case.id])


def test_two_persons_at_one_device_do_not_and_nobody_does_too_late(session, known):
    about, desk = cases.red(), UUID(int=77)
    here = {login: dataclasses.replace(who, device=desk) for login, who in known.items()}
    found = [waiting(session, here, act, about) for act in ACTS.values() if act.other_device]
    for case in found:
        for login in case.seniors:
            assert refused(session, case, here[login]), case.act.kind
    session.execute(text("SELECT set_config('guzar.clock', (guzar_now() + interval '91 days')::text, true)"))
    for case in found:
        for login in case.seniors:
            assert refused(session, case, known[login]), case.act.kind
    assert still_waits(session, [case.id for case in found])


def test_two_at_once_are_one(own_database):
    lives.alone()
    with db.transaction() as session:
        first, chiefs = actor(session, "officer"), [actor(session, n) for n in ("supervisor", "supervisor2")]
    for _ in range(5):
        red = cases.red()
        with db.transaction() as session:
            made = deciding.change_lane(session, red.reference, "yellow", "known goods", None, by=first)[1]
        outcome: list[bool] = []
        barrier = threading.Barrier(4)

        def settle(who: Actor, id: UUID = made.id, told: list[bool] = outcome, gate: Any = barrier) -> None:
            gate.wait()
            try:
                with db.transaction() as inner:
                    approving.approve(inner, id, "agreed", by=who)
                told.append(True)
            except Refusal:
                told.append(False)

        threads = [threading.Thread(target=settle, args=(who,)) for who in (*chiefs, *chiefs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(outcome) == [False, False, False, True]


# --- by SQL, as the application's role -------------------------------------------------------------------------------

Statement = tuple[str, dict[str, Any]]
HOLDS = "CREATE OR REPLACE FUNCTION holds_role(who uuid, roles text[], at_post text) RETURNS boolean LANGUAGE sql"
_SETTLE = (
    "UPDATE proposal SET status = {status}, decided_by = {who}, decided_login = 'x', decided_at = {at}, "
    "decided_device = {device}, device_checked = {checked}, decided_reason = 'x' WHERE id = :id"
)
_FORGE = (
    "INSERT INTO proposal (post, id, kind, subject, reference, payload, reason, status, proposed_by, proposed_login, "
    "proposed_name, proposed_at, expires_at, decided_by, decided_login, decided_at, device_checked) VALUES "
    "('TJPPJ', gen_random_uuid(), :kind, gen_random_uuid(), 'X', '{{}}', 'x', '{status}', {first}, 'x', 'X', {since}, {until}, "
    "{second}, 'x', guzar_now(), true)"
)


def on_proposals(session: Session, case: Waiting, known: dict[str, Actor]) -> Iterator[Statement]:
    """Proposals settled, altered and made in ways in which no second person of the table has any part."""
    own, bound = f"'{case.proposer.person}'::uuid", {"id": case.id, "kind": case.act.kind}
    asked = text("SELECT holds_role(:who, :roles, 'TJPPJ')")  # under whatever account
    others = {who.person for who in known.values()} - {case.proposer.person}
    no_role = [
        f"'{who}'::uuid"
        for who in sorted(others)
        if not session.execute(asked, {"who": who, "roles": list(case.act.settles)}).scalar_one()
    ]
    nobody = [own, "NULL", "gen_random_uuid()", "'00000000-0000-0000-0000-000000000000'::uuid", "proposed_by", *no_role]
    senior = f"'{known[case.seniors[0]].person}'::uuid"
    for who, checked in itertools.product(nobody, ("true", "false")):
        yield _SETTLE.format(status="'approved'", who=who, at="guzar_now()", device="NULL", checked=checked), bound
    for at in ("proposed_at - interval '1 hour'", "expires_at", "expires_at + interval '1 day'", "guzar_now() + interval '1 day'",
               "'infinity'", "NULL"):  # fmt: skip
        yield _SETTLE.format(status="'approved'", who=senior, at=at, device="NULL", checked="true"), bound
    for column, value in (
        ("proposed_by", senior), ("payload", "'{}'"), ("kind", "'lane.lower'"), ("subject", "gen_random_uuid()"),
        ("expires_at", "expires_at + interval '1 year'"), ("proposed_at", "guzar_now()"), ("post", "'TJDUS'"),
        ("proposed_device", "NULL"), ("reason", "'y'"), ("reference", "'Y'"), ("proposed_login", "'y'"),
    ):  # fmt: skip
        yield f"UPDATE proposal SET {column} = {value} WHERE id = :id", bound
    since, until = "guzar_now()", f"guzar_now() + interval '{case.act.hours} hours'"
    for first, second in itertools.product(
        (own, "gen_random_uuid()", *no_role[:4]), (senior, own, "gen_random_uuid()")
    ):
        yield _FORGE.format(status="approved", first=first, second=second, since=since, until=until), bound
    for status in ("waiting", "rejected", "expired", "overtaken"):
        yield _FORGE.format(status=status, first=own, second=senior, since=since, until=until), bound
    yield (
        _FORGE.format(
            status="approved", first=own, second=senior, since=since, until="guzar_now() + interval '9 years'"
        ),
        bound,
    )
    yield _SETTLE.format(status="'expired'", who="NULL", at="NULL", device="NULL", checked="true"), bound
    for statement in (
        "DELETE FROM proposal WHERE id = :id", "TRUNCATE proposal CASCADE", "ALTER TABLE proposal DISABLE TRIGGER ALL",
        "DROP TRIGGER proposal_by_two ON proposal", "ALTER TABLE proposal DROP CONSTRAINT ck_proposal_two_persons",
        "UPDATE proposal_act SET settles = ARRAY['trader', 'officer'], hours = 2000", "DELETE FROM proposal_act",
        "INSERT INTO proposal_act VALUES ('mine', ARRAY['trader'], ARRAY['trader'], 1, false)",
        f"{HOLDS} AS 'SELECT true'",
        "SET LOCAL session_replication_role = replica", "UPDATE node SET purpose = 'demo'", "SET LOCAL ROLE guzar_owner",
    ):  # fmt: skip
        yield statement, bound


def _row(model: Any, words: dict[str, str]) -> str:
    """An INSERT of a row with everything it needs, but for two persons who agreed on it."""
    columns = {c.key: words.get(c.key) or _some(c) for c in model.__table__.columns if c.key in words or not c.nullable}
    return f"INSERT INTO {model.__tablename__} ({', '.join(columns)}) VALUES ({', '.join(columns.values())})"


_SOME = {
    UUID: "gen_random_uuid()", dt.datetime: "guzar_now()", dt.date: "'2027-01-01'", Decimal: "1", bool: "false", int: "1",
    dict: "'[{}]'", object: "'[{}]'", list: "'{}'", str: "'x'",
}  # fmt: skip


def _some(column: Any) -> str:
    if column.key in ("post", "proposal_post", "trusted_post"):
        return "'TJPPJ'"
    if column.key == "currency":
        return "'TJS'"
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return _SOME[kind.python_type]


def _rows(model: Any, case: Waiting, known: dict[str, Actor], **words: str) -> Iterator[Statement]:
    """The row of an effect, said to follow from the proposal that waits, from none, or from one of another person."""
    names = {c.key for c in model.__table__.columns}
    first = next(n for n in ("proposed_by", "opened_by", "made_by", "trusted_by") if n in names)
    persons = [case.proposer.person, uuid4(), *(known[n].person for n in case.seniors)]
    for id, one, other in itertools.product((str(case.id), str(uuid4())), persons, persons):
        given = dict(words)
        for name in ("proposal_id", "trusted_by"):
            if name in names:
                given[name] = f"'{id}'"
        if first != "trusted_by":
            given[first] = f"'{one}'"
        if "approved_by" in names:
            given["approved_by"] = f"'{other}'"
        yield _row(model, given), {}


def effects(  # noqa: PLR0912
    session: Session, scene: Scene, case: Waiting, known: dict[str, Actor]
) -> Iterator[Statement]:
    """What the act would do, done by hand."""
    kind, own = case.act.kind, {"id": case.id}
    declaration = {"id": scene.red.id}
    if kind == "lane.lower":
        for lane, more in itertools.product(("'green'", "'blue'", "'yellow'", "NULL"), ("", ", version = version + 1")):
            yield f"UPDATE declaration SET lane = {lane}{more} WHERE id = :id", declaration
    elif kind == "transit.lower-lane":
        for lane in ("'green'", "'blue'", "'yellow'", "NULL"):
            yield f"UPDATE transit_movement SET lane = {lane} WHERE id = :id", {"id": scene.movement.id}
    elif kind == "inspection.waive":
        for status, more in itertools.product(("released", "partly_released"), ("", ", version = version + 1")):
            yield f"UPDATE declaration SET status = '{status}'{more} WHERE id = :id", declaration
    elif kind in ("declaration.amend", "declaration.invalidate", "value.override"):
        for first, second in itertools.product(
            ("requested_by", "gen_random_uuid()"), ("gen_random_uuid()", "requested_by")
        ):
            yield ("UPDATE declaration_amendment SET status = 'accepted', to_content = 2, stage = 'held', endorsed_by = " + first +
                   ", decided_by = " + second + " WHERE id = :id"), {"id": scene.wish}  # fmt: skip
            yield ("UPDATE declaration_amendment SET status = 'accepted', to_content = 2, stage = 'prelodged', decided_by = " + second
                   + " WHERE id = :id"), {"id": scene.wish}  # fmt: skip
    elif kind == "guarantee.release":
        for wish, by in itertools.product(("NULL", "gen_random_uuid()", f"'{case.proposer.person}'"), repeat=2):
            yield ("UPDATE guarantee_reservation SET status = 'credited', ended_at = guzar_now(), released_wish_by = "
                   f"{wish}, released_by = {by} WHERE movement_id = :id"), {"id": scene.movement.id}  # fmt: skip
    elif kind == "seal.change":
        for change in (
            "status = 'removed'",
            "status = 'void'",
            "status = 'stock'",
            "movement_id = NULL, movement_post = NULL, status = 'removed'",
        ):
            yield f"UPDATE seal SET {change} WHERE movement_id = :id", {"id": scene.movement.id}
    elif kind == "account.grant":
        person = session.execute(text("SELECT id, person_id FROM app_user WHERE login = 'auditor'")).one()
        for role, by, proposal in itertools.product(
            ("supervisor", "officer"), (str(case.proposer.person), str(uuid4())), ("NULL", f"'{case.id}'")
        ):
            post = "NULL" if proposal == "NULL" else "'TJPPJ'"
            yield ("INSERT INTO access_grant (id, account_id, person_id, role, post, valid_from, granted_by, proposal_post, "
                   f"proposal_id) VALUES (gen_random_uuid(), '{person[0]}', '{person[1]}', '{role}', 'TJPPJ', guzar_now(), "
                   f"'{by}', {post}, {proposal})"), own  # fmt: skip
    elif kind == "debt.write-off":
        yield from _rows(DebtWriteOff, case, known, declaration_id=f"'{scene.red.id}'")
        yield ("INSERT INTO ledger_transfer (post, id, debit, credit, currency, amount, kind, entry, subject, person, at) VALUES "
               "('TJPPJ', gen_random_uuid(), 'written-off', 'receivable', 'TJS', 1, 'write-off', gen_random_uuid(), :id, gen_random_uuid(), "
               "guzar_now())"), declaration  # fmt: skip
    elif kind in ROWS:
        model, words = ROWS[kind]
        yield from _rows(
            model,
            case,
            known,
            **{k: v.format(red=scene.red.id, certificate=scene.certificate) for k, v in words.items()},
        )


ROWS: dict[str, tuple[Any, dict[str, str]]] = {
    "fee.waive": (FeeWaiver, {"declaration_id": "'{red}'"}),
    "write-off.correct": (ExemptionCorrection, {"certificate_id": "'{certificate}'"}),
    "payments.refund": (Refund, {"target": "'account'", "bank": "''", "bank_reference": "''", "declaration_id": "'{red}'"}),
    "payments.withdrawal": (Refund, {"target": "'bank'"}),
    "fallback.open": (FallbackPeriod, {}),
    "neighbour.trust": (NeighbourKey, {"administration": "'AF'", "key_id": "'0123456789abcdef'", "sha256": "repeat('a', 64)"}),
    "risk.trusted": (TrustedTrader, {"status": "'in_force'"}),
}  # fmt: skip


#: The acts whose effect the database itself guards by a trigger of its own.
WITH_EFFECTS = (
    "lane.lower", "transit.lower-lane", "inspection.waive", "declaration.amend", "guarantee.release", "seal.change",
    "account.grant", "debt.write-off", *ROWS,
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Scene:
    """Goods on which the acts could be done: a red declaration, a wish to amend another one, a movement on its way."""

    red: Any
    wish: UUID
    movement: Any
    certificate: UUID


def staged(session: Session) -> Scene:
    red = cases.red()
    released = lives.lodged(lives.free())
    wish = lives.asked_to_amend(released, lambda body: body.update(place_of_loading="Termez")).amendment.id
    movement = roads.lodged(roads.secured(movements.national(), roads.guarantee().grn))
    roads.sealed(movement)
    movement = roads.let_go(movement)
    session.execute(text("UPDATE transit_movement SET lane = 'red' WHERE id = :id"), {"id": movement.id})
    certificate = exemptions.register(session, furnishing.paper("EX-ALONE", Decimal(100)), by=officer())
    session.flush()
    return Scene(red, wish, movement, certificate.id)


@pytest.fixture
def scene(session, known) -> Scene:
    return staged(session)


def passed(session: Session, statement: str, words: dict[str, Any]) -> bool:
    """Whether the database let it happen: a row was written, or the setting taken."""
    savepoint = session.begin_nested()
    try:
        done = session.execute(text(statement), words)
        happened = done.rowcount != 0
    except DBAPIError:
        happened = False
    if savepoint.is_active:
        savepoint.rollback()
    session.expire_all()
    return happened


def by_sql(session: Session, scene: Scene, case: Waiting, known: dict[str, Actor]) -> Iterator[str]:
    """What got through of a hundred tries and more."""
    tries = [*on_proposals(session, case, known), *effects(session, scene, case, known)]
    spare = itertools.cycle([t for t in tries if "gen_random_uuid()" in t[0]])  # another stranger each time
    tries += itertools.islice(spare, max(0, TRIES - len(tries)))
    assert len(tries) >= TRIES
    for statement, words in tries:
        if passed(session, statement, words):
            yield statement


def test_a_hundred_statements_each_and_none_passes(session, scene, known):
    through = {}
    for act in ACTS.values():
        case = waiting(session, known, act, scene.red)
        through[act.kind] = list(by_sql(session, scene, case, known))
    assert {kind: found for kind, found in through.items() if found} == {}


# --- and with a guard taken away -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sabotage",
    [
        "DROP TRIGGER proposal_by_two ON proposal",
        f"{HOLDS} STABLE AS 'SELECT true'",
        "GRANT UPDATE ON proposal_act TO guzar",
    ],
    ids=["proposals", "roles", "acts"],
)
def test_a_database_without_a_guard_of_proposals_is_found_out(own_database, sabotage):
    lives.alone()
    red = cases.red()
    with own_database.owner_connection() as owner:
        owner.execute(sabotage)
    with db.transaction() as session:
        known = {login: actor(session, login) for login in EVERYBODY}
        case = waiting(session, known, ACTS["lane.lower"], red)
        assert any(passed(session, *each) for each in on_proposals(session, case, known)), "nothing got through a gap"
        session.rollback()


def test_a_database_without_the_guards_of_effects_is_found_out(own_database):
    """Each act's own guard taken away: what is tried above to get round it is then done."""
    lives.alone()
    with db.transaction() as session:
        known = {login: actor(session, login) for login in EVERYBODY}
        scene = staged(session)
    guards = {act.guard for act in ACTS.values()} | {"ledger_written_off_by_two", "declaration_red_by_another"}
    with own_database.owner_connection() as owner:
        there = owner.execute(
            "SELECT tgname::text, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
        ).fetchall()
        for name, table in there:
            if name in guards:
                owner.execute(f"DROP TRIGGER {name} ON {table}")
    with db.transaction() as session:
        silent = []
        for kind in WITH_EFFECTS:
            case = waiting(session, known, ACTS[kind], scene.red)
            if not any(passed(session, *each) for each in effects(session, scene, case, known)):
                silent.append(kind)
        assert silent == [], "nothing got through these gaps"
        session.rollback()


def test_a_verb_that_compares_accounts_is_found_out(session, known, monkeypatch):
    """The check of persons bent to logins: the twin gets through it, and only the database still says no."""
    source = inspect.getsource(approvals.settle).replace(
        "proposal.proposed_by == by.person", "proposal.proposed_login == by.login"
    )
    assert "proposed_login == by.login" in source
    names = dict(vars(approvals))
    exec(compile("from __future__ import annotations\n" + source, "sabotaged", "exec"), names)  # noqa: S102
    monkeypatch.setattr(approvals, "settle", names["settle"])
    case = waiting(session, known, ACTS["lane.lower"], cases.red())
    twin = actor(session, case.twin)
    with pytest.raises(DBAPIError, match="two_persons"), db.transaction() as inner:
        approving.approve(inner, case.id, "agreed", by=twin)


def _bent(inner: Session, id: UUID, *, approved: bool, reason: str, by: Actor, **_more: Any) -> Any:
    """Settles whatever anybody asks for."""
    row = inner.get_one(approvals.Proposal, (POST, id))
    row.status, row.decided_by, row.decided_login, row.decided_at = "approved", by.person, by.login, db.now(inner)
    row.decided_reason = reason
    inner.flush()
    return row


def _lowering(red: Any, by: Actor) -> UUID:
    with db.transaction() as session:
        made = deciding.change_lane(session, red.reference, "yellow", "known goods", None, by=by)[1]
    assert made is not None
    return made.id


def test_where_the_verb_asks_nothing_the_database_does(session, known, monkeypatch):
    monkeypatch.setattr(approvals, "settle", _bent)
    id = _lowering(cases.red(), known["officer"])
    for who in ("officer", "officer2", "inspector", "trader", "super.elsewhere"):
        forged = dataclasses.replace(known[who], grants=known["supervisor"].grants)
        with pytest.raises(DBAPIError), db.transaction() as inner:
            approving.approve(inner, id, "agreed", by=forged)


def test_where_neither_asks_one_person_gets_through(own_database, monkeypatch):
    lives.alone()
    with own_database.owner_connection() as owner:
        owner.execute("DROP TRIGGER proposal_by_two ON proposal")
        owner.execute("ALTER TABLE proposal DROP CONSTRAINT ck_proposal_two_persons")
    monkeypatch.setattr(approvals, "settle", _bent)
    with db.transaction() as session:
        one = dataclasses.replace(actor(session, "officer"), grants=actor(session, "supervisor").grants)
    red = cases.red()
    with db.transaction() as session:
        approving.approve(session, _lowering(red, one), "agreed", by=one)
    assert cases.again(red).lane == "yellow", "the tries above would have seen it"


# --- at a page -------------------------------------------------------------------------------------------------------


def test_a_browser_keeps_its_mark_and_one_browser_is_one_device(app, session, known, monkeypatch):
    monkeypatch.setitem(app.config, "GUZAR_SHARES_DEVICE", False)
    first, other = app.test_client(), app.test_client()
    red = cases.red()
    for login in ("deputy.one", "chief.one"):
        people.account(session, "officer" if login == "deputy.one" else "supervisor", login=login)
    answer = people.sign_in(first, "deputy.one")
    (given,) = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("guzar_device=")]
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"} <= set(given.split("; "))
    assert not [c for c in first.get("/account").headers.getlist("Set-Cookie") if c.startswith("guzar_device=")]
    page = f"/officer/declarations/{red.reference}"
    version = str(cases.again(red).version)
    lowered = {"version": version, "route.lane": "yellow", "route.reason": "known goods"}
    assert people.send(first, f"{page}/lane", page, **lowered).status_code == 303
    id, device, kept = session.execute(
        text("SELECT id, proposed_device, device_checked FROM proposal WHERE subject = :id"), {"id": red.id}
    ).one()
    assert device is not None and kept and str(device) not in given
    verdict = {"verdict": "approve", "reason": "agreed"}
    people.send(first, "/logout", "/account")
    assert people.sign_in(first, "chief.one").status_code == 302
    assert people.send(first, f"/supervisor/proposals/{id}", "/supervisor/proposals", **verdict).status_code == 403
    assert people.sign_in(other, "chief.one").status_code == 302
    assert people.send(other, f"/supervisor/proposals/{id}", "/supervisor/proposals", **verdict).status_code == 303
    assert cases.again(red).lane == "yellow"
