"""The commands as a newcomer types them: processes of their own, an embedded server in a fresh folder, nothing set up."""

from __future__ import annotations

import fcntl
import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections import Counter
from pathlib import Path

import psutil
import psycopg
import pytest

from app.accounts.demo import DEMO_PEOPLE
from app.core import embedded
from app.core.embedded_postmaster import postmaster_pid
from tests.factories import declarations

PROJECT = Path(__file__).parents[2]
#: A newcomer waits five seconds; a machine that runs other tests beside this one gets more.
SECOND_START = 5.0 if (os.cpu_count() or 1) > 2 else 15.0


def environment(home, **more):
    """Nothing but what is needed to find programs, and a home folder."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "GUZAR_HOME": str(home),
        "GUZAR_CHEAP_PASSWORDS": "1",
        **more,
    }


def start(home, *words, **more):
    return subprocess.Popen(
        [sys.executable, "-m", "flask", *map(str, words)], cwd=PROJECT, env=environment(home, **more),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
    )  # fmt: skip


def finished(process, limit=180):
    """(exit code, standard output, standard error)."""
    out, err = process.communicate(timeout=limit)
    return process.returncode, out, err


def flask(home, *words, **more):
    return finished(start(home, *words, **more))


def users_of(home):
    """Processes that live in or for the folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if str(home) in " ".join(process.cmdline()) or process.environ().get("GUZAR_HOME") == str(home):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def is_left_alone(home, patience=20.0):
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if not users_of(home):
            return True
        time.sleep(0.1)
    return False


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# --- without a demonstration -----------------------------------------------------------------------------------------


def test_help_and_verify_start_no_database(tmp_path):
    home = tmp_path / "home"
    code, out, _err = flask(home, "--help")
    assert code == 0
    assert {
        "demo",
        "upgrade",
        "doctor",
        "user",
        "token",
        "import",
        "lodge",
        "decide",
        "export",
        "permit",
        "verify",
        "assess",
        "pay",
        "paper",
        "codes",
        "rules",
    } <= set(out.split())
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.7\n")
    code, out, err = flask(home, "verify", bad)
    assert (code, json.loads(out)["valid"], err) == (1, False, "")
    assert not (home / "pg").exists()


def test_upgrades_at_once_and_again(tmp_path):
    home = tmp_path / "home"
    code, out, err = flask(home, "token", "trader")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "flask upgrade" in err
    shared = embedded.start(home)  # so that the server is not stopped and started with every command
    both = [start(home, "upgrade") for _ in range(2)]
    results = [finished(process) for process in both]
    assert [code for code, _out, _err in results] == [0, 0], results
    passed = Counter(line for _code, out, _err in results for line in out.splitlines() if re.fullmatch(r"\d{4}", line))
    assert passed["0001"] >= 1
    code, out, _err = flask(home, "upgrade")
    assert (code, out.split()[-1]) == (0, "already")
    code, out, _err = flask(home, "user", "add", "nadia", "--role", "officer", "--post", "TJPPJ")
    assert code == 0, out
    code, out, err = flask(home, "demo", "--no-serve")
    assert (code, len(err.splitlines())) == (2, 1)
    assert "real use" in err
    code, out, _err = flask(home, "doctor")
    assert code == 0, out
    shared.stop()
    assert is_left_alone(home)


@pytest.mark.parametrize(
    ("words", "settings", "said"),
    [
        (("upgrade",), {"GUZAR_POST": "nowhere"}, "GUZAR_POST"),
        (("upgrade",), {"DATABASE_URL": "sqlite:///x"}, "DATABASE_URL"),
        (("upgrade",), {"DATABASE_URL": "postgresql://guzar@127.0.0.1:1/guzar"}, "database"),
        (("journal", "verify"), {"DATABASE_URL": "postgresql://guzar@127.0.0.1:1/guzar"}, "database"),
        (("upgrade",), {"GUZAR_PGBIN": "/nowhere"}, "GUZAR_PGBIN"),
        (("upgrade",), {"GUZAR_HOME": "/proc/nowhere"}, "GUZAR_HOME"),
        (("demo",), {"GUZAR_HOME": "/proc/nowhere"}, "GUZAR_HOME"),
        (("demo", "--no-serve"), {"SECRET_KEY": "short"}, "SECRET_KEY"),
    ],
)
def test_what_the_environment_does_not_allow_is_one_line(tmp_path, words, settings, said):
    code, out, err = flask(tmp_path / "home", *words, **settings)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert said in err


