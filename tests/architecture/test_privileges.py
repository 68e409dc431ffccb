"""What the application's role may do, table by table; it owns nothing, so it drops no guard and grants nothing."""

from __future__ import annotations

import re

import psycopg
import pytest

#: Written by hand. S select, I insert, U update (of the named columns, if any are named), D delete.
ALLOWED: dict[str, str] = {
    "access_grant": "SI U(valid_to)",
    "alembic_version": "S",
    "api_token": "SI U(revoked_at)",
    "app_user": "SI U(*)",
    "attachment": "SI",
    "chain_head": "SIU",
    "code": "SIU",
    "commodity_price": "SID",
    "declaration": "SI U(changed_at,content,lane,lodged_at,mrn,status,version) D",
    "declaration_content": "SI",
    "declaration_decision": "SI",
    "declaration_document": "SI",
    "declaration_presented_document": "SI",
    "declaration_draft": "SIUD",
    "declaration_item": "SI",
    "assessment": "SI",
    "cash_closing": "SI",
    "declaration_amendment": "SI U(decided_at,decided_by,decided_login,decided_name,decided_reason,endorsed_at,endorsed_by,endorsed_login,endorsed_name,stage,status,to_content)",
    "declaration_audit": "SI",
    "declaration_exit": "SI",
    "declaration_exit_item": "SI",
    "declaration_query": "SI U(answer,answered_at,answered_by,answered_login,answered_name,withdrawn_at,withdrawn_by,withdrawn_login,withdrawn_reason)",
    "declaration_released_item": "SI",
    "declaration_template": "SI U(changed_at,name) D",
    "debt": "SI U(calculated,due,unsecured) D",
    "duty_conflict": "SI U(ended_at,ended_by,ended_name,ended_reason)",
    "duty_qualification": "SI U(ended_at,ended_by,ended_name,ended_reason)",
    "duty_shift": "SI U(ended_at,ended_by,ended_how,ended_name,ended_reason)",
    "duty_security": "SI U(released_at,released_by,released_reason)",
    "exemption_certificate": "SI U(decided_by,decided_name,status,used)",
    "exemption_write_off": "SI",
    "ledger_account": "SI U(balance,place)",
    "ledger_transfer": "SI",
    "payment": "SI U(cancelled_by,closing_id,number,reason,settled_at,settled_by,settled_name,status,version)",
    "prepayment_account": "SI U(standing_order,version)",
    "refund": "SI U(closing_id)",
    "suspense_stock": "SI U(commodity,holder,left_net_kg,left_packages,left_units,net_kg,packages,procedure,unit,units)",
    "suspense_write_off": "SI",
    "guarantee": "SI U(amount,decided_at,decided_by,decided_name,status,version)",
    "guarantee_access_code": "SI U(revoked_at,revoked_by)",
    "guarantee_reservation": "SI U(claimed,ended_at,released_by,released_reason,released_wish_by,status)",
    "appeal": "SI U(admitted_at,admitted_by,admitted_name,admitted_reason,answer,answered_at,answered_by,answered_name,proposal,status,version,withdrawn_at)",
    "detention": "SI U(ended_at,ended_by,ended_how,ended_name,extended_at,extended_by,extended_name,extended_reason,extended_until,status,version)",
    "goods_end": "SI",
    "seizure": "SI",
    "seizure_move": "SI U(received_at,received_by,received_name)",
    "seizure_person": "SI",
    "seizure_photo": "SI",
    "seizure_piece": "SI",
    "device": "SI U(last_at,last_sequence,movement_id,movement_post,revoked_at)",
    "device_event": "SI",
    "risk_finding": "SI",
    "risk_subject": "SIU",
    "risk_subject_chapter": "SIU",
    "risk_subject_cursor": "SIU",
    "risk_subject_month": "SIU",
    "seal": "SI U(changed_at,container,declaration_id,declaration_post,movement_id,movement_post,officer,officer_name,place,plate,status)",
    "seal_event": "SI",
    "field_device": "SI U(locked_at,locked_by,locked_name,locked_reason,released_at,released_by,released_reason,seen_at,sequence)",
    "field_record": "SI",
    "field_settlement": "SI",
    "idempotency_key": "SID",
    "inspection": "SI U(assigned_name,assigned_to,concluded_at,concluded_by,concluded_device,concluded_name,concluded_noted,concluded_record,conclusion,due_at,extent,instruction,kind,number,place,recommendation,slot_from,slot_to,started_at,status,summary,types,version)",
    "inspection_assignment": "SI",
    "inspection_finding": "SI",
    "inspection_measure": "SI",
    "inspection_photo": "SI",
    "inspection_presence": "SI",
    "inspection_sample": "SI",
    "inspection_sample_move": "SI",
    "inspection_seal": "SI",
    "inspection_step": "SI U(clock_off,ended_at,ended_by,ended_name,ended_noted,official,reason,started_at,started_by,started_name,started_noted,status)",
    "journal_entry": "SI",
    "mandate": "SI U(revoked_at,revoked_by,revoked_name,revoked_reason,revoked_role)",
    "node": "S",
    "number_series": "SIU",
    "outbox": "SIUD",
    "oversight_case": "SI U(answer,answered_at,answered_by,answered_name,words)",
    "oversight_checkpoint": "SI",
    "oversight_chunk": "SIUD",
    "oversight_difference": "SI U(gone_at)",
    "oversight_gate_count": "SI",
    "oversight_look": "SID",
    "oversight_report": "SI U(escalated_at,remark,signed_at,signed_by,signed_name,status)",
    "oversight_watch": "SIU",
    "paper": "SI",
    "paper_print": "SI",
    "party": "SIU",
    "permit": "SI U(revoked_at,revoked_by,revoked_reason)",
    "permit_print": "SI",
    "person": "SI U(name)",
    "post": "SIU",
    "transit_alarm": "SI U(seen_at,seen_by,seen_name)",
    "transit_amendment": "SI U(answer,content,decided_at,decided_by,decided_name,status)",
    "transit_answer": "SI",
    "transit_arrival": "SI U(left_at)",
    "transit_content": "SI",
    "transit_control": "SI U(concluded_at,concluded_by,concluded_name,evidence,remarks,result)",
    "transit_discrepancy": "SI U(reason,resolution,resolved_at,resolved_by,resolved_name)",
    "transit_draft": "SIUD",
    "transit_enquiry": "SI U(closed_at,closed_by,closed_name,closing,outcome)",
    "transit_incident": "SI U(decided_at,decided_by,decided_name,office,outcome,reason)",
    "transit_item": "SI",
    "transit_movement": "SI U(amend_by,arrived_at,carnet,changed_at,content,destination,ended_at,kind,lane,limit_at,lodged_at,mrn,party,released_at,status,version) D",
    "transit_office": "SI U(due_at,on_road,stage,visited_at) D",
    "transit_passage": "SI",
    "transit_plate_in_use": "SID",
    "transit_recovery": "SI U(by_guarantor,paid_as,settled_at,settled_by,settled_name)",
    "transit_tir_volet": "SI",
    "transit_unloading": "SI U(complete,conform,remarked_at,remarked_by,remarked_name,remarks,seals_ok,unloaded_on)",
    "transit_weighing": "SI",
    "proposal": "SI U(decided_at,decided_by,decided_device,decided_login,decided_reason,device_checked,status)",
    "proposal_act": "S",
    "fee_waiver": "SI",
    "debt_write_off": "SI",
    "exemption_correction": "SI",
    "fallback_period": "SI U(closed_at,closed_by,closed_name)",
    "fallback_form": "SI U(declaration_id,keyed_at,keyed_by,keyed_name,reference)",
    "neighbour_key": "SI U(compromised,revoked_at,revoked_by,revoked_post)",
    "reference_revision": "SU",
    "risk_assessment": "SI",
    "risk_cursor": "SIU",
    "risk_draw_seed": "SI U(opened_at)",
    "risk_profile": "SI U(approved_at,approved_by,approved_name,criteria,ended_at,ended_by,ended_name,ended_reason,expected_rate,expression,instruction,kinds,lane,names,posts,reason,second_at,second_by,second_name,source,spare_trusted,status,valid_from,valid_to)",
    "risk_profile_day": "SID",
    "risk_random_share": "SIU",
    "risk_reasons_seen": "SI",
    "risk_replay": "SI U(cursor,done,finished_at,population,spent,status,total)",
    "risk_replay_day": "SI U(caught,hits,raised)",
    "risk_replay_profile": "SI U(asked,broken,caught,examples,found,hits,inspected,raised,untold)",
    "risk_rule_set": "SI",
    "risk_tampering": "SI",
    "risk_goods_day": "SID",
    "risk_traffic_day": "SID",
    "risk_trusted_trader": "SI U(ended_at,ended_by,ended_name,ended_reason,status,suspended_at,suspended_by,suspended_name,suspended_reason)",
    "risk_waiting_release": "SI U(outcome,settled_at)",
    "risk_score_drift": "SI",
    "risk_score_model": "SI U(ended_at,ended_why,status,switched_on_at,switched_on_name)",
    "risk_score_month": "SI",
    "saved_filter": "SIUD",
    "sign_in": "SIUD",
    "work_claim": "SI U(ended_at,ended_by,ended_how,ended_name,idle_at,reason)",
    "watch_entry": "SI U(removed_at,removed_by,removed_reason,removed_with,valid_to)",
    "watch_list": "SI U(roles,valid_to)",
    "watch_match": "SI U(decided_at,decided_by,decided_name,reason,remembered,status)",
    "watch_reader": "SI U(left_at,left_by)",
    "webauthn": "SIUD",
}

