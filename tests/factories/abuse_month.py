"""Four weeks of a post, with what honest people do and what others do: by the verbs where they let it pass, by SQL past every
guard where they do not. The clock is moved; nothing of it waits."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.accounts import sign_ins
from app.accounts.commands import CloseAccount
from app.accounts.models import Person, User
from app.accounts.operations import close_account
from app.core import clock, db, journal
from app.core.actors import SYSTEM, Actor
from app.core.ids import uuid7
from app.core.rows import insert_rows
from app.declarations import schemas
from app.declarations.commands import ConfirmExit, Decide, Invalidate, LodgeDeclaration, RequestAmendment, SettleRequest
from app.declarations.models import Declaration
from app.duty.models import Shift
from app.fallback import operations as fallback
from app.fallback.commands import OpenFallback
from app.flows import (
    amending,
    approving,
    checkpointing,
    deciding,
    dues,
    guarding,
    inspecting,
    leaving,
    lodging,
    paying,
    permits,
    waiving,
)
from app.flows.waiving import Because
from app.inspections.commands import AddFinding, Conclude
from app.oversight.commands import CountTrucks
from app.oversight.operations import counting, looking
from app.payments import operations as payments
from app.payments.commands import Pay, Receipt, SetStandingOrder
from app.parties.commands import RegisterParty
from app.parties.operations import register
from app.registers import integrity
from app.seals import operations as seals
from app.seals.commands import ReceiveSeals
from tests.factories import accounts, lives, permitting
from tests.factories.actors import PARTY, POST, inspector, officer, person, supervisor, trader
from tests.factories.money import deposited

if TYPE_CHECKING:
    from tests.conftest import Database

ZONE = ZoneInfo("Asia/Dushanbe")
MONDAY = dt.date(2026, 11, 16)
WEEKS = 4
#: Who is on the roster, by day, from eight to eight.
ON_DUTY = ("officer1", "officer2", "officer3", "officer4", "inspector", "supervisor", "supervisor2", "supervisor3")
DECIDING = ("officer1", "officer2", "officer3", "officer4")
FAVOURED = "TJ-510099999"


@dataclass
class Month:
    """`seeded` names what must be found: rule, and what the case's reference or subject holds. `clean` are the references of
    honest consignments."""

    database: Database
    folder: Path
    seeded: dict[str, set[str]] = field(default_factory=dict)
    clean: set[str] = field(default_factory=set)
    exits: dict[dt.date, int] = field(default_factory=dict)
    turn: Iterator[str] = field(default_factory=lambda: itertools.cycle(DECIDING))

    def expect(self, rule: str, about: object) -> None:
        self.seeded.setdefault(rule, set()).add(str(about))


@contextmanager
def at(moment: dt.datetime) -> Iterator[Session]:
    """A deed at a moment."""
    with db.transaction() as session:
        clock.set_clock(session, moment)
        yield session


def on(day: int, hour: int = 9, minute: int = 0, second: int = 0) -> dt.datetime:
    """A time by the post's clock; days are counted from the first Monday."""
    date = MONDAY + dt.timedelta(days=day)
    return dt.datetime.combine(date, dt.time(hour, minute, second), ZONE)


def build(database: Database, folder: Path) -> Month:
    """The month in a database of its own."""
    month = Month(database, folder)
    with _set_to(database, on(-3)):
        lives.alone()
        _firms()
        _roster()
    for day in range(7 * WEEKS):
        if day % 7 < 5:
            _honest_day(month, day)
    _bent_lanes(month)
    _bent_times(month)
    _bent_pairs(month)
    _bent_money(month)
    _bent_accounts(month)
    _behind_the_back(month)
    _counts(month)
    return month


def _firms() -> None:
    with db.transaction() as session:
        register(session, RegisterParty(FAVOURED, "ҶДММ «Дӯст»", "Душанбе", "TJ"), by=SYSTEM)
    deposited("9000000.00", FAVOURED, post=POST, standing_order=True)
    with db.transaction() as session:
        payments.set_standing_order(session, SetStandingOrder(POST, PARTY, True), by=trader())