def test_data_of_another_postgresql_is_one_line(tmp_path):
    home = tmp_path / "home"
    (home / "pg").mkdir(parents=True)
    (home / "pg" / "PG_VERSION").write_text("12\n")
    code, _out, err = flask(home, "demo", "--no-serve")
    assert (code, len(err.splitlines())) == (2, 1)
    assert "PostgreSQL 12" in err


def test_a_taken_port_is_told_before_anything_is_made(tmp_path):
    home = tmp_path / "home"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, out, err = flask(home, "demo", "--port", taken.getsockname()[1])
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "--port" in err
    assert not (home / "pg").exists()


# --- with one --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo_home(tmp_path_factory, worker_id):
    """A folder with the demonstration. It is made once in a run, whichever worker asks first; each works on its own copy."""
    if worker_id == "master":
        return _demo_cut_twice(tmp_path_factory.mktemp("demo") / "home")
    shared = tmp_path_factory.getbasetemp().parent / "demo-made-once"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            _demo_cut_twice(tmp_path_factory.mktemp("demo") / "home").rename(shared)
        home = Path(tmp_path_factory.mktemp("demo") / "home")
        subprocess.run(["cp", "-a", shared, home], check=True)  # with the owners: the server runs as an ordinary user
        return home


def _demo_cut_twice(home):
    """Makes the demonstration, cut off once by Ctrl-C and once by force on the way."""
    for message in (signal.SIGINT, signal.SIGKILL):
        cut = start(home, "demo", "--no-serve")
        _wait_for_traffic(home, cut)
        cut.send_signal(message)
        code, _out, err = finished(cut)
        assert code in (130, -signal.SIGKILL), err
        assert is_left_alone(home), "something was left running"
    code, out, err = flask(home, "demo", "--no-serve")
    assert code == 0, err
    assert "Password of all of them" in out
    return home


def _wait_for_traffic(home, process):
    """Until some deeds of the story are done."""
    while process.poll() is None and not (home / "keys" / "trust.json").exists():
        time.sleep(0.05)
    time.sleep(1.0)


@pytest.fixture
def cluster_of(demo_home):
    cluster = embedded.start(demo_home)
    yield cluster
    cluster.stop()


def sql(cluster, query):
    with psycopg.connect(cluster.dsn()) as connection:
        return connection.execute(query).fetchall()


STATES = {
    "draft", "prelodged", "selected", "under_control", "queried", "assessed", "released", "partly_released", "exited",
    "detained", "seized", "refused", "returned", "destroyed", "rejected", "invalidated",
}  # fmt: skip
#: Of movements, with the kinds in which a visitor finds them.
MOVED = {
    "draft", "prelodged", "lodged", "under_control", "released_for_transit", "incident", "arrived", "unloading",
    "discrepancies", "discharged", "enquiry", "recovery", "rejected", "invalidated", "not_released",
}  # fmt: skip


def test_two_weeks_are_there_in_all_their_states(demo_home, cluster_of):
    statuses = dict(sql(cluster_of, "SELECT status, count(*) FROM declaration GROUP BY 1"))
    assert set(statuses) >= STATES
    assert 350 <= sum(statuses.values()) <= 500
    assert statuses["exited"] > statuses["released"] > 20, "most trucks are gone, some wait for their permits"
    days = sql(cluster_of, "SELECT DISTINCT date(lodged_at) FROM declaration WHERE lodged_at IS NOT NULL")
    assert 14 <= len(days) <= 15
    assert sql(cluster_of, "SELECT count(*) FROM permit_print WHERE copy > 0")[0][0] >= 3
    assert sql(cluster_of, "SELECT count(*) FROM attachment WHERE kind = 'asycuda'")[0][0] >= 1
    assert sql(cluster_of, "SELECT purpose FROM node") == [("demo",)]
    deciders = {login for (login,) in sql(cluster_of, "SELECT DISTINCT login FROM declaration_decision")}
    assert deciders >= {"officer", "officer2"}
    assert sql(cluster_of, "SELECT max(at) <= now() FROM journal_entry") == [(True,)]
    repeated = "SELECT local_reference FROM declaration_content WHERE content = 1 GROUP BY 1 HAVING count(*) > 1"
    assert sql(cluster_of, repeated) == [], "a demonstration that was cut off did something twice"
    assert {status for (status,) in sql(cluster_of, "SELECT status FROM transit_movement")} == MOVED
    repeated = "SELECT local_reference FROM transit_content WHERE content = 1 GROUP BY 1 HAVING count(*) > 1"
    assert sql(cluster_of, repeated) == []


