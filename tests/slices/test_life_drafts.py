"""Drafts: copied, begun from templates, warned of and thrown away."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.cli.worker import Rounds
from app.core import db
from app.core.actors import SYSTEM, Actor, Grant
from app.core.errors import Forbidden, Invalid, NotFound, WrongState
from app.declarations import operations, queries
from app.declarations.commands import SaveDraft, SaveTemplate
from app.flows import expiring, lodging
from app.registers import integrity
from tests.factories import lives
from tests.factories.actors import OTHER_PARTY, PARTY, POST, officer, other_trader, person, supervisor, trader


@pytest.fixture(autouse=True)
def bound(session):
    lives.alone()
    yield
    assert integrity.compare(session)[1] == []


def draft(body=None, *, reference=None, by=None):
    with db.transaction() as session:
        command = SaveDraft(POST, body or lives.free(), reference=reference)
        return operations.save_draft(session, command, by=by or trader())


def written(declaration):
    with db.reading() as session:
        return queries.draft(session, declaration).body


def copied(declaration, *, by=None):
    with db.transaction() as session:
        return operations.copy(session, declaration.reference, by=by or trader())


# Copies --------------------------------------------------------------------------------------------------------------


def test_a_copy_is_a_draft_with_the_same_words():
    body = lives.free(2)
    original = lives.lodged(body)
    copy = copied(original)
    assert (copy.status, copy.mrn, copy.party) == ("draft", None, PARTY) and copy.reference != original.reference
    words = written(copy)
    assert "local_reference" not in words, "the next declaration has a reference of its own"
    for name in ("post", "declaration_type", "consignor", "transport", "delivery_terms"):
        assert words[name] == body[name]
    assert [i["commodity"] for i in words["items"]] == ["620342", "620342"]
    with db.transaction() as session:
        operations.save_draft(
            session, SaveDraft(POST, {**words, "local_reference": "NEXT-1"}, reference=copy.reference), by=trader()
        )
        lodged = lodging.submit(session, copy.reference, None, by=trader())
    assert lodged.declaration.status == "released"


def test_a_copy_of_what_is_not_finished_and_of_what_is_over():
    assert written(copied(draft({"post": POST, "local_reference": "X", "invoice": {"total": "?"}}))) == {
        "post": POST,
        "invoice": {"total": "?"},
    }
    gone = lives.lodged(lives.free())
    lives.gone(gone)
    assert copied(gone).status == "draft"


def test_who_copies():
    original = lives.lodged(lives.free())
    with pytest.raises(NotFound):
        copied(original, by=other_trader())
    for official in (officer(), supervisor()):
        with pytest.raises(Forbidden):
            copied(original, by=official)


# Templates -----------------------------------------------------------------------------------------------------------


def template(name="Trousers", body=None, *, by=None, party=None):
    with db.transaction() as session:
        command = SaveTemplate(POST, name, body or lives.free(), party)
        return operations.save_template(session, command, by=by or trader())


def test_a_template_begins_drafts():
    body = lives.free()
    kept = template(" Trousers  ", body)
    assert (kept.name, kept.party) == ("Trousers", PARTY) and "local_reference" not in kept.body
    with db.transaction() as session:
        begun = operations.draft_from_template(session, kept.id, by=trader(login="colleague"))
    assert begun.status == "draft" and begun.party == PARTY
    assert written(begun)["invoice"] == body["invoice"]


def test_templates_are_listed_renamed_and_deleted():
    first, second = template("B"), template("A")
    with db.reading() as session:
        assert [t.name for t in queries.templates(session, by=trader())] == ["A", "B"]
        assert queries.templates(session, by=other_trader()) == []
        assert queries.templates(session, by=officer()) == []
    with db.transaction() as session:
        assert operations.rename_template(session, first.id, "C", by=trader()).name == "C"
        operations.delete_template(session, second.id, by=trader())
    with db.reading() as session:
        assert [t.name for t in queries.templates(session, by=trader())] == ["C"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "Taken"])
def test_bad_names(name, session):
    template("Taken")
    other = template("Other")
    with pytest.raises(Invalid) as refused:
        template(name)
    assert [f.pointer for f in refused.value.findings] == ["/name"]
    with pytest.raises(Invalid), db.transaction() as inner:
        operations.rename_template(inner, other.id, name, by=trader())
    with db.transaction() as inner:
        assert operations.rename_template(inner, other.id, "Other", by=trader()).name == "Other"
    with pytest.raises(IntegrityError, match="uq_declaration_template_name"), session.begin_nested():
        session.execute(text("UPDATE declaration_template SET name = 'Taken'"))


def test_a_firm_keeps_so_many(monkeypatch):
    monkeypatch.setattr("app.declarations.operations.templates.MOST_TEMPLATES", 2)
    template("1"), template("2")
    with pytest.raises(Invalid) as refused:
        template("3")
    assert [f.rule for f in refused.value.findings] == ["template.most"]
    assert template("1", {"post": POST}, by=other_trader()).party == OTHER_PARTY


def test_nobody_touches_the_templates_of_others():
    kept = template()
    for deed in (operations.draft_from_template, operations.delete_template):
        for stranger in (other_trader(), officer()):
            with pytest.raises(NotFound), db.transaction() as session:
                deed(session, kept.id, by=stranger)
        with pytest.raises(NotFound), db.transaction() as session:
            deed(session, uuid4(), by=trader())
    with pytest.raises(Forbidden):
        template("Mine", by=officer())
    with pytest.raises(Forbidden):
        template("Theirs", party=OTHER_PARTY)
    with pytest.raises(Invalid):
        template("Large", {"post": POST, "x": "x" * 2_100_000})


# Expiry --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def on_day(monkeypatch):
    began = dt.datetime.now(dt.UTC)

    def run(day: float) -> int:
        monkeypatch.setattr("app.flows.expiring.now", lambda _session: began + dt.timedelta(days=day))
        with db.transaction() as session:
            return expiring.run(session, by=SYSTEM)

    return run


def exists(declaration):
    with db.reading() as session:
        try:
            return queries.find(session, declaration.reference, by=trader()).status == "draft"
        except NotFound:
            return False


def warned_at(declaration):
    with db.reading() as session:
        return queries.draft(session, declaration).warned_at


def test_a_draft_is_warned_of_and_then_thrown_away(on_day):
    """The parameter draft-days is sixty: told a week before, gone a day later than told it may be."""
    old = draft()
    assert on_day(52.9) == 0 and warned_at(old) is None
    assert on_day(53.1) == 1 and warned_at(old) is not None
    assert on_day(53.2) == 0, "told once"
    assert on_day(59.9) == 0 and exists(old)
    assert on_day(60.2) == 1 and not exists(old)
    assert on_day(60.3) == 0


def test_who_writes_on_keeps_it(on_day):
    old = draft()
    on_day(53.1)
    draft({"post": POST, "local_reference": "still here"}, reference=old.reference)
    assert warned_at(old) is None
    with db.transaction() as session:
        session.execute(text("UPDATE declaration SET changed_at = changed_at + interval '50 days'"))
    assert on_day(60.2) == 0 and exists(old)


def test_nothing_goes_untold_even_if_nobody_was_there_to_tell(on_day):
    """After a long standstill a draft is told of first, and goes a week later."""
    old = draft()
    assert on_day(400) == 1 and exists(old)
    assert on_day(406.9) == 0
    assert on_day(407.1) == 1 and not exists(old)


def test_a_batch_at_a_time(on_day, monkeypatch):
    drafts = [draft() for _n in range(3)]
    monkeypatch.setattr("app.flows.expiring.BATCH", 2)
    began = dt.datetime.now(dt.UTC) + dt.timedelta(days=54)
    monkeypatch.setattr("app.flows.expiring.now", lambda _session: began)
    counts = []
    for _round in range(3):
        with db.transaction() as session:
            counts.append(expiring.run(session, by=SYSTEM, most=2))
    assert counts == [2, 1, 0] and all(exists(d) for d in drafts)


def test_what_is_lodged_is_no_draft(on_day):
    old = draft()
    with db.transaction() as session:
        lodging.submit(session, old.reference, None, by=trader())
    assert on_day(4000) == 0
    with pytest.raises(WrongState), db.transaction() as session:
        operations.expire_draft(session, queries.locked(session, old.reference, by=trader()), by=SYSTEM)


def test_only_the_node_does_it(on_day):
    old = draft()
    with db.transaction() as session:
        found = queries.locked(session, old.reference, by=trader())
        kept, at = queries.draft(session, found), db.now(session)
        for somebody in (trader(), supervisor()):
            with pytest.raises(Forbidden):
                operations.expire_draft(session, found, by=somebody)
            with pytest.raises(Forbidden):
                operations.warn_of_expiry(session, found, kept, at, at, by=somebody)


def test_without_the_parameter_nothing_expires(on_day, monkeypatch):
    old = draft()
    monkeypatch.setattr("app.flows.expiring.days", lambda *_asked: None)
    assert on_day(4000) == 0 and exists(old)


def test_a_draft_stays_with_its_firm():
    """Whoever acts for two firms lodges the draft of one for that one; the row of a declaration never changes hands."""
    both = Actor(person("broker"), "broker", "Broker", (Grant("trader", "*", PARTY), Grant("trader", "*", OTHER_PARTY)))
    kept = draft({"post": POST, "declarant": {"id": PARTY}}, by=both)
    body = lives.free()
    body["declarant"] = {**body["declarant"], "id": OTHER_PARTY}
    draft(body, reference=kept.reference, by=both)
    with pytest.raises(Invalid) as refused, db.transaction() as session:
        lodging.submit(session, kept.reference, None, by=both)
    assert [(f.pointer, f.rule) for f in refused.value.findings] == [("/declarant/id", "declarant.fixed")]
    with db.transaction() as session:
        other = operations.save_draft(session, SaveDraft(POST, body, party=OTHER_PARTY), by=both)
        assert lodging.submit(session, other.reference, None, by=both).declaration.party == OTHER_PARTY


def test_the_worker_lets_expire(app, session):
    old = draft()
    session.execute(text("UPDATE declaration SET changed_at = changed_at - interval '100 days'"))
    with app.app_context():
        Rounds().run()
        assert exists(old) and warned_at(old) is not None
        session.execute(text("UPDATE declaration_draft SET warned_at = warned_at - interval '8 days'"))
        session.expire_all()
        Rounds().run()
    assert not exists(old)


# Remarks of a message ------------------------------------------------------------------------------------------------


def test_remarks_of_a_message_stay_until_their_field_is_changed():
    body = lives.free(2)
    said = {"rule": "sad-x", "severity": "error", "msgid": "look at it", "params": {}}
    places = ("/consignee/id", "/items/1/net_kg", "/transport/inland_mode", "/costs/0/amount")
    with db.transaction() as session:
        command = SaveDraft(POST, body, remarks=tuple({"pointer": at, **said} for at in places))
        kept = operations.save_draft(session, command, by=trader())

    def after(**words):
        draft({**written(kept), **words}, reference=kept.reference)
        with db.reading() as session:
            return [one["pointer"] for one in queries.draft(session, kept).remarks]

    assert after(local_reference="NEXT") == list(places), "another section is saved"
    assert after(costs=[]) == list(places), "nothing stood there, and nothing stands there"
    assert after(transport={**body["transport"], "inland_mode": "3"}) == ["/consignee/id", "/items/1/net_kg", places[3]]
    assert after(items=body["items"][:1]) == ["/consignee/id", places[3]], "the item has gone, and its remark with it"
    assert after(consignee={**body["consignee"], "id": "TJ-510067890"}) == [places[3]]