#: Facts: rows are added and never touched again.
APPEND_ONLY = sorted(name for name, rights in ALLOWED.items() if rights == "SI")


@pytest.fixture(scope="module")
def owner(template):
    with psycopg.connect(template.owner_url.replace("+psycopg", "")) as connection:
        yield connection


def _rights(owner, table: str) -> str:
    whole = {p for p in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
             if owner.execute("SELECT has_table_privilege('guzar', %s, %s)", [table, p]).fetchone()[0]}  # fmt: skip
    columns = owner.execute(
        "SELECT attname::text FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
        "AND has_column_privilege('guzar', attrelid, attnum, 'UPDATE') ORDER BY 1",
        [table],
    ).fetchall()
    assert not whole & {"TRUNCATE", "REFERENCES", "TRIGGER"}, table
    said = "".join(p[0] for p in ("SELECT", "INSERT", "UPDATE", "DELETE") if p in whole)
    if columns and "UPDATE" not in whole:
        head, tail = said.replace("D", ""), " D" if "D" in said else ""
        return f"{head} U({','.join(name for (name,) in columns)}){tail}"
    return said


def test_every_table_is_in_the_list(owner):
    found = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert {name for (name,) in found} == set(ALLOWED)


@pytest.mark.parametrize("table", ALLOWED)
def test_the_role_may_do_this_and_no_more(owner, table):
    rights = _rights(owner, table)
    if ALLOWED[table].endswith("U(*)"):
        assert rights.startswith(ALLOWED[table][:-3])
        return
    assert rights == ALLOWED[table]