#: What a visitor finds, by what is asked and how much there is at least.
SHOWN = {
    "a question in time and one overdue": ("declaration_query WHERE answered_at IS NULL AND withdrawn_at IS NULL", 2),
    "a question nobody has answered in its days": (
        "declaration_query WHERE deadline < now() AND answered_at IS NULL",
        1,
    ),
    "an answer": ("declaration_query WHERE answered_at IS NOT NULL", 1),
    "amendments": ("declaration_amendment WHERE kind = 'amend' AND status = 'accepted'", 3),
    "an amendment that waits": ("declaration_amendment WHERE kind = 'amend' AND status = 'requested'", 1),
    "a lane that waits for a second person": ("proposal WHERE kind = 'lane.lower' AND status = 'waiting'", 1),
    "a refund that waits for one": ("proposal WHERE kind = 'payments.refund' AND status = 'waiting'", 1),
    "codes that wait for one": ("proposal WHERE kind = 'codes.update' AND status = 'waiting'", 1),
    "a certificate that waits for one": ("exemption_certificate WHERE status = 'waiting'", 1),
    "a certificate used": ("exemption_certificate WHERE status = 'in_force' AND used > 0 AND used < granted", 1),
    "several who used it": ("(SELECT DISTINCT declaration_id FROM exemption_write_off) u", 2),
    "a warehouse emptied": ("suspense_stock WHERE left_net_kg = 0 AND net_kg > 0", 1),
    "goods still in it": ("suspense_stock WHERE left_net_kg > 0", 1),
    "audits": ("declaration_audit", 1),
    "templates": ("declaration_template", 3),
    "papers handed in later, with scans": ("declaration_presented_document WHERE attachment IS NOT NULL", 5),
    "goods that went in parts": ("declaration_exit WHERE NOT whole", 2),
    "other seals at the gate, explained": ("declaration_exit WHERE NOT seals_agree AND remark <> ''", 1),
    "security given": ("duty_security", 10),
    "security freed again": ("duty_security WHERE released_at IS NOT NULL", 1),
    "receipts not accepted": ("payment WHERE status = 'refused'", 1),
    "receipts that wait for the cashier": ("payment WHERE status = 'claimed'", 1),
    "money given back": ("refund", 1),
    "evenings closed": ("cash_closing", 13),
    "one with a difference": ("cash_closing WHERE note <> ''", 1),
    "movements of each kind on the road": (
        "(SELECT DISTINCT kind FROM transit_movement WHERE status = 'released_for_transit') k",
        3,
    ),
    "some with much time left": (
        "transit_movement WHERE limit_at > now() + interval '1 day' AND arrived_at IS NULL",
        3,
    ),
    "one that is late, with its alarm": (
        (
            "transit_movement m JOIN transit_alarm a ON a.movement_id = m.id AND a.kind = 'limit-passed' "
            "WHERE m.status = 'released_for_transit' AND m.limit_at < now()"
        ),
        1,
    ),
    "a movement with the goods of a declaration": (
        (
            "declaration d JOIN transit_content c ON c.header -> 'previous_documents' @> "
            "jsonb_build_array(jsonb_build_object('reference', d.mrn))"
        ),
        1,
    ),
    "guarantees of both firms, used": (
        (
            "(SELECT DISTINCT g.holder FROM guarantee g JOIN guarantee_reservation r ON r.guarantee_id = g.id "
            "WHERE g.type = '1' AND r.status IN ('reserved', 'held')) h"
        ),
        2,
    ),
    "a guarantee that waits for a second person": ("guarantee WHERE status = 'waiting'", 1),
    "seals wherever they may be": ("(SELECT DISTINCT status FROM seal) s", 5),
    "photos of seals": ("seal_event WHERE photo IS NOT NULL", 3),
    "a device on the road": ("device_event", 4),
    "a weight that differs": ("transit_alarm WHERE kind = 'weight'", 1),
}


@pytest.mark.parametrize("what", SHOWN)
def test_the_demonstration_shows(cluster_of, what):
    asked, least = SHOWN[what]
    assert sql(cluster_of, f"SELECT count(*) FROM {asked}")[0][0] >= least


