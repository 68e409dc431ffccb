"""Goods are held for a term, seized with a record of every piece, handed over, and ended by an act; what one inspects, another
decides."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core import db, journal
from app.core.errors import ChangedMeanwhile, Forbidden, Invalid, NotFound, WrongState
from app.declarations.commands import PartlyRelease
from app.flows import leaving, offending, offering, remedies, terms
from app.inspections.commands import Conclude
from app.flows import inspecting
from app.offences import queries
from app.registers import integrity
from app.offences.commands import Detain, EndGoods, Extend, HandOver, Involved, Member, Piece, Seize, Vehicle
from tests.factories import cases, declarations, scans
from tests.factories.actors import auditor, inspector, officer, supervisor, trader
from tests.factories.roads import at as at_office
from tests.factories import roads

OPIUM = Piece(
    "narcotics",
    "Opium in resin, brown",
    Decimal("4250.5"),
    "GRM",
    1,
    6,
    "taped bundles",
    "under the bed",
    Decimal(9000),
    "TJS",
)
DOLLARS = Piece("cash", "Notes of 100", Decimal(12400), "USD")
HIDDEN = Piece("persons", "Two minors without papers", Decimal(2), "IE", hidden="behind the load")
DRIVER = Involved("Karim Rahimov", "driver", "AF P 1234567", "AF", "Knew nothing of it", signs=False, remark="refuses")
RECORD = Seize("Found by the dog behind the panel", "behind the rear panel", (OPIUM, DOLLARS, HIDDEN), persons=(DRIVER,), vehicle=Vehicle("KBL 4821"))  # fmt: skip
BURNT = EndGoods(
    "destruction", "unfit", manner="burnt", place="kiln", commission=(Member("A. Karimov"), Member("B. Saidov")), witness="C. Nazarov"
)  # fmt: skip


@pytest.fixture(autouse=True)
def no_chance(session):
    """No stops by chance; and at the end the rows say what the journal says."""
    cases.no_chance()
    yield
    session.rollback()
    assert integrity.compare(session)[1] == []


def seized(case, command=RECORD, *, by=None):
    with db.transaction() as session:
        return offending.seize(session, case.reference, command, None, by=by or inspector())[1]


def detained(case, command=None, *, by=None):
    with db.transaction() as session:
        wanted = command or Detain("the papers are doubtful")
        return offending.detain(session, case.reference, wanted, None, by=by or officer())[1]


def subject(case):
    with db.reading() as session:
        return offending.seen(session, case.reference, by=supervisor())[1]


def rules_of(refused):
    return {finding.rule for finding in refused.value.findings}


# --- who inspects does not decide -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("decision", ["release", "seize"])
def test_who_inspected_red_goods_decides_nothing_about_them(decision):
    case = cases.inspected(cases.red(), by=officer())
    with pytest.raises(Forbidden, match="inspected these goods yourself"):
        cases.decided(case, decision, by=officer())
    assert cases.decided(case, decision, by=supervisor()).status != "under_control"


def test_who_inspected_may_hold_and_no_more():
    case = cases.inspected(cases.red(), by=officer())
    held = cases.decided(case, "hold", by=officer())
    assert held.status == "detained"
    for act in (
        lambda s: leaving.reject(s, case.reference, "x", None, by=officer()),
        lambda s: leaving.partly_release(s, PartlyRelease(case.reference, (1,), "x"), by=officer()),
    ):
        with pytest.raises(Forbidden), db.transaction() as session:
            act(session)


@pytest.mark.parametrize("decision", ["seize", "destroy", "partly-release"])
def test_the_database_refuses_it_too(session, decision):
    case = cases.inspected(cases.red(), by=officer())
    row = text(
        "INSERT INTO declaration_decision (post, id, declaration_id, decision, reason, note, person, login, name, at) "
        "VALUES (:post, gen_random_uuid(), :id, :decision, 'x', '', :person, 'o', 'O', now())"
    )
    with pytest.raises(DBAPIError, match="another person"):
        session.execute(row, {"post": case.post, "id": case.id, "decision": decision, "person": officer().person})
    session.rollback()


def test_what_is_offered_names_the_recommendation_and_why_not():
    case = cases.red()
    with db.transaction() as session:
        inspecting.add_finding(session, case.reference, cases.SEEN, None, by=officer())
    with db.transaction() as session:
        inspecting.conclude(session, case.reference, Conclude("offence", "opium", "seize"), None, by=officer())
    with db.reading() as session:
        record = cases.again(case)
        mine, others = (offering.offered(session, record, by=who) for who in (officer(), supervisor()))
    assert (mine.recommended.decision, mine.recommended.name) == ("seize", "Officer")
    assert [c.decision for c in mine.choices if c.allowed] == ["amend", "query", "hold"]
    assert "inspected these goods yourself" in str(mine.choice("seize").why_not)
    assert others.choice("seize").allowed and "Officer" in str(others.choice("seize").because)
    assert not others.choice("destroy").allowed, "only what is held, seized or refused is destroyed"


def test_what_is_offered_before_anybody_has_looked():
    with db.reading() as session:
        told = offering.offered(session, cases.again(cases.red()), by=officer())
    assert told.recommended is None and not told.choice("release").allowed
    assert [f.rule for f in told.choice("release").stands_against] == ["release.red-needs-inspection"]


# --- detention ------------------------------------------------------------------------------------------------------------


def test_every_hold_has_a_term_and_a_release_ends_it():
    case = cases.decided(cases.yellow(), "hold")
    with db.reading() as session:
        row = queries.running(session, subject(case))
        assert (row.number[:9], row.basis, row.status) == ("TJPPJ-DT-", "TJ-hold", "running")
        assert row.term - row.at == dt.timedelta(days=10)
    cases.decided(case)
    with db.reading() as session:
        ended = queries.detentions(session, subject(case))
    assert [(d.status, d.ended_how, d.ended_name) for d in ended] == [("ended", "release", "Officer")]


def test_a_term_is_made_longer_once_by_a_senior_second_person():
    case = cases.yellow()
    with db.reading() as session:
        at = db.now(session)
    row = detained(case, Detain("doubtful", "TJ-hold", at + dt.timedelta(days=3), "shed 2", (1,)), by=supervisor())
    longer = Extend(row.until + dt.timedelta(days=5), "laboratory")

    def extend(by, command=longer):
        with db.transaction() as session:
            return offending.extend(session, case.reference, command, None, by=by)[1]

    with pytest.raises(Forbidden, match="began this detention"):
        extend(supervisor())
    with pytest.raises(Forbidden):
        extend(officer())
    with pytest.raises(Invalid) as refused:
        extend(supervisor(login="second"), replace(longer, until=row.until + dt.timedelta(days=21)))
    assert rules_of(refused) == {"detention.longer"}
    assert extend(supervisor(login="second")).term == longer.until
    with pytest.raises(WrongState, match="longer already"):
        extend(supervisor(login="supervisor2"), replace(longer, until=row.until + dt.timedelta(days=9)))


@pytest.mark.parametrize("days", [-1, 11])
def test_a_term_is_ahead_and_not_beyond_the_law(days):
    case = cases.yellow()
    with db.reading() as session:
        until = db.now(session) + dt.timedelta(days=days)
    with pytest.raises(Invalid) as refused:
        detained(case, Detain("x", until=until))
    assert rules_of(refused) == {"detention.term"}
    assert cases.again(case).status == "selected", "nothing is held by half"


def test_terms_that_run_out_are_listed_for_the_post_alone():
    near, far = cases.yellow(), cases.yellow()
    with db.reading() as session:
        at = db.now(session)
    detained(near, Detain("x", until=at + dt.timedelta(days=2)))
    detained(far, Detain("x", until=at + dt.timedelta(days=9)))
    with db.reading() as session:
        assert [d.reference for d in terms.running_out(session, by=officer())] == [near.reference]
        assert terms.running_out(session, by=officer("TJDUS")) == []
        with pytest.raises(Forbidden):
            terms.running_out(session, by=trader())


# --- seizure --------------------------------------------------------------------------------------------------------------


def test_a_seizure_record_says_it_all_under_its_own_number():
    case = cases.inspected(cases.red())
    row = seized(case)
    with db.reading() as session:
        pieces, persons = queries.pieces(session, [row])[row.id], queries.persons(session, [row])[row.id]
        entries = journal.history(session, case.post, "seizure", str(row.id))
    assert row.number.startswith("TJPPJ-SZ-") and row.basis == "TJ-seize"
    assert [(p.serial, p.kind, p.quantity, p.unit) for p in pieces] == [
        (1, "narcotics", Decimal("4250.500"), "GRM"), (2, "cash", Decimal("12400.000"), "USD"), (3, "persons", Decimal("2.000"), "IE")
    ]  # fmt: skip
    assert [(p.full_name, p.signs, p.remark) for p in persons] == [("Karim Rahimov", False, "refuses")]
    assert [e.event for e in entries] == ["seizure.recorded"] and len(entries[0].after["taken"]) == 3
    assert cases.again(case).status == "under_control", "what becomes of the declaration is decided beside it"


@pytest.mark.parametrize(
    ("piece", "rule"),
    [
        (replace(OPIUM, unit="MTR"), "seizure.unit"),
        (replace(DOLLARS, unit="KGM"), "seizure.unit"),
        (replace(HIDDEN, quantity=Decimal("1.5")), "seizure.persons"),
        (replace(HIDDEN, value=Decimal(100), currency="TJS"), "seizure.persons"),
        (replace(OPIUM, kind="sweets"), "seizure.kind"),
        (replace(OPIUM, item=7), "seizure.item"),
        (replace(OPIUM, currency="ZZZ"), "seizure.currency"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_kind_has_its_units_and_persons_are_no_goods(piece, rule):
    with pytest.raises(Invalid) as refused:
        seized(cases.red(), replace(RECORD, pieces=(OPIUM, piece)))
    assert rules_of(refused) == {rule}
    assert all(finding.pointer.startswith("/pieces/1/") for finding in refused.value.findings)


def test_a_piece_is_corrected_by_another_revision_and_nothing_is_edited(session):
    case = cases.red()
    row = seized(case)
    with db.transaction() as tx:
        offending.correct(
            tx, case.reference, row.id, 1, replace(OPIUM, quantity=Decimal(4199)), "weighed again", by=inspector()
        )
    with db.reading() as reading:
        standing = queries.pieces(reading, [row])[row.id]
        everything = queries.pieces(reading, [row], all_revisions=True)[row.id]
    assert (standing[0].serial, standing[0].revision, standing[0].quantity) == (1, 2, Decimal("4199.000"))
    assert len(standing) == 3 and len(everything) == 4
    for statement in ("UPDATE seizure_piece SET quantity = 1", "DELETE FROM seizure", "UPDATE seizure SET hidden = ''"):
        with pytest.raises(DBAPIError, match="append-only|permission denied"):
            session.execute(text(statement))
        session.rollback()


def test_pieces_go_from_hand_to_hand_and_two_persons_say_so(session):
    case = cases.red()
    row = seized(case)
    hand = HandOver("Drug Control Agency", "DCA-77", "Drug Control Agency", (1,))

    def act(by, verb, *said):
        with db.transaction() as tx:
            return verb(tx, case.reference, row.id, *said, by=by)[1]

    link = act(inspector(), offending.hand_over, hand)
    assert (link.number, link.from_holder, link.to_holder) == (1, "TJPPJ", "Drug Control Agency")
    with pytest.raises(WrongState, match="not confirmed"):
        act(inspector(), offending.hand_over, hand)
    with pytest.raises(Forbidden, match="Another person"):
        act(inspector(), offending.confirm, 1)
    assert act(officer(), offending.confirm, 1).received_name == "Officer"
    with pytest.raises(WrongState):
        act(supervisor(), offending.confirm, 1)
    assert (
        act(officer(), offending.hand_over, replace(hand, to_holder="Laboratory")).from_holder == "Drug Control Agency"
    )
    assert act(inspector(), offending.hand_over, replace(hand, serials=(2,))).from_holder == "TJPPJ"
    with pytest.raises(DBAPIError, match="two_persons"):
        session.execute(
            text(
                "UPDATE seizure_move SET received_by = handed_by, received_at = handed_at, received_name = 'x' WHERE number = 2"
            )
        )
    session.rollback()


def test_photos_are_kept_once_and_shown_to_officials_alone():
    case = cases.red()
    row = seized(case)
    picture = scans.picture("JPEG")
    for _time in range(2):
        with db.transaction() as session:
            photo = offending.add_photo(session, case.reference, row.id, "a.jpg", picture, 1, "bundle", by=inspector())[
                1
            ]
    with db.reading() as session:
        assert [p.id for p in queries.photos(session, [row])[row.id]] == [photo.id]
        opened = offending.opened_photo(session, case.reference, row.id, photo.id, by=auditor())
        assert opened.sha256 == photo.sha256 and opened.content[:2] == b"\xff\xd8"
        with pytest.raises(Forbidden):
            offending.opened_photo(session, case.reference, row.id, photo.id, by=trader())


def test_who_may_not_seize_and_what_is_gone():
    case = cases.red()
    for who in (trader(), auditor()):
        with pytest.raises(Forbidden):
            seized(case, by=who)
    with pytest.raises(NotFound):
        seized(case, by=inspector("TJDUS"))
    with pytest.raises(WrongState, match="not here"):
        seized(cases.decided(cases.yellow(), "return"))
    with pytest.raises(ChangedMeanwhile), db.transaction() as session:
        offending.seize(session, cases.inspected(case).reference, RECORD, 1, by=inspector())


def test_a_movement_is_held_and_seized_from_at_the_office_that_has_it():
    movement = roads.arrived(roads.released())
    there = at_office(roads.THERE)
    row = seized(movement, replace(RECORD, pieces=(replace(OPIUM, item=None),)), by=there)
    held = detained(movement, Detain("seals broken"), by=there)
    assert (row.post, row.movement_post, row.movement_id) == (roads.THERE, movement.post, movement.id)
    assert row.number.startswith(f"{roads.THERE}-SZ-") and held.number.startswith(f"{roads.THERE}-DT-")
    with db.reading() as session:
        told = offending.seen(session, movement.reference, by=there)[1]
        assert queries.seizures(session, told)[0].id == row.id and queries.running(session, told).id == held.id


# --- ends -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"commission": (Member("A. Karimov"),)}, "destruction.commission"),
        ({"commission": (Member("A. Karimov"), Member("a. karimov "))}, "destruction.commission"),
        ({"witness": "B. Saidov"}, "destruction.witness"),
        ({"manner": " "}, "destruction.manner"),
    ],
    ids=str,
)
def test_goods_are_destroyed_before_a_commission_and_a_witness(change, rule):
    case = cases.decided(cases.yellow(), "hold")
    with pytest.raises(Invalid) as refused, db.transaction() as session:
        offending.end_goods(session, case.reference, replace(BURNT, **change), None, by=supervisor())
    assert rules_of(refused) == {rule}
    assert cases.again(case).status == "detained"


@pytest.mark.parametrize(
    ("command", "by", "state", "series"),
    [
        (BURNT, supervisor(), "destroyed", "DS"),
        (EndGoods("refusal", "no licence"), officer(), "refused", "NR"),
        (EndGoods("return", "no licence", vehicle="KBL 1"), officer(), "returned", "RT"),
    ],
    ids=["destruction", "refusal", "return"],
)
def test_an_end_decides_and_draws_its_act_up(command, by, state, series):
    case = cases.decided(cases.yellow(), "hold")
    with db.transaction() as session:
        record, act = offending.end_goods(session, case.reference, command, None, by=by)
    assert record.status == state and act.number.startswith(f"TJPPJ-{series}-")
    with db.reading() as session:
        assert queries.running(session, subject(case)) is None, "what was decided ends the term"


# --- what the firm is told ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("decision", "word"), [("hold", "papers"), ("seize", "seizure record"), ("refuse", "back")])
def test_a_firm_is_told_reason_remedy_and_way_of_appeal(decision, word):
    case = cases.decided(cases.yellow(), decision)
    with db.reading() as session:
        told = remedies.standing(session, cases.again(case))
    assert (told.decision, told.reason) == (decision, "the papers agree") and word in str(told.remedy)
    assert told.appeal.until - told.at == dt.timedelta(days=30)
    assert "Tajikistan" in told.appeal.body["en"] and set(told.appeal.body) >= {"tg", "ru", "fa_AF", "ps"}


def test_nothing_is_told_where_nothing_is_against_it():
    with db.reading() as session:
        assert remedies.standing(session, cases.released()) is None
        assert remedies.standing(session, cases.lodged(declarations.red())) is None