def test_an_account_stays_that_persons(owner):
    """Of an account, what names it and whose it is never changes."""
    may = _rights(owner, "app_user").strip(")").split("(")[1].split(",")
    assert not {"id", "person_id", "login", "created_at"} & set(may)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
def test_facts_are_never_touched_again(template, owner, table, statement):
    column = owner.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", [table]
    ).fetchone()[0]
    with template.app_connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.format(table, column))


def test_the_role_owns_nothing(owner):
    owned = owner.execute(
        "SELECT relname FROM pg_class WHERE relowner = 'guzar'::regrole "
        "UNION ALL SELECT proname FROM pg_proc WHERE proowner = 'guzar'::regrole "
        "UNION ALL SELECT nspname FROM pg_namespace WHERE nspowner = 'guzar'::regrole "
        "UNION ALL SELECT datname FROM pg_database WHERE datdba = 'guzar'::regrole"
    ).fetchall()
    assert owned == []
    assert (
        owner.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication "
            "FROM pg_roles WHERE rolname = 'guzar'"
        ).fetchone()
        == (False,) * 5
    )
    assert owner.execute("SELECT count(*) FROM pg_auth_members WHERE member = 'guzar'::regrole").fetchone() == (0,)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (a int)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA mine",
        "ALTER TABLE journal_entry DISABLE TRIGGER ALL",
        "ALTER TABLE journal_entry ADD COLUMN more text",
        "DROP TABLE journal_entry",
        "DROP TRIGGER journal_entry_append_only ON journal_entry",
        "DROP TRIGGER declaration_lane_by_two ON declaration",
        "DROP FUNCTION refuse_change() CASCADE",
        "ALTER FUNCTION guzar_now() RENAME TO other",
        "CREATE OR REPLACE FUNCTION guzar_now() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
        "SET session_replication_role = replica",
        "SET ROLE guzar_owner",
        "UPDATE node SET purpose = 'test'",
    ],
)
def test_the_role_removes_no_guard(template, statement):
    with template.app_connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_the_role_grants_itself_nothing(template):
    """PostgreSQL only warns of such a grant; it must then be without effect."""
    with template.app_connection() as connection:
        connection.execute("GRANT ALL ON journal_entry TO guzar")
        kept = connection.execute("SELECT has_table_privilege('guzar', 'journal_entry', 'DELETE')").fetchone()
    assert kept == (False,)


def test_no_function_lends_its_owners_rights(owner):
    lent = owner.execute(
        "SELECT proname FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND prosecdef AND NOT EXISTS "
        "(SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
    ).fetchall()
    assert lent == []


def test_nothing_can_be_put_in_front_of_the_clock(template):
    """A temporary table is read before a real one of the same name, and the role may make temporary tables."""
    with template.app_connection() as connection:
        connection.execute(
            "CREATE TEMP TABLE node AS SELECT true AS one, 'test'::text AS purpose, interval '9 years' AS clock_offset"
        )
        true_time = connection.execute("SELECT guzar_now() - clock_timestamp() < interval '1 minute'").fetchone()
    assert true_time == (True,)


def test_functions_name_the_schema_of_every_table(owner):
    """The same for every function of ours: a table named without its schema can be covered by a temporary one."""
    bodies = owner.execute(
        "SELECT proname, prosrc FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS "
        "(SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
    ).fetchall()
    assert len(bodies) >= 5
    tables = "|".join(ALLOWED)
    bare = re.compile(rf"\b(?:FROM|JOIN|UPDATE|INTO)\s+(?!public\.)({tables})\b")
    assert [name for name, body in bodies if bare.search(body)] == []