def _roster() -> None:
    """Planned a week before; written by hand, as two hundred plans would take their time."""
    rows: list[dict[str, Any]] = []
    for day, login in itertools.product(range(-1, 7 * WEEKS), ON_DUTY):
        rows.append(
            {
                "post": POST, "id": uuid7(), "person": person(login), "name": login, "agency": "customs",
                "starts_at": on(day, 8), "ends_at": on(day, 20), "place": "", "lane": "", "set_by": person("supervisor"),
                "set_name": "Supervisor", "set_at": on(-7), "replaces": None, "ended_at": None, "ended_by": None,
                "ended_name": None, "ended_reason": None, "ended_how": None,
            }
        )  # fmt: skip
    with db.transaction() as session:
        session.add_all(Person(id=person(login), name=login.title()) for login in ON_DUTY)
        session.flush()
        insert_rows(session, {Shift: rows})
        kind = next(kind for kind in integrity.KINDS if kind.name == "duty_shift")
        for row in session.execute(text(kind.rows)).all():
            journal.record(
                session, by=supervisor(), event="duty.planned", kind=kind.journaled, subject=row.subject, post=POST,
                after=row.state,
            )  # fmt: skip


def lodged(moment: dt.datetime, lane: str = "green", party: str = PARTY) -> Declaration:
    body = lives.due()
    if party != PARTY:
        for who in ("consignee", "declarant"):
            body[who] = {**body[who], "id": party, "name": "ҶДММ «Дӯст»"}
    words = body if lane == "green" else lives.lane(lane, body)
    with at(moment) as session:
        return lodging.lodge(session, LodgeDeclaration(schemas.read(words)), by=trader(party)).declaration


def decided(declaration: Declaration, moment: dt.datetime, by: Actor) -> None:
    with at(moment) as session:
        deciding.decide(session, Decide(declaration.reference, "release", "the papers agree"), by=by)


def inspected(declaration: Declaration, begun: dt.datetime, ended: dt.datetime, by: Actor | None = None) -> None:
    who = by or inspector()
    with at(begun) as session:
        inspecting.add_finding(session, declaration.reference, AddFinding("40", True, "as declared"), None, by=who)
    with at(ended) as session:
        inspecting.conclude(session, declaration.reference, Conclude("conform", "fine"), None, by=who)


def gone(month: Month, declaration: Declaration, moment: dt.datetime, by: Actor, **more: Any) -> None:
    plate = lives.body_of(declaration)["transport"]["vehicle"]["plate"]
    with at(moment) as session:
        leaving.confirm_exit(session, ConfirmExit(declaration.reference, plate, **more), by=by)
    day = moment.astimezone(ZONE).date()
    month.exits[day] = month.exits.get(day, 0) + 1


def permitted(declaration: Declaration, moment: dt.datetime) -> str:
    with at(moment) as session:
        return permits.issue(session, declaration.reference, (), permitting.keys(), by=supervisor()).permit.number


# --- What honest people do --------------------------------------------------------------------------------------------


def _honest_day(month: Month, day: int) -> None:
    """A green one, one or two yellow ones and a red consignment; now and then a truck leaves."""
    green = lodged(on(day, 9))
    yellow = [lodged(on(day, 9, 10 + n), "yellow") for n in range(1 + day % 2)]
    red = lodged(on(day, 9, 20), "red")
    for n, declaration in enumerate(yellow):
        decided(declaration, on(day, 10, (day * 7 + n * 13) % 50), officer(login=next(month.turn)))
    inspected(red, on(day, 11), on(day, 11, 30 + day % 20))
    decided(red, on(day, 13, day % 30), officer(login=next(month.turn)))
    if day % 7 in (0, 3):
        permitted(green, on(day, 14))
        gone(month, green, on(day, 15), officer(login=next(month.turn)))
    with at(on(day, 16)) as session:
        for login in DECIDING:
            looking.looked(session, "declaration", green.reference, by=officer(login=login))
    month.clean |= {d.reference for d in (green, *yellow, red)}


# --- What others do ---------------------------------------------------------------------------------------------------


def _lowered(declaration: Declaration, moment: dt.datetime, seconds: int, proposer: str, approver: str) -> None:
    with at(moment) as session:
        proposal = deciding.change_lane(
            session, declaration.reference, "green", "a known firm", None, by=officer(login=proposer)
        )[1]
    assert proposal is not None
    with at(moment + dt.timedelta(seconds=seconds)) as session:
        approving.approve(session, proposal.id, "yes", by=supervisor(login=approver))


def _bent_lanes(month: Month) -> None:
    lowered, hasty, waived = (lodged(on(1, 12, n), "red") for n in range(3))
    _lowered(lowered, on(1, 12, 30), 900, "officer1", "supervisor")
    month.expect("lane-lowered", lowered.reference)
    _lowered(hasty, on(2, 12, 30), 4, "officer1", "supervisor2")
    month.expect("hasty-approval", hasty.reference)
    with at(on(3, 12)) as session:
        why = Because("relief", "An order from above")
        proposal = waiving.propose_inspection(session, waived.reference, why, by=officer(login="officer3"))[1]
    with at(on(3, 12, 30)) as session:
        approving.approve(session, proposal.id, "yes", by=supervisor(login="supervisor2"))
    month.expect("waived", waived.reference)
    cancelled = lodged(on(8, 12), "red")
    inspected(cancelled, on(8, 12, 20), on(8, 12, 50))
    with at(on(8, 13, 30)) as session:
        asked = amending.invalidate(session, Invalidate(cancelled.reference, "the buyer changed his mind"), by=trader())
    with at(on(8, 14)) as session:
        command = SettleRequest(cancelled.reference, asked.amendment.id, "", None)
        amending.accept(session, command, by=officer(login="officer2"))
    month.expect("cancelled-after-exam", cancelled.reference)


