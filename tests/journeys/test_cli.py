"""The commands, run in this process on the test database: what they print, how they end, what they refuse."""

from __future__ import annotations

import itertools
import json
import stat

import pytest
from lxml import etree
from sqlalchemy import text

from app.accounts.demo import DEMO_PEOPLE
from app.cli import COMMANDS
from app.cli.worker import Rounds
from app.core import db
from app.core.actors import SYSTEM
from app.interchange.asycuda.write import write
from app.risk.operations import set_random_share
from config.settings import Settings
from tests.factories import declarations, figures, lives, movements, roads

_numbers = itertools.count(1)


@pytest.fixture
def run(app, session, monkeypatch):
    """run(word, …) → the result of `flask word …`, exit code and output. Nothing is stopped by chance."""
    with db.transaction() as s:
        set_random_share(s, "*", "0", "yellow", by=SYSTEM)
    for name in ("GUZAR_DEBUG", "GUZAR_LANG", "GUZAR_LOGIN"):
        monkeypatch.delenv(name, raising=False)
    return _running(app)


def _running(app):
    by_name = {c.name: c for c in COMMANDS}

    def run(*words, **options):
        return app.test_cli_runner().invoke(by_name[words[0]], [str(w) for w in words[1:]], **options)

    return run


@pytest.fixture
def saved(tmp_path):
    """saved(body) → a file that holds it: JSON for an object, else the bytes as they are."""

    def save(content, name=None):
        path = tmp_path / (name or f"file-{next(_numbers)}")
        path.write_bytes(json.dumps(content).encode() if isinstance(content, dict) else content)
        return path

    return save


