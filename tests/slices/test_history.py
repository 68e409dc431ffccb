"""What the node remembers: duplicates found in one statement on indexes, prices made by the worker, and what is told."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.cli.worker import refresh_prices
from app.core import db
from app.declarations import prices, schemas
from app.declarations.models import CommodityPrice, Declaration
from app.declarations.rules.history import History, Usual
from app.flows import lodging
from app.reference.codebook import Codebook, Entry
from app.reference.queries import codebook, forget
from app.registers import history
from tests.factories import cases, declarations
from tests.factories.actors import OTHER_PARTY, PARTY, other_trader, person, trader


@pytest.fixture(autouse=True)
def no_chance(request):
    request.getfixturevalue("own_database" if "own_database" in request.fixturenames else "session")
    cases.no_chance()


def lodged(body):
    return cases.lodged(body)


def words(**changes):
    """A declaration that shares nothing with those of other tests."""
    body = declarations.words(**changes)
    body["transport"]["containers"] = []
    return body


def whole(body, **more) -> History:
    with db.reading() as session:
        return history.of(session, schemas.read(body), codebook(session), **more)


def known(body, **more) -> History:
    """What is known of earlier declarations; the firms' names in the register are another test's."""
    return replace(whole(body, **more), names={})


def waiting(**changes):
    """One that an officer has to look at."""
    body = words(**changes)
    body["items"][0].update(commodity="080620", description="Raisins", documents=[])
    return body


def again(body, **changes):
    """Another declaration of the same goods, with its own reference, invoice and containers unless told otherwise."""
    return {**body, "local_reference": body["local_reference"] + "-b", **changes}


def other_invoice(body, number="OTHER-1"):
    return {**body["invoice"], "number": number}


def moved(declaration, status):
    """Puts the declaration into another state, past the verbs."""
    with db.transaction() as session:
        row = session.get(Declaration, (declaration.post, declaration.id))
        row.status = status
        session.flush()


def test_nothing_is_known_of_the_first():
    made = whole(words())
    assert made == History(days=7, names={"TJ-510012345": "ҶДММ «Сомон»"})
    assert (made.low, made.high) == (Decimal("0.5"), Decimal(2))


def test_the_same_plate_consignee_and_mass():
    body = words()
    lodged(body)
    same = again(body, invoice=other_invoice(body))
    assert known(same) == History(consignment=True)
    plate = body["transport"]["vehicle"]["plate"]
    spaced = {**same, "transport": {**same["transport"], "vehicle": {"plate": f"{plate[:3]} {plate[3:]}".lower()}}}
    assert known(spaced).consignment, "plates are compared without spaces"
    heavier = again(same, items=[{**same["items"][0], "gross_kg": "2450.001"}])
    assert not known(heavier).consignment
    elsewhere = {**same, "consignee": {**same["consignee"], "id": OTHER_PARTY}}
    assert not known(elsewhere).consignment
    truck = {**same, "transport": {**same["transport"], "vehicle": {"plate": "ZZZ99999"}}}
    assert not known(truck).consignment


def test_a_party_without_a_number_is_known_by_its_name():
    body = words()
    body["consignor"] = {"name": "شرکت نو", "address": "کندز", "country": "AF"}
    lodged(body)
    assert known(again(body)).invoice
    assert not known({**body, "consignor": {**body["consignor"], "name": "شرکت دیگر"}}).invoice


def test_the_same_invoice_of_the_same_consignor():
    body = words()
    body["invoice"]["number"] = "Inv-2026/ 7"
    lodged(body)
    same = again(body, transport={"border_mode": "3", "vehicle": {"plate": "OTHER1"}})
    assert known(same) == History(invoice=True)
    assert known({**same, "invoice": other_invoice(body, "INV-2026/ 7")}).invoice, "capitals or not"
    assert not known({**same, "invoice": other_invoice(body, "INV-2026/ 8")}).invoice
    assert not known({**same, "consignor": {**body["consignor"], "id": "AF-9000000001"}}).invoice


def test_the_same_container_as_long_as_the_other_is_not_settled():
    body = waiting()
    body["transport"]["containers"] = ["TCLU1234568", "HLXU1234569"]
    declaration = lodged(body)
    other = words()
    other["transport"]["containers"] = ["TCLU1234568", "CMAU1234560"]
    assert known(other) == History(containers=frozenset({"TCLU1234568"}))
    moved(declaration, "released")
    assert known(other) == History(), "a container that has gone may come again"


def test_the_same_reference_of_the_same_declarant():
    body = words()
    lodged(body)
    other = words()
    assert known({**other, "local_reference": body["local_reference"]}) == History(local_reference=True)
    foreign = words(party=OTHER_PARTY)
    assert not known({**foreign, "local_reference": body["local_reference"]}).local_reference


@pytest.mark.parametrize("status", ["invalidated", "rejected", "refused", "returned"])
def test_what_was_taken_back_may_be_declared_again(status):
    body = waiting()
    declaration = lodged(body)
    assert known(body) == History(consignment=True, invoice=True, local_reference=True)
    moved(declaration, status)
    assert known(body) == History()


def test_a_declaration_does_not_meet_itself():
    body = waiting()
    body["transport"]["containers"] = ["TCLU1234568"]
    declaration = lodged(body)
    assert known(body).containers
    assert known(body, apart=declaration.id) == History()


def test_only_the_days_of_the_parameter_count(own_database):
    body = words()
    body["transport"]["containers"] = ["TCLU1234568"]
    declaration = cases.lodged(body)
    with own_database.owner_connection() as owner:
        owner.execute("UPDATE declaration_content SET made_at = made_at - interval '7 days 1 minute'")
        made = known(body)
        assert made == History(invoice=True, local_reference=True), "a year for invoices, always for references"
        owner.execute(
            "UPDATE code SET attributes = '{\"value\": \"8\"}' WHERE list = 'parameter' AND code = 'duplicate-days'"
        )
        owner.execute("UPDATE reference_revision SET mark = gen_random_uuid()")
    forget()
    assert known(body).days == 8 and known(body).consignment
    forget()
    assert known(body, apart=declaration.id) == History(days=8)


@pytest.mark.parametrize("value", ["0", "-1", "x", "1e3", "٧", "99999"])
def test_a_parameter_that_is_no_number_of_days_counts_as_not_set(value):
    since = dt.date(2020, 1, 1)
    entry = Entry("parameter", history.DAYS, since, None, {"en": "days"}, {"value": value}, "test", True)
    with db.reading() as session:
        assert history.of(session, schemas.read(words()), Codebook.of([entry])).days == 7


def test_a_warning_names_nobody(session):
    """The trader of another firm learns that there is a declaration, not whose, which, or what the price was."""
    body = waiting()
    body["transport"]["containers"] = ["TCLU1234568"]
    body["items"][0]["invoice_value"] = "4711.00"
    body["invoice"]["total"] = "4711.00"
    mine = lodged(body)
    theirs = declarations.words(party=OTHER_PARTY)
    theirs["consignee"], theirs["consignor"] = body["consignee"], body["consignor"]
    theirs["transport"] = body["transport"]
    theirs["invoice"]["number"] = body["invoice"]["number"]
    with db.transaction() as s:
        s.add(price("620342", p05="80", median="90", p95="95"))
    made = declarations.lodged(session, theirs, by=other_trader())
    told = {f.rule: str(f.message) for f in made.warnings}
    assert {"duplicate.consignment", "duplicate.invoice", "duplicate.container", "history.price-low"} <= set(told)
    for rule, words_told in told.items():
        if rule.startswith(("duplicate.", "history.")):
            for secret in (mine.reference, mine.mrn, PARTY, "4711", body["local_reference"], "90", "80"):
                assert secret not in words_told.replace(body["invoice"]["number"], ""), words_told


def price(commodity, post="TJPPJ", currency="USD", items=50, p05="2", median="4", p95="6"):
    at = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    return CommodityPrice(
        post=post, currency=currency, commodity=commodity, items=items, p05=Decimal(p05), median=Decimal(median),
        p95=Decimal(p95), p10=Decimal(p05), p90=Decimal(p95), refreshed_at=at,
    )  # fmt: skip


def test_prices_of_the_post_the_currency_and_the_commodities_declared():
    with db.transaction() as session:
        session.add_all(
            [price("620342"), price("620342", post="TJDUS"), price("620342", currency="EUR"), price("080620")]
        )
    body = words(items=2)
    body["items"][1]["commodity"] = "5701100000"
    found = known(body).prices
    assert found == {"620342": Usual(50, Decimal("2.0000"), Decimal("4.0000"), Decimal("6.0000"))}


def test_all_look_ups_are_one_statement(session, statements):
    body = words(items=999)
    for n, item in enumerate(body["items"]):
        item["commodity"] = f"{620000 + n}"
    declared, codes = schemas.read(body), codebook(session)
    db.now(session)
    statements.clear()
    history.of(session, declared, codes)
    assert len(statements) == 1


def test_the_check_of_a_draft_tells_what_lodging_would_warn_of(session):
    body = words()
    lodged(body)
    with db.transaction() as s:
        rules = {f.rule for f in lodging.check(s, body, by=trader())}
    assert {"duplicate.consignment", "duplicate.invoice", "duplicate.local-reference"} <= rules


# Prices


def _filled(database, rows: int, post: str = "TJPPJ", status: str = "released") -> None:
    """Many declarations of one item at once, written past the application: prices 1.00, 2.00 … 100.00 a kilogram."""
    body = words()
    header = json.dumps(schemas.read(body).header, ensure_ascii=False)
    with database.owner_connection() as owner:
        owner.execute(
            "CREATE TEMP TABLE made AS SELECT n, gen_random_uuid() AS id FROM generate_series(1, %s) n", (rows,)
        )
        owner.execute(
            "INSERT INTO declaration (post, id, reference, mrn, party, status, lane, content, version, lodged_at, changed_at) "
            "SELECT %(post)s, id, 'R' || left(id::text, 30), left(md5(id::text), 18), %(party)s, %(status)s, 'green', 1, 1, "
            "guzar_now() - n * interval '1 minute', guzar_now() FROM made",
            {"post": post, "party": PARTY, "status": status},
        )
        owner.execute(
            "INSERT INTO declaration_content (post, declaration_id, content, local_reference, declarant, plate, containers, currency, "
            "invoice_total, gross_kg, item_count, header, sha256, source, unread, made_by, made_at) "
            "SELECT %(post)s, id, 1, 'L' || n, %(party)s, 'P' || n, ARRAY['MSKU' || lpad(n::text, 7, '0')], 'USD', 100, 1000 + n, 1, "
            "%(header)s::jsonb || jsonb_build_object('invoice', jsonb_build_object('number', 'I' || n)), repeat('0', 64), NULL, '[]', "
            "%(by)s, guzar_now() - n * interval '1 minute' FROM made",
            {"post": post, "party": PARTY, "header": header, "by": person("trader")},
        )
        owner.execute(
            "INSERT INTO declaration_item (post, declaration_id, content, number, commodity, description, origin, procedure, gross_kg, "
            "net_kg, invoice_value, more) SELECT %(post)s, id, 1, 1, CASE WHEN n %% 2 = 0 THEN '080620' ELSE '0806200000' END, 'Raisins', "
            "'AF', '4000', 1000, 10, 10 * (1 + (n - 1) %% 100), '{}' FROM made",
            {"post": post},
        )
        owner.execute("ANALYZE")


def test_the_worker_learns_prices_once_a_day(own_database):
    _filled(own_database, 200)
    _filled(own_database, 50, status="invalidated")
    refresh_prices()
    with db.reading() as session:
        row = session.execute(select(CommodityPrice)).scalar_one()
    assert (row.post, row.currency, row.commodity, row.items) == ("TJPPJ", "USD", "080620", 200)
    assert (row.p05, row.median, row.p95) == (Decimal(5), Decimal(50), Decimal(95)), (
        "by hand; what was taken back tells nothing"
    )
    refresh_prices()
    with db.reading() as session:
        assert session.execute(select(CommodityPrice.refreshed_at)).scalar_one() == row.refreshed_at
    with own_database.owner_connection() as owner:
        owner.execute("UPDATE commodity_price SET refreshed_at = refreshed_at - interval '1 day'")
    refresh_prices()
    with db.reading() as session:
        fresh = session.execute(select(CommodityPrice)).scalar_one()
    assert fresh.items == 200 and fresh.refreshed_at >= row.refreshed_at


def test_few_items_free_goods_and_old_ones_make_no_price(own_database):
    _filled(own_database, 30)
    with own_database.owner_connection() as owner:
        owner.execute("UPDATE declaration_item SET net_kg = 0 WHERE commodity = '080620' AND invoice_value <= 60")
        owner.execute(
            "UPDATE declaration_item SET invoice_value = 0 WHERE commodity = '0806200000' AND invoice_value <= 90"
        )
    with db.transaction() as session:
        assert prices.refresh(session, "TJPPJ") == 1, "22 are left"
    with own_database.owner_connection() as owner:
        owner.execute("UPDATE declaration SET lodged_at = lodged_at - interval '365 days'")
    with db.transaction() as session:
        assert prices.refresh(session, "TJPPJ") == 0, "nobody remembers more than a year"


def test_every_post_with_declarations_is_looked_at(own_database):
    _filled(own_database, 25)
    _filled(own_database, 25, "TJDUS")
    with db.reading() as session:
        assert prices.posts(session) == ["TJDUS", "TJPPJ"]
    refresh_prices()
    with db.reading() as session:
        assert session.execute(select(CommodityPrice.post).order_by(CommodityPrice.post)).scalars().all() == [
            "TJDUS",
            "TJPPJ",
        ]


# Plans


def _nodes(plan):
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def test_the_look_up_reads_no_table_from_end_to_end(own_database):
    """On a filled register, with the plan that prepared statements get."""
    _filled(own_database, 20_000)
    with own_database.owner_connection() as owner:
        owner.execute(
            "INSERT INTO commodity_price SELECT 'TJPPJ', 'USD', lpad(n::text, 6, '0'), 50, 1, 2, 3, guzar_now(), 1, 3 "
            "FROM generate_series(1, 5000) n"
        )
        owner.execute("ANALYZE commodity_price")
        names = list(dict.fromkeys(re.findall(r"(?<!:):([a-z]+)", history._LOOK.text)))
        asked = re.sub(r"(?<!:):([a-z]+)", lambda m: f"${names.index(m[1]) + 1}", history._LOOK.text)
        plan = owner.execute("EXPLAIN (GENERIC_PLAN, FORMAT JSON) " + asked).fetchone()[0][0]["Plan"]
    scans = [(node["Node Type"], node.get("Relation Name")) for node in _nodes(plan) if "Relation Name" in node]
    assert {table for _kind, table in scans} == {"declaration", "declaration_content", "commodity_price", "party"}
    # Of the few firms of the tests PostgreSQL reads all.
    assert not [scan for scan in scans if scan[0] == "Seq Scan" and scan[1] != "party"], scans
    used = {node["Index Name"] for node in _nodes(plan) if "Index Name" in node}
    assert {
        "ix_declaration_content_consignment",
        "ix_declaration_content_invoice",
        "ix_declaration_content_local_reference",
        "ix_declaration_content_containers",
        "pk_commodity_price",
    } <= used


def test_the_prices_can_be_made_anew_by_the_application_and_not_changed(own_database):
    with own_database.app_connection() as connection:
        rights = connection.execute(
            "SELECT has_table_privilege('commodity_price', 'INSERT'), has_table_privilege('commodity_price', 'DELETE'), "
            "has_table_privilege('commodity_price', 'UPDATE')"
        ).fetchone()
    assert rights == (True, True, False)