def _bent_times(month: Month) -> None:
    night = lodged(on(9, 18), "yellow")
    decided(night, on(9, 23, 40), officer(login="officer4"))
    month.expect("off-shift", person("officer4"))
    unknown = lodged(on(10, 9), "yellow")
    decided(unknown, on(10, 10), officer(login="officer9"))
    month.expect("off-shift", person("officer9"))
    quick = lodged(on(23, 9), "red")
    inspected(quick, on(23, 10), on(23, 10, 0, 20))
    decided(quick, on(23, 13), officer(login="officer1"))
    month.expect("fast-inspection", quick.reference)
    soon = lodged(on(24, 9), "yellow")
    decided(soon, on(24, 9, 0, 12), officer(login="officer2"))
    month.expect("fast-decision", soon.reference)
    with at(on(11, 12)) as session:
        checkpointing.make(session, permitting.keys(), month.folder, by=SYSTEM)
    lodged(on(11, 12, 1))
    with at(on(11, 16)) as session:
        made = checkpointing.make(session, permitting.keys(), month.folder, by=SYSTEM)
    month.expect("unwitnessed", next(mark.number for mark in made if mark.post == POST))


def _bent_pairs(month: Month) -> None:
    for day in range(14, 19):
        _lowered(lodged(on(day, 12), "yellow"), on(day, 12, 30), 600, "officer2", "supervisor3")
    month.expect("same-pair", f"{person('officer2')} {person('supervisor3')}")
    for day in (3, 5, 10, 12, 14, 16, 17):
        declaration = lodged(on(day, 17), "yellow", FAVOURED)
        decided(declaration, on(day, 17, 40), officer(login="officer3"))
    month.expect("officer-trader", FAVOURED)
    opened = sorted(month.clean)[:60]
    with at(on(4, 19)) as session:
        for reference in opened:
            looking.looked(session, "declaration", reference, by=officer(login="officer4"))
    month.expect("look-ups", person("officer4"))


def _bent_money(month: Month) -> None:
    again = lodged(on(15, 9), "yellow")
    with at(on(15, 10)) as session:
        dues.anew(session, again.reference, "asked by the boss", None, by=officer(login="officer1"))
    month.expect("value-overridden", again.reference)
    amended = lodged(on(16, 9))
    body = lives.body_of(amended)
    body["transport"]["driver"] = {**body["transport"]["driver"], "name": "Somebody else"}
    with at(on(16, 11)) as session:
        asked = amending.request(session, RequestAmendment(amended.reference, body, "another driver"), by=trader())
    with at(on(16, 12)) as session:
        command = SettleRequest(amended.reference, asked.amendment.id, "", None)
        amending.endorse(session, command, by=officer(login="officer1"))
    _approved_about(asked.amendment.id, on(16, 13))
    month.expect("amended-after-release", amended.reference)
    left = lodged(on(17, 9))
    gone(month, left, on(17, 18), supervisor(), without_permit="he had driven off already")
    month.expect("exit-unchecked", left.reference)
    again_and_again = lodged(on(18, 9))
    number = permitted(again_and_again, on(18, 10))
    for hour in (11, 12):
        with at(on(18, hour)) as session:
            permits.print_copy(session, number, (), "lost", permitting.keys(), by=supervisor())
    month.expect("reprinted", number)
    with at(on(19, 9)) as session:
        seals.receive(session, ReceiveSeals(POST, "Mega", "H", ("AB1", "AB2")), by=supervisor())
    with at(on(19, 10)) as session:
        seals.void(session, POST, ("AB2",), "fell into the river", by=supervisor())
    month.expect("seal-changed", "AB2")
    with at(on(20, 9)) as session:
        opening = fallback.propose_open(session, OpenFallback(POST, 10, "no power"), by=officer(login="officer3"))
    with at(on(20, 9, 20)) as session:
        approving.approve(session, opening.id, "yes", by=supervisor(login="supervisor2"))
    month.expect("fallback", "FALLBACK")