def test_nothing_left_unpaid_and_the_accounts_are_full(cluster_of):
    """Everything by the transfers alone: what is due, what is secured, what each firm has left."""
    moved = """SELECT subject, split_part(code, ':', 1) AS code, sum(amount) AS amount FROM (
        SELECT subject, debit AS code, amount FROM ledger_transfer
        UNION ALL SELECT subject, credit, - amount FROM ledger_transfer) t GROUP BY 1, 2"""
    gone = "JOIN declaration d ON d.id = m.subject AND d.status IN ('released', 'partly_released', 'exited')"
    assert sql(cluster_of, f"SELECT d.mrn FROM ({moved}) m {gone} WHERE m.code = 'receivable' AND m.amount <> 0") == []
    unpaid = f"SELECT count(*) FROM ({moved}) m JOIN declaration d ON d.id = m.subject AND d.status = 'assessed' WHERE m.code = 'receivable' AND m.amount > 0"
    assert sql(cluster_of, unpaid)[0][0] >= 2, "some wait for their money"
    assert sql(cluster_of, f"SELECT sum(amount) FROM ({moved}) m") == [(0,)]
    paid = "SELECT sum(amount) FROM payment WHERE status = 'confirmed' AND method <> 'account'"
    came = "SELECT sum(CASE WHEN debit IN ('bank', 'cash') THEN amount ELSE - amount END) FROM ledger_transfer WHERE 'bank' IN (debit, credit) OR 'cash' IN (debit, credit)"
    back = "SELECT coalesce(sum(amount), 0) FROM refund WHERE target = 'bank'"
    assert sql(cluster_of, paid)[0][0] == sql(cluster_of, came)[0][0] + sql(cluster_of, back)[0][0]
    left = dict(sql(cluster_of, "SELECT code, balance FROM ledger_account WHERE code LIKE 'prepaid:TJ-%'"))
    assert left["prepaid:TJ-510012345"] > 500_000
    assert left["prepaid:TJ-510067890"] >= 0
    orders = dict(sql(cluster_of, "SELECT party, standing_order FROM prepayment_account"))
    assert orders == {"TJ-510012345": True, "TJ-510067890": False}


def test_its_rates_say_that_they_are_made_up(cluster_of):
    made_up = "SELECT count(*), bool_or(verified), min(source) FROM code WHERE list = 'exchange_rate' AND local"
    count, verified, source = sql(cluster_of, made_up)[0]
    assert count >= 28 and not verified
    assert source.startswith("Demonstration")


def test_the_chain_holds_although_the_making_was_cut_off(demo_home, cluster_of):
    code, out, err = flask(demo_home, "journal", "verify")
    told = json.loads(out)
    assert code == 0, err
    assert told["ok"] is True
    assert told["states"]["compared"] > 1_500


def test_the_password_is_its_owners_alone(demo_home):
    assert (demo_home / "demo_password").stat().st_mode & 0o077 == 0
    assert demo_home.stat().st_mode & 0o077 == 0


def test_the_lines_of_the_readme_lead_to_a_verified_permit(demo_home, tmp_path, cluster_of):
    code, out, err = flask(demo_home, "lodge", "app/cli/demo/declaration.json", "--json")
    told = json.loads(out)
    assert (code, told["outcome"], told["status"]) == (0, "lodged", "selected"), err
    assert told["mrn"], told
    code, out, _err = flask(demo_home, "assess", told["mrn"])
    assert (code, "unverified" in out, "provisional" in out) == (0, True, True)
    code, out, err = flask(demo_home, "decide", told["mrn"], "release", "--reason", "assay papers shown")
    assert (code, out) == (0, "released\n"), err
    permit = tmp_path / "permit.pdf"
    code, out, err = flask(demo_home, "permit", told["mrn"], "--languages", "en,fa_AF", "--out", permit)
    assert (code, "copy: 0" in out) == (0, True), err
    code, out, _err = flask(demo_home, "verify", permit)
    assert (code, json.loads(out)["valid"]) == (0, True)
    notice = tmp_path / "notice.pdf"
    code, out, err = flask(demo_home, "paper", told["mrn"], "assessment-notice", "--out", notice)
    assert code == 0, err
    code, out, _err = flask(demo_home, "verify", notice)
    assert (code, json.loads(out)["valid"]) == (0, True)


def test_what_the_second_firm_lodges_waits_for_its_receipt(demo_home, tmp_path, cluster_of):
    for place in range(4):  # chance stops some
        body = tmp_path / f"green-{place}.json"
        body.write_text(json.dumps(declarations.words(party="TJ-510067890")))
        code, out, err = flask(demo_home, "lodge", body, "--as", "trader2", "--json")
        told = json.loads(out)
        if told["status"] != "selected":
            break
    assert (code, told["status"]) == (0, "assessed"), err
    said = flask(demo_home, "assess", told["mrn"], "--as", "officer")[1]
    due = re.search(r"^total: ([0-9.]+) TJS", said, re.MULTILINE)[1]
    slip = ("--receipt", f"T-{told['mrn']}", "--bank", "Amonatbonk")
    code, out, err = flask(demo_home, "pay", told["mrn"], "--amount", due, *slip, "--as", "officer")
    assert (code, out.splitlines()[0]) == (0, "status: released"), err