def lines(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def lodged(run, saved, body):
    """The MRN of a declaration lodged by the command."""
    (outcome,) = lines(run("lodge", saved(body), "--as", "trader", "--json"))
    assert outcome["outcome"] == "lodged", outcome
    return outcome["mrn"]


# --- import and lodge ------------------------------------------------------------------------------------------------


def test_a_sad_becomes_a_draft_whose_problems_are_listed_by_box(run, saved):
    body = declarations.words(items=3)
    body["declarant"]["id"] = "55"
    del body["post"]
    body["office"] = {"code": "AFSKB"}
    result = run("import", saved(write(body, further=False)), "--as", "trader", "--json")
    (told,) = lines(result)
    assert result.exit_code == 0
    assert set(told) == {"file", "kind", "outcome", "reference", "items", "problems"}
    assert (told["kind"], told["outcome"], told["items"]) == ("asycuda", "draft", 3)
    assert told["reference"].startswith("TJPPJ-")
    assert {p["pointer"] for p in told["problems"]} >= {"/declarant/id", "/office/code"}
    assert all(set(p) == {"pointer", "rule", "message"} for p in told["problems"])
    for_people = run("import", saved(write(body, further=False)), "--as", "trader")
    assert "Box 14" in for_people.stdout
    assert "/office/code" in for_people.stdout


def test_a_post_named_on_the_way_in_makes_a_foreign_sad_ready_for_it(run, saved):
    body = declarations.words()
    sad = saved(write({k: v for k, v in body.items() if k != "post"} | {"office": {"code": "AFSKB"}}, further=False))
    (told,) = lines(run("import", sad, "--as", "trader", "--json", "--post", "TJTEM"))
    assert told["reference"].startswith("TJTEM-")
    exported = json.loads(run("export", told["reference"], "--format", "json", "--as", "trader").stdout)
    assert (exported["post"], exported["office"]) == ("TJTEM", {"code": "AFSKB"})


@pytest.mark.parametrize("name", ["afghan_export.xml", "relief_sad.xml"])
def test_what_came_as_a_sad_goes_out_as_that_sad(run, samples, tmp_path, name):
    (told,) = lines(run("import", samples / name, "--as", "trader", "--json"))
    out = tmp_path / "out.xml"
    assert run("export", told["reference"], "--format", "asycuda", "--as", "trader", "--out", out).exit_code == 0
    assert _tree(etree.parse(out).getroot()) == _tree(etree.parse(samples / name).getroot())


@pytest.fixture
def samples(pytestconfig):
    folder = pytestconfig.rootpath.parent / "shared" / "samples" / "asycuda"
    if not folder.is_dir():
        pytest.skip("the sample messages are not here")
    return folder


def _tree(element):
    inside = [_tree(child) for child in element if isinstance(child.tag, str)]
    return (element.tag, dict(element.attrib), (element.text or "").strip(), inside)


HOSTILE = {
    "nothing": b"",
    "zeros": bytes(5000),
    "random": bytes(range(256)) * 40,
    "text": b"hello",
    "html": b"<html><body>hello</body></html>",
    "cut": b"<ASYCUDA><Item>",
    "bomb": b'<!DOCTYPE a [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]><ASYCUDA>&b;</ASYCUDA>',
    "outside": b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><ASYCUDA><Item>&a;</Item></ASYCUDA>',
    "deep": b"<ASYCUDA>" + b"<a>" * 3000 + b"</a>" * 3000 + b"</ASYCUDA>",
    "deep-json": b'{"items":' * 3000 + b"1" + b"}" * 3000,
    "fraction": b'{"items": [], "transport": {}, "costs": 1.5}',
    "nan": b'{"items": [NaN], "transport": {}}',
    "twice": b'{"items": [], "items": [1], "transport": {}}',
    "surrogate": b'{"items": [], "local_reference": "\\ud800"}',
    "nul": b'{"items": [], "local_reference": "\\u0000"}',
    "huge-number": b'{"items": [' + b"9" * 5000 + b'], "transport": {}}',
    "list": b"[1, 2]",
    "ncts": b'<CC015C xmlns="http://ncts.dgtaxud.ec"/>',
    "tir": b'<EPD xmlns="http://www.iru.org/epd"/>',
    "pdf": b"%PDF-1.7\n%%EOF",
    "utf-16": '{"items": []}'.encode("utf-16"),
    "encoding": b'<?xml version="1.0" encoding="nonsense"?><ASYCUDA/>',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_read_is_refused_in_a_line_and_leaves_nothing(run, saved, session, name):
    before = session.execute(text("SELECT count(*) FROM declaration")).scalar_one()
    result = run("import", saved(HOSTILE[name], name), "--as", "trader", "--json")
    (told,) = lines(result)
    assert (result.exit_code, told["outcome"], told["reference"]) == (1, "refused", None)
    assert told["problems"][0]["message"]
    assert session.execute(text("SELECT count(*) FROM declaration")).scalar_one() == before


def test_one_bad_file_does_not_keep_the_others_out(run, saved, tmp_path):
    result = run(
        "import", saved(declarations.words()), tmp_path / "missing", tmp_path, saved(b"no"), saved(declarations.words()),
        "--as", "trader", "--json",
    )  # fmt: skip
    assert result.exit_code == 1
    assert [told["outcome"] for told in lines(result)] == ["draft", "refused", "refused", "refused", "draft"]


def test_a_file_is_lodged_and_a_trader_does_not_see_the_lane(run, saved):
    result = run("lodge", saved(declarations.yellow()), "--as", "trader", "--json")
    (told,) = lines(result)
    assert result.exit_code == 0
    assert set(told) == {
        "file", "kind", "outcome", "reference", "items", "problems", "mrn", "status", "lane",
    }  # fmt: skip
    assert (told["outcome"], told["status"], told["lane"], told["kind"]) == ("lodged", "selected", None, "declaration")
    shown = json.loads(run("export", told["mrn"], "--format", "json", "--as", "officer").stdout)
    assert (shown["mrn"], shown["status"], shown["reference"]) == (told["mrn"], "selected", told["reference"])


def test_a_draft_is_lodged_by_its_reference_once(run, saved):
    (kept,) = lines(run("import", saved(declarations.words()), "--as", "trader", "--json"))
    first = run("lodge", kept["reference"], "--as", "trader", "--json")
    again = run("lodge", kept["reference"], "--as", "trader", "--json")
    assert (first.exit_code, again.exit_code) == (0, 1)
    assert lines(first)[0]["mrn"]
    assert lines(first)[0]["file"] is None
    assert lines(again)[0]["problems"][0]["rule"] == "wrong-state"


def test_what_the_rules_refuse_stays_a_draft(run, saved):
    body = declarations.words()
    body["items"][0]["net_kg"] = "99999.000"
    result = run("lodge", saved(body), "--as", "trader", "--json")
    (told,) = lines(result)
    assert (result.exit_code, told["outcome"], told["mrn"]) == (1, "refused", None)
    assert [p["pointer"] for p in told["problems"]] == ["/items/0/net_kg"]
    kept = json.loads(run("export", told["reference"], "--format", "json", "--as", "trader").stdout)
    assert kept["status"] == "draft"


def test_nobody_lodges_for_another_firm_or_a_draft_that_is_not_his(run, saved):
    body = declarations.words()
    (other,) = lines(run("lodge", saved(body), "--as", "trader2", "--json"))
    assert (other["outcome"], other["problems"][0]["rule"]) == ("refused", "declarant.mandate")
    (kept,) = lines(run("import", saved(body), "--as", "trader", "--json"))
    (hidden,) = lines(run("lodge", kept["reference"], "--as", "trader2", "--json"))
    assert hidden["problems"][0]["rule"] == "not-found"


def test_an_exported_declaration_can_be_lodged_again(run, saved):
    mrn = lodged(run, saved, declarations.words())
    exported = run("export", mrn, "--format", "json", "--as", "trader")
    (told,) = lines(run("lodge", saved(exported.stdout_bytes), "--as", "trader", "--json"))
    assert told["outcome"] == "lodged"
    assert told["mrn"] != mrn


@pytest.mark.parametrize("language", ["ncts", "tir"])
def test_a_declaration_is_not_told_in_languages_of_transit(run, saved, language):
    result = run("export", lodged(run, saved, declarations.words()), "--format", language, "--as", "trader")
    assert result.exit_code == 1
    assert "not a declaration's language" in result.stderr
    assert len(result.stderr.splitlines()) == 1


# --- movements -------------------------------------------------------------------------------------------------------


def test_a_movement_is_read_lodged_decided_and_written_out(run, saved, session):
    """The same file, whatever it is: its kind is told by its content; access codes are for the lodging alone."""
    body = roads.secured(movements.national(3, houses=2), roads.guarantee().grn)
    body["remark of the sender"] = "kept"
    (kept,) = lines(run("import", saved(body), "--as", "trader", "--json"))
    assert (kept["kind"], kept["outcome"], kept["items"]) == ("movement", "draft", 3)
    assert [problem["pointer"] for problem in kept["problems"]] == ["/remark of the sender"]
    written = json.loads(run("export", kept["reference"], "--format", "json", "--as", "trader").stdout)
    assert written["remark of the sender"] == "kept" and written["house_consignments"] == body["house_consignments"]
    with db.reading() as s:
        stored = s.execute(text("SELECT content FROM attachment WHERE kind = 'movement'")).scalar_one()
    assert movements.ACCESS_CODE.encode() not in bytes(stored)
    assert movements.ACCESS_CODE not in json.dumps(written)

    del body["remark of the sender"]
    (draft,) = lines(run("import", saved(body), "--as", "trader", "--json"))
    (barred,) = lines(run("lodge", draft["reference"], "--as", "trader", "--json"))
    assert (barred["outcome"], barred["problems"][0]["rule"]) == ("refused", "guarantee.access-code-missing")
    coded = ("--access-code", movements.ACCESS_CODE)
    (told,) = lines(run("lodge", draft["reference"], *coded, "--as", "trader", "--json"))
    assert (told["kind"], told["outcome"], told["status"], told["lane"]) == ("movement", "lodged", "lodged", None)
    assert run("lodge", draft["reference"], "--as", "trader").exit_code == 1, "once"

    def decided(decision, *more):
        return run("decide", told["mrn"], decision, "--reason", "seen", *more)

    assert decided("seize", "--as", "officer").exit_code == 1
    assert decided("release", "--as", "officer.TJTEM").exit_code == 1
    assert decided("release", "--as", "trader").exit_code == 1
    assert decided("release", "--as", "officer").stdout == "released_for_transit\n"
    assert "second person" in decided("invalidate", "--as", "officer").stdout
    assert decided("enquire", "--as", "officer").stdout == "enquiry\n"
    shown = run("export", told["mrn"], "--format", "json", "--as", "officer")
    assert json.loads(shown.stdout)["status"] == "enquiry"
    assert run("export", told["mrn"], "--format", "asycuda", "--as", "officer").exit_code == 1


def test_a_file_with_a_movement_is_lodged_with_the_codes_it_holds_and_can_come_back(run, saved, session):
    body = roads.secured(movements.national(), roads.guarantee().grn)
    (told,) = lines(run("lodge", saved(body), "--as", "trader", "--json"))
    assert told["outcome"] == "lodged", told
    assert run("decide", told["reference"], "reject", "--reason", "twice", "--as", "officer").stdout == "rejected\n"
    assert (
        run("decide", lodged(run, saved, declarations.words()), "enquire", "--reason", "x", "--as", "officer").exit_code
        == 1
    )
    exported = run("export", told["mrn"], "--format", "json", "--as", "trader")
    coded = ("--access-code", movements.ACCESS_CODE)
    (again,) = lines(run("lodge", saved(exported.stdout_bytes), *coded, "--as", "trader", "--json"))
    assert again["outcome"] == "lodged" and again["mrn"] != told["mrn"], again


# --- who acts --------------------------------------------------------------------------------------------------------


def test_outside_a_demonstration_one_says_who_acts(run, saved):
    result = run("lodge", saved(declarations.words()))
    assert result.exit_code == 2
    assert "--as" in result.stderr


@pytest.mark.parametrize("login", ["ghost", "../x", "'; DROP TABLE declaration; --"])
def test_an_unknown_login_is_refused_in_a_line(run, saved, login):
    result = run("lodge", saved(declarations.words()), "--as", login)
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1


def test_messages_come_in_the_language_asked_for(run, saved, monkeypatch):
    monkeypatch.setenv("GUZAR_LANG", "ru")
    mrn = lodged(run, saved, declarations.red())
    result = run("decide", mrn, "release", "--reason", "x", "--as", "trader")
    assert result.exit_code == 1
    assert any("а" <= letter <= "я" for letter in result.stderr)


# --- assess and pay --------------------------------------------------------------------------------------------------


def test_what_a_declaration_owes_is_printed_and_paid(run, saved):
    """From the account, by a receipt that waits for the officer, and by one that he records."""
    lives.alone()
    mrn = lodged(run, saved, lives.due())
    whole = json.loads(run("assess", mrn, "--json", "--as", "trader").stdout)
    figures.check(whole)
    assert whole["standing"]["due"] == whole["total"] and whole["status"] == "final"
    told = run("assess", mrn, "--as", "officer").stdout
    assert f"total: {whole['total']} TJS (final)" in told and "TJ.duty.62" in told and "(unverified)" in told
    part = run("pay", mrn, "--amount", "100.00", "--as", "trader")
    assert part.exit_code == 0 and "status: assessed" in part.stdout and "paid: 100.00 TJS" in part.stdout
    claimed = run("pay", mrn, "--receipt", "7", "--bank", "Amonatbonk", "--amount", "50", "--as", "trader")
    assert "claimed: 50.00 TJS" in claimed.stdout and "paid: 100.00 TJS" in claimed.stdout
    recorded = run("pay", mrn, "--receipt", "8", "--bank", "Amonatbonk", "--amount", "25", "--as", "officer")
    assert "paid: 125.00 TJS" in recorded.stdout
    unknown = run("pay", mrn, "--receipt", "9", "--bank", "Pawnshop", "--amount", "1", "--as", "officer")
    assert unknown.exit_code == 1 and "ESKHATA" in unknown.stderr, "which banks there are"
    spelled = run("pay", mrn, "--receipt", "0008", "--bank", "Амонатбонк", "--amount", "25", "--as", "officer")
    assert spelled.exit_code == 1 and "has been counted already" in spelled.stderr
    rest = run("pay", mrn, "--account", "--as", "trader")
    assert "status: released" in rest.stdout and "due: 0.00 TJS" in rest.stdout
    again = run("pay", mrn, "--as", "trader")
    assert again.exit_code == 1 and "Nothing is due" in again.stderr


def test_what_cannot_be_paid_is_one_clear_line(run, saved):
    lives.alone()
    mrn = lodged(run, saved, lives.due())
    assert run("pay", mrn, "--amount", "1e3", "--as", "trader").exit_code == 1
    assert run("pay", mrn, "--receipt", "7", "--as", "trader").exit_code == 2
    assert run("pay", mrn, "--as", "trader2").exit_code == 1
    assert run("pay", mrn, "--as", "inspector").exit_code == 1
    early = run("import", saved({"post": "TJPPJ", "items": [], "consignor": {}}), "--as", "trader", "--json")
    (draft,) = lines(early)
    assert run("assess", draft["reference"], "--as", "trader").exit_code == 1
    assert run("assess", "TJPPJ-0000-0000-0000", "--as", "officer").exit_code == 1


# --- decide and permit -----------------------------------------------------------------------------------------------


def test_an_officer_decides_and_the_rules_hold(run, saved):
    yellow, red = lodged(run, saved, declarations.yellow()), lodged(run, saved, declarations.red())
    done = run("decide", yellow, "release", "--reason", "seen", "--as", "officer")
    assert (done.exit_code, done.stdout) == (0, "released\n")
    unseen = run("decide", red, "release", "--reason", "in a hurry", "--as", "officer")
    assert unseen.exit_code == 1
    assert "inspect" in unseen.stderr
    assert run("decide", red, "hold", "--reason", "unclear", "--as", "trader").exit_code == 1
    assert run("decide", "TJPPJ-0000-0000-0000", "hold", "--reason", "x", "--as", "officer").exit_code == 1
    assert run("decide", red, "celebrate", "--reason", "x", "--as", "officer").exit_code == 2
    assert run("decide", red, "hold", "--as", "officer").exit_code == 2


def test_the_first_permit_is_the_original_and_the_next_say_copy(run, saved, tmp_path):
    mrn, out = lodged(run, saved, declarations.words()), tmp_path / "permit.pdf"
    first = run("permit", mrn, "--as", "supervisor", "--out", out)
    original = out.read_bytes()
    second = run("permit", mrn, "--as", "supervisor", "--languages", "ru,fa", "--out", out)
    third = run("permit", mrn, "--as", "supervisor2", "--out", out)
    told = [dict(line.split(": ") for line in result.stdout.splitlines()) for result in (first, second, third)]
    assert [t["copy"] for t in told] == ["0", "1", "2"]
    assert len({t["number"] for t in told}) == 1
    assert len({t["sha256"] for t in told}) == 3
    assert original != out.read_bytes()
    verdict = json.loads(run("verify", out).stdout)
    assert (verdict["valid"], verdict["claims"]["mrn"], verdict["claims"]["copy"]) == (True, mrn, 2)


def test_what_is_not_released_has_no_permit(run, saved, tmp_path):
    out = tmp_path / "permit.pdf"
    for mrn, login in (
        (lodged(run, saved, declarations.red()), "supervisor"),
        (lodged(run, saved, declarations.words()), "officer"),
    ):
        result = run("permit", mrn, "--as", login, "--out", out)
        assert result.exit_code == 1
        assert len(result.stderr.splitlines()) == 1
    assert not out.exists()


def test_a_permit_that_cannot_be_written_is_not_issued(run, saved, tmp_path):
    mrn = lodged(run, saved, declarations.words())
    result = run("permit", mrn, "--as", "supervisor", "--out", tmp_path / "missing" / "permit.pdf")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr
    assert "copy: 0" in run("permit", mrn, "--as", "supervisor", "--out", tmp_path / "permit.pdf").stdout
    assert sorted(p.name for p in tmp_path.glob("*permit*")) == ["permit.pdf"]


@pytest.mark.parametrize("languages", ["en", "en,en", "en,xx", "en,fa,ru", ","])
def test_a_permit_speaks_two_languages(run, saved, tmp_path, languages):
    mrn = lodged(run, saved, declarations.words())
    result = run("permit", mrn, "--as", "supervisor", "--languages", languages, "--out", tmp_path / "p.pdf")
    assert result.exit_code == 1


# --- verify ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_is_shown_to_verify_gets_a_verdict(run, saved, name):
    for result in (run("verify", saved(HOSTILE[name])), run("verify", "-", input=HOSTILE[name])):
        assert result.exit_code == 1
        assert json.loads(result.stdout)["valid"] is False
        assert not result.stderr


def test_a_missing_file_is_told_like_a_bad_one(run, tmp_path):
    result = run("verify", tmp_path / "missing.pdf")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["valid"], told["reasons"], result.stderr) == (1, False, ["unreadable"], "")


def test_a_changed_permit_and_a_withdrawn_one_are_bad(run, saved, tmp_path, settings):
    mrn, out = lodged(run, saved, declarations.words()), tmp_path / "permit.pdf"
    number = run("permit", mrn, "--as", "supervisor", "--out", out).stdout.split()[1]
    changed = saved(out.read_bytes().replace(b"/Type", b"/Tipe", 1))
    assert json.loads(run("verify", changed).stdout)["reasons"] == ["tampered"]
    added = saved(out.read_bytes() + b"\n%")
    assert json.loads(run("verify", added).stdout)["reasons"] == ["overlay_added"]
    withdrawn = settings.home / "keys" / "withdrawn.json"
    try:
        withdrawn.write_text(json.dumps({"revoked": [number], "superseded": []}))
        assert json.loads(run("verify", out).stdout)["reasons"] == ["revoked"]
        withdrawn.write_text("[")
        broken = run("verify", out)
        assert (broken.exit_code, len(broken.stderr.splitlines())) == (2, 1)
    finally:
        withdrawn.unlink()
    assert run("verify", out).exit_code == 0


# --- journal, worker, doctor -----------------------------------------------------------------------------------------


def test_the_journal_is_verified_and_a_changed_table_is_found(app, own_database, saved, tmp_path, monkeypatch):
    # Other databases of the same home folder have left checkpoints of their chains there.
    monkeypatch.setattr(Settings, "checkpoint_folder", tmp_path)
    run = _running(app)
    with db.transaction() as s:
        set_random_share(s, "*", "0", "yellow", by=SYSTEM)
    mrn = lodged(run, saved, declarations.words())
    good = run("journal", "verify")
    told = json.loads(good.stdout)
    assert (good.exit_code, told["ok"], told["states"]["differences"]) == (0, True, [])
    assert [(p["post"], p["breaks"]) for p in told["posts"]] == [("TJPPJ", [])]
    assert told["posts"][0]["entries"] > 10
    #: Two deposits into two accounts that pay by standing order, and the people with a role each.
    seeded = 2 + 2 + 2 * len(DEMO_PEOPLE)
    assert told["states"]["compared"] == 2 + 2 + seeded, "the declaration, its file, its assessment and its payment"
    with own_database.owner_connection() as connection:
        connection.execute("UPDATE declaration SET lane = 'blue' WHERE mrn = %s", (mrn,))
        connection.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
        (number,) = connection.execute(
            "UPDATE journal_entry SET reason = 'another' WHERE event = 'declaration.lodged' RETURNING number"
        ).fetchone()
    bad = run("journal", "verify", "--post", "TJPPJ")
    told = json.loads(bad.stdout)
    assert (bad.exit_code, told["ok"]) == (1, False)
    assert told["posts"][0]["breaks"] == [{"number": number, "what": "changed"}]
    (difference,) = told["states"]["differences"]
    assert (difference["kind"], difference["key"], difference["kept"], difference["told"]) == (
        "declaration",
        "lane",
        "blue",
        "green",
    )
    assert run("journal", "verify", "--post", "TJXXX").exit_code == 1


def test_the_worker_settles_what_nobody_asked_for_and_tells_verifiers(run, saved, session, settings, tmp_path):
    run("permit", lodged(run, saved, declarations.words()), "--as", "supervisor", "--out", tmp_path / "p.pdf")
    waiting = text("SELECT count(*) FROM outbox WHERE delivered_at IS NULL")
    assert session.execute(waiting).scalar_one()
    assert run("work", "--once").exit_code == 0
    session.expire_all()
    assert session.execute(waiting).scalar_one() == 0
    withdrawn = settings.home / "keys" / "withdrawn.json"
    assert json.loads(withdrawn.read_text()) == {"revoked": [], "superseded": []}
    withdrawn.unlink()


def test_what_was_delivered_long_ago_is_dropped(app, session):
    row = "INSERT INTO outbox VALUES ('TJPPJ', gen_random_uuid(), 't', 's', '{}', guzar_now(), 0, guzar_now() - interval '%s days')"
    for days in (29, 31):
        session.execute(text(row % days))
    with app.app_context():
        rounds = Rounds()
        rounds.run()  # what the seed has to tell
        assert rounds.run() is False
    assert session.execute(text("SELECT count(*) FROM outbox WHERE topic = 't'")).scalar_one() == 1


def test_the_doctor_looks_at_everything(run, settings):
    result = run("doctor")
    looked = {line.split("  ")[0] for line in result.stdout.splitlines()}
    assert looked >= {
        "settings", "home", "disk", "secret key", "second factor", "fonts", "time zone", "keys", "database", "migrations",
        "role", "durability", "clock",
    }  # fmt: skip
    told = {line.split("  ")[0]: line for line in result.stdout.splitlines()}
    assert "warning" in told["second factor"]
    assert "owns nothing" in told["role"]
    assert "FAILED" in told["durability"], "the tests' server has fsync off, and a doctor must not like that"
    assert result.exit_code == 1


def test_the_doctor_minds_readable_secrets(run, settings):
    secret = settings.home / "secret_key"
    secret.write_text("x" * 40)
    secret.chmod(0o644)
    try:
        assert "FAILED" in next(line for line in run("doctor").stdout.splitlines() if line.startswith("secret key"))
        secret.chmod(stat.S_IRUSR)
        assert "ok" in next(line for line in run("doctor").stdout.splitlines() if line.startswith("secret key"))
    finally:
        secret.unlink()


def test_translations_are_measured(run):
    result = run("translations", "--check")
    assert {line.split(":")[0] for line in result.stdout.splitlines() if not line.startswith(" ")} == {
        "tg",
        "ru",
        "fa_AF",
        "ps",
    }