def _approved_about(subject: UUID, moment: dt.datetime) -> None:
    with db.reading() as session:
        found = text("SELECT id FROM proposal WHERE subject = :subject AND status = 'waiting'")
        proposal = session.execute(found, {"subject": subject}).scalar_one()
    with at(moment) as session:
        approving.approve(session, proposal, "yes", by=supervisor(login="supervisor2"))


def _bent_accounts(month: Month) -> None:
    with _set_to(month.database, on(-3)), db.transaction() as session:
        left = accounts.account(session, "officer", login="left.officer")
        locked = accounts.account(session, "officer", login="locked.officer")
        both = [accounts.account(session, "officer", login=f"desk{n}.officer") for n in range(2)]
    with at(on(1, 8)) as session:
        close_account(session, CloseAccount("left.officer", "retired"), by=SYSTEM)
    with at(on(2, 3)) as session:
        sign_ins.record_failed(
            session, session.get_one(User, left.id), what="password", address="203.0.113.9", by=SYSTEM
        )
    month.expect("ended-account", "left.officer")
    for minute in range(5):
        with at(on(5, 2, minute)) as session:
            sign_ins.record_failed(
                session, session.get_one(User, locked.id), what="password", address="203.0.113.9", by=SYSTEM
            )
    month.expect("locked-account", "locked.officer")
    device = UUID("0d0d0d0d-0000-4000-8000-000000000001")
    for hour, user in enumerate(both):
        who = Actor(user.person_id, user.login, user.login, officer().grants, device=device)
        with at(on(6, 9 + hour)) as session:
            sign_ins.open_sign_in(
                session, session.get_one(User, user.id), second_factor=False, address="192.0.2.7", by=who
            )
    month.expect("shared-device", device)


def _behind_the_back(month: Month) -> None:
    """By hand in the database, past every guard."""
    unseen, alone, number = (lodged(on(21, 9, n), "red") for n in range(3))
    for declaration in (unseen, alone, number):
        inspected(declaration, on(21, 10), on(21, 10, 40))
        decided(declaration, on(21, 13), officer(login="officer2"))
    with _set_to(month.database, on(22, 9)):
        guarding.watch_all(by=SYSTEM)
        _altered(
            month.database,
            f"DELETE FROM inspection WHERE declaration_id = '{unseen.id}'",
            f"UPDATE inspection SET concluded_by = '{person('officer2')}' WHERE declaration_id = '{alone.id}'",
            f"UPDATE declaration_item SET net_kg = 1 WHERE declaration_id = '{number.id}'",
            f"UPDATE number_series SET last = last + 1 WHERE post = '{POST}' AND series = 'X'",
        )
    with _set_to(month.database, on(22, 9, 6)):
        guarding.watch(600.0, by=SYSTEM)
    month.expect("red-unseen", unseen.reference)
    month.expect("alone", alone.reference)
    month.expect("tampering", f"declaration_item {number.id}")
    month.expect("number-missing", "X 2026")
    backdated = lodged(on(22, 9), "yellow")
    with at(on(22, 15)) as session:
        paid = paying.record_receipt(
            session,
            backdated.reference,
            Pay(Decimal("10.00"), "TJS", Receipt("Amonatbonk", "OLD-1", MONDAY)),
            by=officer(login="officer1"),
        )
    month.expect("backdated", paid[0].reference)


@contextmanager
def _set_to(database: Database, moment: dt.datetime) -> Iterator[None]:
    """The node's own clock, for the tasks that it does by itself."""
    with database.owner_connection() as connection:
        connection.execute("UPDATE node SET clock_offset = %s - clock_timestamp()", [moment])
        try:
            yield
        finally:
            connection.execute("UPDATE node SET clock_offset = interval '0'")


def _altered(database: Database, *statements: str) -> None:
    engine = create_engine(database.superuser_url)
    with Session(engine) as session:
        session.execute(text("SET session_replication_role = replica"))
        for statement in statements:
            assert getattr(session.execute(text(statement)), "rowcount") > 0, statement  # noqa: B009
        session.commit()
    engine.dispose()


def _counts(month: Month) -> None:
    """The gate is counted every day but one; on another, more trucks were seen than left by the papers."""
    uncounted, more = on(14).date(), on(17).date()
    for day in range(7 * WEEKS):
        date = on(day).date()
        if date == uncounted:
            continue
        trucks = month.exits.get(date, 0) + (2 if date == more else 0)
        with at(on(day, 20, 30) - dt.timedelta(hours=1)) as session:
            counting.count_trucks(session, CountTrucks(POST, date, "out", "guard", trucks), date, by=inspector())
    month.expect("gate-uncounted", uncounted)
    month.expect("gate-difference", more)
