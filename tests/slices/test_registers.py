"""The register of declarations: what each filter finds, who sees what, and pages that miss and repeat nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, select, update

from app.core import db
from app.core.actors import SYSTEM, Grant
from app.core.errors import Forbidden, Invalid
from app.declarations.commands import SaveDraft
from app.declarations.models import Amendment, Declaration, DeclarationContent
from app.declarations.operations import save_draft
from app.registers import declarations as register
from app.registers.declarations import Filters
from app.risk.operations import set_random_share
from tests.factories import declarations
from tests.factories.agreements import agreed
from tests.factories.actors import OTHER_PARTY, auditor, inspector, officer, other_trader, person, trader

OTHER_POST = "TJISH"


@pytest.fixture(autouse=True)
def no_chance(session):
    with db.transaction() as s:
        set_random_share(s, "*", "0", "yellow", by=SYSTEM)


def lodge(body=None, by=None):
    with db.transaction() as s:
        return declarations.lodged(s, body, by=by).declaration


def bodied(*, plate=None, containers=None, **changes):
    body = declarations.words(**changes)
    if plate:
        body["transport"]["vehicle"]["plate"] = plate
    if containers is not None:
        body["transport"]["containers"] = containers
    return body


def ids(by, limit=200, **filters):
    """What a list finds, newest first."""
    with db.reading(search=True) as s:
        return [line.id for line in register.page(s, Filters(**filters), by=by, limit=limit).lines]


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(q="KBL00"),
        Filters(plate="KBL00"),
        Filters(commodity="62"),
        Filters(container="MSKU1234565", lane="red"),
    ],
    ids=["all", "box", "plate", "commodity", "container and lane"],
)
def test_a_page_is_one_query(session, statements, filters):
    for _ in range(3):
        lodge()
    statements.clear()
    with db.reading(search=True) as s:
        register.page(s, filters, by=officer())
    assert len(statements) == 1, statements


def walked(by, limit, **filters):
    pages, after = [], None
    while True:
        with db.reading(search=True) as s:
            page = register.page(s, Filters(**filters), by=by, limit=limit, after=after)
        pages.append([line.id for line in page.lines])
        after = page.next
        if after is None:
            return pages


@pytest.mark.parametrize("limit", [1, 3, 7, 8])
def test_pages_follow_each_other_without_gap_or_repetition(session, limit):
    made = [lodge(bodied(plate="WALK0077")).id for _ in range(7)]
    pages = walked(officer(), limit, plate="WALK0077")
    assert [i for page in pages for i in page] == made[::-1]
    assert all(len(page) == limit for page in pages[:-1])


def test_a_declaration_lodged_while_somebody_pages_moves_no_page(session):
    made = [lodge(bodied(plate="WALK0088")).id for _ in range(4)]
    with db.reading() as s:
        first = register.page(s, Filters(plate="WALK0088"), by=officer(), limit=2)
    lodge(bodied(plate="WALK0088"))
    with db.reading() as s:
        second = register.page(s, Filters(plate="WALK0088"), by=officer(), limit=2, after=first.next)
    assert [line.id for line in [*first.lines, *second.lines]] == made[::-1]


@pytest.mark.parametrize("after", ["x", "--", "0" * 31, "é" * 32])
def test_a_made_up_page_key_is_refused(session, after):
    with db.reading() as s, pytest.raises(Invalid) as refused:
        register.page(s, Filters(), by=officer(), after=after)
    assert refused.value.findings[0].pointer == "/after"


def test_a_trader_sees_his_own_and_no_lane(session):
    own = lodge(declarations.red())
    other = lodge(declarations.words(party=OTHER_PARTY), by=other_trader())
    assert own.id in ids(trader()) and other.id not in ids(trader())
    assert other.id in ids(other_trader()) and own.id not in ids(other_trader())
    with db.reading() as s:
        assert {line.lane for line in register.page(s, Filters(), by=trader()).lines} == {None}
        assert register.page(s, Filters(q=own.mrn), by=officer()).lines[0].lane == "red"


@pytest.mark.parametrize("find", ["mrn", "reference"])
def test_what_is_another_firms_is_not_found_by_any_name(session, find):
    own = lodge(bodied(plate="HIDE0001", containers=["TCLU0000072"]))
    assert ids(trader(), q=getattr(own, find)) == [own.id]
    for asked in ({"q": getattr(own, find)}, {"q": "HIDE0001"}, {"plate": "HIDE0001"}, {"container": "TCLU0000072"}):
        assert ids(other_trader(), **asked) == []


def test_officials_see_their_posts_only(session):
    here, there = lodge(), lodge(bodied(post=OTHER_POST, plate="THERE001"))
    assert here.id in ids(officer()) and here.id in ids(inspector())
    assert there.id not in ids(officer()) and there.id not in ids(inspector())
    assert ids(officer(OTHER_POST)) == [there.id]
    assert ids(officer(OTHER_POST), q=here.mrn) == [] == ids(officer(), q=there.mrn)
    assert ids(officer(), post=OTHER_POST) == [] == ids(officer(), plate="THERE001")
    both = replace(officer(), grants=(Grant("officer", here.post), Grant("inspector", OTHER_POST)))
    for by in (both, auditor()):
        assert ids(by)[:2] == [there.id, here.id]
        assert ids(by, post=OTHER_POST) == [there.id]


def test_a_draft_is_its_firms_alone(session):
    words = declarations.words(local_reference="DRAFT-77")
    with db.transaction() as s:
        draft = save_draft(s, SaveDraft(words["post"], words), by=trader())
    assert draft.id in ids(trader()) and ids(trader(), status="draft") == [draft.id]
    assert draft.id not in ids(officer()) and draft.id not in ids(auditor()) and draft.id not in ids(other_trader())
    assert ids(officer(), q=draft.reference) == []
    with db.reading() as s:
        line = register.page(s, Filters(status="draft"), by=trader()).lines[0]
    assert (line.local_reference, line.plate, line.mrn) == ("DRAFT-77", words["transport"]["vehicle"]["plate"], None)


def test_traders_may_not_ask_for_a_lane(session):
    with db.reading() as s, pytest.raises(Forbidden):
        register.page(s, Filters(lane="red"), by=trader())


def test_an_official_elsewhere_does_not_learn_the_lane_of_his_own_goods(session):
    own = lodge(declarations.red())
    both = replace(trader(), grants=(*trader().grants, Grant("officer", OTHER_POST)))
    assert own.id in ids(both)
    assert ids(both, lane="red") == [] and ids(both, lane="green") == []
    assert own.id in ids(replace(both, grants=(*trader().grants, Grant("officer", own.post))), lane="red")


def test_each_filter_finds_what_it_should(session):
    clean, looked_at = lodge(), lodge(declarations.red())
    other = lodge(declarations.words(party=OTHER_PARTY), by=other_trader())
    found = {
        "released": ids(officer(), status="released"),
        "open": ids(officer(), open_only=True),
        "red": ids(officer(), lane="red"),
        "firm": ids(officer(), declarant=OTHER_PARTY),
        "post": ids(officer(), post=clean.post),
        "acetic": ids(officer(), commodity="291524"),
        "chapter": ids(officer(), commodity="29"),
        "trousers": ids(officer(), commodity="6203"),
    }
    assert {clean.id, other.id} <= set(found["released"]) and looked_at.id not in found["released"]
    assert looked_at.id in found["open"] and clean.id not in found["open"]
    assert looked_at.id in found["red"] and clean.id not in found["red"]
    assert other.id in found["firm"] and clean.id not in found["firm"]
    assert {clean.id, looked_at.id, other.id} <= set(found["post"])
    assert (
        looked_at.id in found["acetic"] and looked_at.id in found["chapter"] and looked_at.id not in found["trousers"]
    )
    assert clean.id in found["trousers"] and clean.id not in found["chapter"]


def test_a_commodity_of_nine_is_not_that_of_ninety(session):
    declared = lodge(declarations.words(items=2))
    assert declared.id in ids(officer(), commodity="620342")
    for longer in ("6203421", "620343", "62034200", "7"):
        if len(longer) >= 2:
            assert declared.id not in ids(officer(), commodity=longer)


@pytest.mark.parametrize("text", ["6", "1234567890123", "62a", "62 ", "٦٢", "%2"])
def test_a_commodity_that_is_none_is_refused(session, text):
    with db.reading() as s, pytest.raises(Invalid) as refused:
        register.page(s, Filters(commodity=text), by=officer())
    assert refused.value.findings[0].rule == "filter.commodity"


def test_an_unknown_status_is_refused(session):
    with db.reading() as s, pytest.raises(Invalid):
        register.page(s, Filters(status="asleep"), by=officer())


def test_since_counts_from_the_moment_itself(session):
    declared = lodge()
    with db.reading() as s:
        at = s.execute(select(Declaration.lodged_at).where(Declaration.id == declared.id)).scalar_one()
    assert declared.id in ids(officer(), since=at)
    assert declared.id not in ids(officer(), since=at + dt.timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("asked", "finds"),
    [("ZQX12345", True), ("zqx 12345", True), ("X123", True), ("ZQX", False), ("ZQX12346", False), ("2345", True)],
)
def test_a_plate_or_a_piece_of_it(session, asked, finds):
    declared = lodge(bodied(plate="ZQX12345"))
    assert (declared.id in ids(officer(), plate=asked)) is finds
    if finds:
        assert declared.id in ids(officer(), q=asked)


def _signed(declared):
    """The amendment that two officials have agreed to: without one, the database lets nobody change what was let go."""
    signed = {f"{step}_{what}": value for step in ("requested", "endorsed", "decided")
              for what, value in (("by", person(step)), ("login", step), ("name", step), ("at", declared.changed_at))}  # fmt: skip
    return {
        "post": declared.post, "id": uuid4(), "declaration_id": declared.id, "kind": "amend", "stage": "let_go",
        "status": "accepted", "body": {}, "sha256": "0" * 64, "reason": "a slip", "from_content": 1, "to_content": 2,
        "requested_role": "trader", **signed,
    }  # fmt: skip


def amend(declared, **changed):
    """Puts a second content in force, the same but for these columns and without items."""
    with db.transaction() as s:
        row = s.execute(
            select(DeclarationContent.__table__).where(DeclarationContent.declaration_id == declared.id)
        ).one()
        s.execute(insert(DeclarationContent).values(**{**row._mapping, "content": 2, **changed}))
        signed = _signed(declared)
        agreed(s, "declaration.amend", declared.post, signed["id"], declared.reference)
        s.execute(insert(Amendment).values(**signed))
        s.execute(update(Declaration).where(Declaration.id == declared.id).values(content=2))


@pytest.mark.parametrize("pattern", ["ZQX1____", "ZQX%", "%%%%", "____", "ZQX1\\___", "\\\\\\\\"])
def test_signs_of_a_pattern_are_only_signs(session, pattern):
    declared = lodge(bodied(plate="ZQX12345"))
    assert declared.id not in ids(officer(), plate=pattern)
    assert declared.id not in ids(officer(), q=pattern)
    amend(declared, plate="A%B_C\\D")
    assert ids(officer(), plate="A%B_C\\D") == [declared.id] == ids(officer(), q="%B_C\\")


def test_the_box_takes_whatever_is_scanned(session):
    declared = lodge(bodied(plate="BOX44455", containers=["MSKU1234565", "TCLU0000072"], local_reference="Ref 9/ب"))
    lodge(bodied(plate="BOX44466", containers=[]))
    asked = [
        declared.mrn,
        declared.reference,
        declared.reference.lower(),
        "Ref 9/ب",
        " BOX44455 ",
        "x444 55",
        "TCLU0000072",
        "tclu0000072",
    ]
    assert [ids(officer(), q=text) for text in asked] == [[declared.id]] * len(asked)
    assert ids(officer(), q="REF 9/ب") == []
    assert ids(officer(), container="tclu0000072") == [declared.id]


def test_a_content_no_longer_in_force_leads_nowhere(session):
    declared = lodge(bodied(plate="OLD00001", containers=["TCLU0000072"], local_reference="OLD-1"))
    amend(declared, plate="NEW00002", containers=[], local_reference="NEW-2")
    for asked in ({"q": "NEW-2"}, {"q": "NEW00002"}, {"plate": "NEW00002"}):
        assert ids(officer(), **asked) == [declared.id]
    assert declared.id in ids(officer(), q=declared.mrn)
    for asked in (
        {"q": "OLD-1"},
        {"q": "OLD00001"},
        {"plate": "OLD00001"},
        {"container": "TCLU0000072"},
        {"commodity": "6203"},
    ):
        assert declared.id not in ids(officer(), **asked)


def test_the_lines_say_what_was_declared(session):
    declared = lodge(bodied(plate="LINE0001"))
    with db.reading() as s:
        (line,) = register.page(s, Filters(plate="LINE0001"), by=officer()).lines
        count = s.execute(select(func.count()).where(DeclarationContent.declaration_id == declared.id)).scalar_one()
    assert (line.reference, line.mrn, line.status, line.lane) == (declared.reference, declared.mrn, "released", "green")
    assert (line.plate, line.item_count, line.consignee, line.declarant, count) == (
        "LINE0001",
        1,
        "ҶДММ «Сомон»",
        declared.party,
        1,
    )