def test_the_whole_journey_with_the_usual_logins(demo_home, tmp_path, cluster_of):
    body = tmp_path / "red.json"
    body.write_text(json.dumps(declarations.red()))
    code, out, err = flask(demo_home, "lodge", body, "--json")
    told = json.loads(out)
    assert (code, told["status"], told["lane"]) == (0, "selected", None), err
    code, out, err = flask(demo_home, "decide", told["mrn"], "release", "--reason", "in a hurry")
    assert (code, len(err.splitlines())) == (1, 1)
    code, out, err = flask(demo_home, "decide", told["mrn"], "refuse", "--reason", "no licence")
    assert (code, out) == (0, "refused\n")
    ((released,),) = sql(cluster_of, "SELECT mrn FROM declaration d WHERE status = 'released' AND NOT EXISTS "
                         "(SELECT FROM permit p WHERE p.declaration_id = d.id) LIMIT 1")  # fmt: skip
    permit = tmp_path / "permit.pdf"
    copies = [flask(demo_home, "permit", released, "--out", permit)[1] for _ in range(2)]
    assert ["copy: 0" in copies[0], "copy: 1" in copies[1]] == [True, True]
    code, out, _err = flask(demo_home, "verify", permit)
    assert (code, json.loads(out)["claims"]["mrn"]) == (0, released)


def test_two_lodge_at_once_and_no_number_is_lost(demo_home, tmp_path, cluster_of):
    files = [tmp_path / f"{n}.json" for n in range(6)]
    for file in files:
        file.write_text(json.dumps(declarations.words()))
    both = [start(demo_home, "lodge", *some, "--json") for some in (files[:3], files[3:])]
    results = [finished(process) for process in both]
    assert [code for code, _out, _err in results] == [0, 0], results
    mrns = [json.loads(line)["mrn"] for _code, out, _err in results for line in out.splitlines()]
    numbers = sorted(int(mrn[7:16]) for mrn in mrns)
    assert numbers == list(range(numbers[0], numbers[0] + 6))


def test_the_worker_outlives_its_database(demo_home, cluster_of):
    worker = start(demo_home, "work")
    waiting = "SELECT count(*) FROM outbox WHERE delivered_at IS NULL"
    try:
        _until(lambda: sql(cluster_of, waiting) == [(0,)])
        psutil.Process(cluster_of.pid).kill()
        again = _revived(demo_home)
        with_row = "INSERT INTO outbox VALUES ('TJPPJ', gen_random_uuid(), 't', 's', '{}') RETURNING 1"
        sql(again, with_row)
        _until(lambda: sql(again, waiting) == [(0,)])
        again.stop()
        worker.send_signal(signal.SIGTERM)
        code, _out, err = finished(worker, 30)
        assert code == 0
        assert "Traceback" not in err
    finally:
        worker.kill()


def _revived(home):
    """The server that the worker itself has started again after its death."""
    _until(lambda: postmaster_pid(home / "pg") is not None)
    return embedded.start(home)


def _until(holds, limit=60.0):
    deadline = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.1)


def test_it_is_served_signed_into_and_stopped(demo_home):
    port, begun = free_port(), time.monotonic()
    served = start(demo_home, "demo", "--port", port)
    address = f"http://localhost:{port}"
    try:
        assert served.stdout.readline().strip() == address
        assert time.monotonic() - begun < SECOND_START
        assert json.loads(_get(f"{address}/readyz"))["status"] == "ready"
        page = _signed_in(address, "officer", (demo_home / "demo_password").read_text().strip())
        assert "officer" in page or "Назаров" in page
        logins = [served.stdout.readline().split()[:1] for _line in range(1 + len(DEMO_PEOPLE))]
        served.send_signal(signal.SIGINT)
        code, _out, err = finished(served, 30)
    finally:
        served.kill()
    assert code == 0, err
    assert all([login] in logins for login in ("trader", "officer.TJDUS", "auditor"))
    assert is_left_alone(demo_home)


def _get(url):
    with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - our own address
        return answer.read()


def _signed_in(address, login, password):
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    with opener.open(f"{address}/login", timeout=20) as form:
        token = re.search(r'name="csrf_token" value="([^"]+)"', form.read().decode())[1]
    fields = urllib.parse.urlencode({"csrf_token": token, "login": login, "password": password}).encode()
    with opener.open(f"{address}/login", data=fields, timeout=20) as answer:
        assert not answer.url.endswith("/login")
        return answer.read().decode()
