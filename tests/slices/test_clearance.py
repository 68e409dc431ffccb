"""Permits: one in force, numbers without gaps, content frozen, every print a deed, and nothing changed by hand."""

from __future__ import annotations

import hashlib
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pypdf
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.clearance import operations as clearance
from app.clearance import queries
from app.clearance.keys import KeyStore
from app.clearance.verification import verify
from app.core import db, journal
from app.core.errors import Forbidden, FreshSignInNeeded, Invalid, NotFound, WrongState
from app.flows import permits
from tests.factories import cases
from tests.factories.actors import auditor, inspector, officer, supervisor, trader


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return KeyStore(tmp_path_factory.mktemp("keys"), "TJ")


@pytest.fixture
def no_chance(session):
    cases.no_chance()


def issue(keys, case, languages=(), *, by=None):
    with db.transaction() as session:
        return permits.issue(session, case.reference, languages, keys, by=by or supervisor())


def copy(keys, number, reason="the driver lost it", languages=(), *, by=None):
    with db.transaction() as session:
        return permits.print_copy(session, number, languages, reason, keys, by=by or supervisor())


def revoke(number, reason="a wrong plate", *, by=None):
    with db.transaction() as session:
        return clearance.revoke(session, number, reason, by=by or supervisor())


def words(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def verdict(keys, pdf):
    with db.reading() as session:
        revoked, superseded = queries.withdrawn(session)
        now = db.now(session)
    return verify(pdf, keys.trust(), revoked=revoked, superseded=superseded, now=now)


@pytest.mark.usefixtures("no_chance")
class TestIssuing:
    def test_what_is_issued_is_kept_and_verifies(self, keys):
        case = cases.released()
        done = issue(keys, case, ("en", "fa_AF"))
        with db.reading() as session:
            permit = queries.by_number(session, done.permit.number)
            prints = queries.prints(session, permit)
            entry = journal.history(session, case.post, "permit", str(permit.id))[0]
        assert permit.pdf == done.pdf and permit.sha256 == hashlib.sha256(done.pdf).hexdigest() == entry.after["sha256"]
        assert [(p.copy, p.sha256) for p in prints] == [(0, permit.sha256)]
        assert permit.mrn == case.mrn and permit.content["mrn"] == case.mrn
        assert verdict(keys, done.pdf).valid

    @pytest.mark.parametrize("by", [officer(), inspector(), auditor(), trader()], ids=lambda a: a.login)
    def test_only_a_supervisor_issues_and_prints(self, keys, by):
        case = cases.released()
        with pytest.raises(Forbidden):
            issue(keys, case, by=by)
        number = issue(keys, case).permit.number
        for act in (lambda: copy(keys, number, by=by), lambda: revoke(number, by=by)):
            with pytest.raises(Forbidden):
                act()

    def test_another_posts_supervisor_sees_none_of_it(self, keys):
        case, other = cases.released(), supervisor("TJDUS")
        with pytest.raises(NotFound):
            issue(keys, case, by=other)
        number = issue(keys, case).permit.number
        with pytest.raises(NotFound):
            copy(keys, number, by=other)
        with pytest.raises(Forbidden):
            revoke(number, by=other)

    def test_a_fresh_sign_in_and_the_scope_are_needed(self, keys):
        case = cases.released()
        with pytest.raises(FreshSignInNeeded):
            issue(keys, case, by=replace(supervisor(), fresh=False))
        with pytest.raises(Forbidden):
            issue(keys, case, by=replace(supervisor(), scopes=frozenset({"read", "write"})))

    def test_only_what_is_released_gets_a_permit(self, keys):
        for case in (cases.yellow(), cases.decided(cases.yellow(), "hold"), cases.decided(cases.yellow(), "refuse")):
            with pytest.raises(WrongState):
                issue(keys, case)

    def test_one_is_in_force(self, keys, session):
        case = cases.released()
        first = issue(keys, case)
        with pytest.raises(WrongState) as refused:
            issue(keys, case)
        assert refused.value.facts == {"number": first.permit.number}
        with pytest.raises(DBAPIError, match="uq_permit_in_force"), session.begin_nested():
            session.execute(
                text(
                    "INSERT INTO permit SELECT post, gen_random_uuid(), declaration_id, number || 'X', mrn, reference, form, form_version, "
                    "content, languages, key_id, pdf, sha256, issued_at, valid_until, issued_by, issued_name, plate, supersedes, NULL, NULL, "
                    "NULL FROM permit WHERE number = :n"
                ),
                {"n": first.permit.number},
            )

    @pytest.mark.parametrize("languages", [("en",), ("en", "en"), ("en", "de"), ("en", "fa_AF", "ru"), ("", "en")])
    def test_two_of_five_languages(self, keys, languages):
        with pytest.raises(Invalid) as refused:
            issue(keys, cases.released(), languages)
        assert refused.value.findings[0].rule == "permit.languages"


@pytest.mark.usefixtures("no_chance")
class TestPrinting:
    def test_copies_are_numbered_marked_and_signed_anew(self, keys):
        number = issue(keys, cases.released()).permit.number
        made = [copy(keys, number, f"reason {n}", ("en", "ru")) for n in (1, 2, 3)]
        assert [m.copy for m in made] == [1, 2, 3]
        for n, done in enumerate(made, 1):
            assert f"COPY {n}" in words(done.pdf).upper()
            assert verdict(keys, done.pdf).valid
        with db.reading() as session:
            permit = queries.by_number(session, number)
            register = [(p.copy, p.reason, p.sha256) for p in queries.prints(session, permit)]
            events = [(e.event, e.reason) for e in journal.history(session, permit.post, "permit", str(permit.id))]
        assert register[1:] == [(m.copy, f"reason {m.copy}", hashlib.sha256(m.pdf).hexdigest()) for m in made]
        assert events == [("permit.issued", ""), *(("permit.printed", f"reason {n}") for n in (1, 2, 3))]

    @pytest.mark.parametrize("reason", ["", "   ", "\n"])
    def test_a_copy_needs_a_reason(self, keys, reason):
        number = issue(keys, cases.released()).permit.number
        with pytest.raises(Invalid) as refused:
            copy(keys, number, reason)
        assert refused.value.findings[0].pointer == "/reason"

    def test_a_revoked_permit_is_not_printed_and_does_not_verify(self, keys):
        done = issue(keys, cases.released())
        revoke(done.permit.number)
        with pytest.raises(WrongState, match="revoked"):
            copy(keys, done.permit.number)
        with pytest.raises(WrongState, match="already revoked"):
            revoke(done.permit.number)
        judged = verdict(keys, done.pdf)
        assert not judged.valid and "revoked" in str(judged.as_json()["reasons"])

    def test_a_new_permit_takes_the_place_of_a_revoked_one(self, keys):
        case = cases.released()
        first = issue(keys, case)
        with pytest.raises(Invalid):
            revoke(first.permit.number, " ")
        revoke(first.permit.number)
        second = issue(keys, case)
        assert second.permit.supersedes == first.permit.number != second.permit.number
        old, new = verdict(keys, first.pdf), verdict(keys, second.pdf)
        assert new.valid and not old.valid and "superseded" in str(old.as_json()["reasons"])

    def test_a_number_nobody_has(self, keys):
        for act in (lambda: copy(keys, "TJPPJ-CP-2026-999999"), lambda: revoke("x")):
            with pytest.raises(NotFound):
                act()


def test_nothing_that_changes_later_changes_a_reprint(own_database, keys):
    """Every live table the permit was made from is turned upside down by the owner; the copy says what the original said."""
    cases.no_chance()
    case = cases.released()
    original = issue(keys, case, ("en", "ru"))
    number = original.permit.number
    before = copy(keys, number, "before")
    with own_database.owner_connection() as owner:
        owner.execute("UPDATE declaration_content SET header = '{}', plate = 'OTHER', gross_kg = 1")
        owner.execute(
            "UPDATE declaration_item SET description = 'other', gross_kg = 1, net_kg = 1, commodity = '010121'"
        )
        owner.execute(
            'UPDATE post SET names = \'{"en": "Elsewhere", "ru": "Elsewhere"}\', time_zone = \'America/New_York\''
        )
        owner.execute("DELETE FROM code WHERE list IN ('country', 'commodity', 'package_kind')")
        owner.execute("UPDATE party SET name = 'Other', address = 'Elsewhere'")
        owner.execute("UPDATE person SET name = 'Somebody else'")
    after = copy(keys, number, "after")

    def plain(done):
        said = (
            words(done.pdf)
            .replace("COPY 1", "COPY n")
            .replace("COPY 2", "COPY n")
            .replace("before", "reason")
            .replace("after", "reason")
        )
        return [line for line in said.splitlines() if ":" not in line or not any(c.isdigit() for c in line[-5:])]

    assert plain(before) == plain(after)
    assert _data(original.pdf) == _data(before.pdf) == _data(after.pdf) != [], "the embedded data to the byte"
    assert verdict(keys, after.pdf).valid


def _data(pdf: bytes) -> list[bytes]:
    """The frozen content inside; the text of the QR code beside it is signed anew for every print."""
    inside = pypdf.PdfReader(io.BytesIO(pdf)).attachments
    return [bytes(content) for name, some in inside.items() if name.endswith(".json") for content in some]


@pytest.mark.parametrize(
    "column",
    [
        "number",
        "mrn",
        "content",
        "pdf",
        "sha256",
        "issued_at",
        "issued_by",
        "valid_until",
        "form_version",
        "supersedes",
    ],
)
def test_an_issued_permit_cannot_be_written_again(template, column):
    with template.app_connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"UPDATE permit SET {column} = {column}")


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM permit", "UPDATE permit_print SET reason = ''", "DELETE FROM permit_print", "TRUNCATE permit_print"],
)
def test_the_register_only_grows(template, statement):
    with template.app_connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_numbers_have_no_gaps_whatever_fails(own_database, keys):
    """Eight supervisors at once; every third issue fails after its number was drawn."""
    cases.no_chance()
    waiting = [cases.released() for _ in range(12)]

    class Stop(Exception):
        pass

    def one(n: int) -> str | None:
        try:
            with db.transaction() as session:
                done = permits.issue(session, waiting[n].reference, (), keys, by=supervisor())
                if n % 3 == 0:
                    raise Stop
        except Stop:
            return None
        return done.permit.number

    with ThreadPoolExecutor(4) as pool:
        issued = sorted(n for n in pool.map(one, range(12)) if n)
    assert [int(n[-6:]) for n in issued] == list(range(1, 9))


def test_two_supervisors_issue_one_permit(own_database, keys):
    cases.no_chance()
    barrier = threading.Barrier(3)

    def one(case) -> str:
        barrier.wait(20)
        try:
            return issue(keys, case).permit.number
        except WrongState as refusal:
            return "already " + refusal.facts["number"]

    with ThreadPoolExecutor(3) as pool:
        for _round in range(4):
            said = sorted(pool.map(one, [cases.released()] * 3))
            assert said[1] == said[2] == "already " + said[0]


def test_copies_at_once_get_numbers_of_their_own(own_database, keys):
    cases.no_chance()
    number = issue(keys, cases.released()).permit.number
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda n: copy(keys, number, f"copy {n}").copy, range(8)))
    assert sorted(made) == list(range(1, 9))
