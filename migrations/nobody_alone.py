"""What the database refuses that one person does alone: the guards of proposals, and of what follows from them."""

from __future__ import annotations

from typing import Any

HOLDS = """
CREATE FUNCTION holds_role(who uuid, roles text[], at_post text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM public.access_grant g JOIN public.app_user u ON u.id = g.account_id AND u.active
        WHERE g.person_id = who AND g.role = ANY(roles) AND g.post IN (at_post, '*')
            AND g.valid_from <= public.guzar_now() AND (g.valid_to IS NULL OR g.valid_to > public.guzar_now()))
$$
"""
#: A proposal begins by waiting, is settled once, in time, by somebody with a role for it, and never says anything else
#: than it said when it was made.
PROPOSAL = """
CREATE FUNCTION guard_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    act public.proposal_act%ROWTYPE;
BEGIN
    SELECT * INTO act FROM public.proposal_act WHERE kind = NEW.kind;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'waiting' OR NEW.decided_by IS NOT NULL OR NEW.decided_at IS NOT NULL
            OR NEW.decided_device IS NOT NULL OR NEW.decided_login IS NOT NULL
            OR NEW.device_checked IS DISTINCT FROM act.other_device
            OR NEW.proposed_at > public.guzar_now() + interval '1 minute'
            OR NEW.expires_at <> NEW.proposed_at + act.hours * interval '1 hour'
        THEN
            RAISE EXCEPTION 'a proposal begins by waiting for as long as its act says' USING ERRCODE = '23514';
        END IF;
        IF NOT public.holds_role(NEW.proposed_by, act.proposes, NEW.post) THEN
            RAISE EXCEPTION 'who proposes holds no role for it' USING ERRCODE = '23514';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status <> 'waiting' OR (OLD.post, OLD.id, OLD.kind, OLD.subject, OLD.reference, OLD.payload, OLD.reason,
            OLD.proposed_by, OLD.proposed_login, OLD.proposed_name, OLD.proposed_at, OLD.expires_at)
        IS DISTINCT FROM (NEW.post, NEW.id, NEW.kind, NEW.subject, NEW.reference, NEW.payload, NEW.reason,
            NEW.proposed_by, NEW.proposed_login, NEW.proposed_name, NEW.proposed_at, NEW.expires_at)
        OR OLD.proposed_device IS DISTINCT FROM NEW.proposed_device
    THEN
        RAISE EXCEPTION 'what was proposed stays as it was, and settled once' USING ERRCODE = '23514';
    END IF;
    IF NEW.status IN ('approved', 'rejected') THEN
        IF public.guzar_now() >= OLD.expires_at OR NEW.decided_at > public.guzar_now() + interval '1 minute' THEN
            RAISE EXCEPTION 'a proposal is settled in time' USING ERRCODE = '23514';
        END IF;
        IF NEW.decided_by IS NOT NULL AND NOT public.holds_role(NEW.decided_by, act.settles, NEW.post) THEN
            RAISE EXCEPTION 'the second person holds no role for it' USING ERRCODE = '23514';
        END IF;
        IF act.other_device AND NOT NEW.device_checked AND (SELECT purpose FROM public.node) = 'live' THEN
            RAISE EXCEPTION 'two persons sit at two devices' USING ERRCODE = '23514';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.status = 'waiting' OR NEW.decided_by IS NOT NULL
        OR (NEW.status = 'expired' AND public.guzar_now() < OLD.expires_at)
    THEN
        RAISE EXCEPTION 'a proposal ends by a second person, by time, or because it is overtaken' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$
"""
APPROVED = """
CREATE FUNCTION approved_by_two(kinds text[], of uuid, said jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM public.proposal p WHERE p.subject = of AND p.kind = ANY(kinds) AND p.status = 'approved'
            AND p.decided_by <> p.proposed_by AND p.payload @> said)
$$
"""
#: A waiver is of the examination that was ordered last, and of no other one.
WAIVED = """
CREATE FUNCTION inspection_waived(of_post text, declaration uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM (
            SELECT i.id, i.status FROM public.inspection i WHERE i.post = of_post AND i.declaration_id = declaration
                AND i.kind = 'goods' ORDER BY i.ordered_at DESC, i.id DESC LIMIT 1) last
        WHERE last.status = 'cancelled' AND public.approved_by_two(
            ARRAY['inspection.waive'], declaration, jsonb_build_object('inspection', last.id::text))
            AND NOT EXISTS (SELECT FROM public.inspection_finding r WHERE (r.post, r.inspection_id) = (of_post, last.id))
            AND NOT EXISTS (SELECT FROM public.inspection_measure r WHERE (r.post, r.inspection_id) = (of_post, last.id))
            AND NOT EXISTS (SELECT FROM public.inspection_photo r WHERE (r.post, r.inspection_id) = (of_post, last.id))
            AND NOT EXISTS (SELECT FROM public.inspection_sample r WHERE (r.post, r.inspection_id) = (of_post, last.id)))
$$
"""
#: As in 0035, of a waiver that is of this very examination.
RED_UNSEEN = """
CREATE OR REPLACE FUNCTION refuse_red_unseen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF public.inspection_waived(NEW.post, NEW.id) THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT FROM public.inspection i WHERE i.post = NEW.post AND i.declaration_id = NEW.id
            AND i.kind = 'goods' AND i.status = 'concluded' AND EXISTS (
                SELECT FROM public.inspection_finding f WHERE f.post = i.post AND f.inspection_id = i.id))
        OR EXISTS (
        SELECT FROM public.inspection i WHERE i.post = NEW.post AND i.declaration_id = NEW.id
            AND i.kind = 'goods' AND i.status IN ('ordered', 'started'))
    THEN
        RAISE EXCEPTION 'red goods are not released before their inspection is concluded' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$
"""
RED_ALONE = """
CREATE OR REPLACE FUNCTION refuse_red_released_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT public.inspection_waived(NEW.post, NEW.id) AND NOT EXISTS (
        SELECT FROM public.declaration_decision d WHERE d.post = NEW.post AND d.declaration_id = NEW.id
            AND d.decision IN ('release', 'release-with-correction') AND NOT EXISTS (
                SELECT FROM public.inspection i WHERE i.post = d.post AND i.declaration_id = d.declaration_id
                    AND i.kind = 'goods' AND i.concluded_by = d.person))
    THEN
        RAISE EXCEPTION 'red goods are released by another person than who inspected them' USING ERRCODE = '23514';
    END IF;
    RETURN NULL;
END $$
"""
#: What was accepted follows from a proposal, where it is let go, where an official wants it to count no more, and where
#: he wants another value declared.
AMENDED = """
CREATE FUNCTION refuse_amended_alone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    state text;
BEGIN
    SELECT d.status INTO state FROM public.declaration d WHERE d.post = NEW.post AND d.id = NEW.declaration_id;
    IF state IN ('released', 'partly_released', 'exited') THEN
        IF public.approved_by_two(ARRAY['declaration.amend', 'declaration.invalidate', 'value.override'], NEW.id, '{}') THEN
            RETURN NEW;
        END IF;
    ELSIF state = 'prelodged' OR (NEW.requested_role = 'trader' AND NEW.decided_by <> NEW.requested_by) THEN
        RETURN NEW;
    ELSIF NEW.kind = 'invalidate' THEN
        IF public.approved_by_two(ARRAY['declaration.invalidate'], NEW.id, '{}') THEN
            RETURN NEW;
        END IF;
    ELSIF NOT public.amends_value(NEW.post, NEW.declaration_id, NEW.from_content, NEW.body)
        OR public.approved_by_two(ARRAY['value.override'], NEW.id, '{}')
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'this is amended by two officials, the second one senior' USING ERRCODE = '23514';
END $$
"""
VALUED = """
CREATE FUNCTION amends_value(of_post text, declaration uuid, from_content int, body jsonb)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM public.declaration_content c
        WHERE c.post = of_post AND c.declaration_id = declaration AND c.content = from_content
            AND ((body->'invoice'->>'total')::numeric IS DISTINCT FROM c.invoice_total
                OR body->'invoice'->>'currency' IS DISTINCT FROM c.currency))
    OR EXISTS (
        SELECT FROM (SELECT (i->>'number')::int AS number, (i->>'invoice_value')::numeric AS value,
                (i->>'customs_value')::numeric AS customs, (i->>'statistical_value')::numeric AS statistical
            FROM jsonb_array_elements(body->'items') i) new
        FULL JOIN (SELECT d.number, d.invoice_value AS value, (d.more->>'customs_value')::numeric AS customs,
                (d.more->>'statistical_value')::numeric AS statistical
            FROM public.declaration_item d WHERE d.post = of_post AND d.declaration_id = declaration
                AND d.content = from_content) old ON old.number = new.number
        WHERE (new.value, new.customs, new.statistical) IS DISTINCT FROM (old.value, old.customs, old.statistical)
            OR new.number IS NULL OR old.number IS NULL)
$$
"""
#: What a movement took is given back when it has ended, when its claim is settled, or by two persons.
GIVEN_BACK = """
CREATE FUNCTION refuse_guarantee_released_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.released_by IS NULL AND NEW.released_wish_by IS NULL AND EXISTS (
        SELECT FROM public.transit_movement m WHERE m.post = NEW.movement_post AND m.id = NEW.movement_id
            AND m.status IN ('discharged', 'rejected', 'invalidated', 'not_released', 'recovery'))
    THEN
        RETURN NEW;
    END IF;
    IF EXISTS (
        SELECT FROM public.proposal p WHERE p.subject = NEW.id AND p.kind = 'guarantee.release' AND p.status = 'approved'
            AND p.proposed_by = NEW.released_wish_by AND p.decided_by = NEW.released_by)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a guarantee is given back by hand by two persons' USING ERRCODE = '23514';
END $$
"""
#: A row that says what two persons did, and by which proposal. `{said}` compares the words of both.
BY_PROPOSAL = """
CREATE FUNCTION refuse_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.proposal p WHERE p.post = NEW.{post} AND p.id = NEW.{id} AND p.kind IN ({kinds})
            AND p.status = 'approved' AND p.decided_by <> p.proposed_by AND {said})
    THEN
        RAISE EXCEPTION 'this takes an approved proposal of two persons' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$
"""
_PERSONS = "p.proposed_by = NEW.proposed_by AND p.decided_by = NEW.approved_by"
#: Name of the guard, table, columns that name the proposal, kinds, and what must agree.
_BY_PROPOSAL = (
    (
        "fee_waived_by_two", "fee_waiver", "post", "proposal_id", "'fee.waive'",
        (f"p.subject = NEW.declaration_id AND {_PERSONS} AND p.payload->>'fee' = NEW.fee "
        "AND (p.payload->>'amount')::numeric = NEW.amount AND p.payload->>'currency' = NEW.currency"),
    ),
    (
        "debt_written_off_by_two", "debt_write_off", "post", "proposal_id", "'debt.write-off'",
        (f"p.subject = NEW.declaration_id AND {_PERSONS} "
        "AND (p.payload->>'amount')::numeric = NEW.amount AND p.payload->>'currency' = NEW.currency"),
    ),
    (
        "correction_by_two", "exemption_correction", "proposal_post", "proposal_id", "'write-off.correct'",
        f"p.subject = NEW.certificate_id AND {_PERSONS} AND (p.payload->>'quantity')::numeric = NEW.quantity",
    ),
    (
        "fallback_opened_by_two", "fallback_period", "post", "proposal_id", "'fallback.open'",
        ("p.proposed_by = NEW.opened_by AND p.decided_by = NEW.approved_by AND (p.payload->>'forms')::int = NEW.forms "
        "AND NEW.opened_at >= p.decided_at"),
    ),
    (
        "neighbour_key_by_two", "neighbour_key", "trusted_post", "trusted_by", "'neighbour.trust'",
        ("NEW.revoked_at IS NULL AND p.payload->>'administration' = NEW.administration AND p.payload->'keys' @> "
        "jsonb_build_array(jsonb_build_object('key_id', NEW.key_id, 'sha256', NEW.sha256, 'record', NEW.record))"),
    ),
    (
        "refund_by_two", "refund", "post", "proposal_id", "'payments.refund', 'payments.withdrawal'",
        (f"{_PERSONS} AND (p.payload->>'amount')::numeric = NEW.amount AND p.payload->>'currency' = NEW.currency "
        "AND p.payload->>'party' = NEW.party AND p.payload->>'target' = NEW.target AND p.payload->>'bank' = NEW.bank "
        "AND p.payload->>'bank_reference' = NEW.bank_reference"),
    ),
)  # fmt: skip
KEY_REVOKED = """
CREATE FUNCTION refuse_neighbour_key_revoked_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.revoked_at IS NOT NULL OR NOT EXISTS (
        SELECT FROM public.proposal p WHERE p.post = NEW.revoked_post AND p.id = NEW.revoked_by
            AND p.kind = 'neighbour.revoke' AND p.status = 'approved' AND p.subject = NEW.id
            AND (p.payload->>'compromised')::boolean = NEW.compromised)
    THEN
        RAISE EXCEPTION 'a key of a neighbour is revoked once, by two persons' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$
"""
TRUSTED = """
CREATE FUNCTION refuse_trusted_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.status = OLD.status OR NEW.status <> 'in_force') THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' AND EXISTS (
        SELECT FROM public.proposal p WHERE p.kind = 'risk.trusted' AND p.status = 'approved'
            AND p.payload->>'party' = NEW.party AND p.payload->>'valid_to' = NEW.valid_to::text
            AND p.payload->'posts' = to_jsonb(NEW.posts) AND p.proposed_by = NEW.made_by
            AND p.decided_by = NEW.approved_by)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a trader is trusted by two persons' USING ERRCODE = '23514';
END $$
"""
WRITTEN_OFF = """
CREATE FUNCTION refuse_written_off_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.debit = 'written-off' AND NOT EXISTS (
        SELECT FROM public.debt_write_off w WHERE w.post = NEW.post AND w.id = NEW.entry
            AND w.declaration_id = NEW.subject AND w.amount = NEW.amount AND w.currency = NEW.currency)
    THEN
        RAISE EXCEPTION 'a debt is written off by two persons' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$
"""
#: On the way a seal comes off by a change that two officers made, or by an incident that one reported and another decided.
RESEALED = """
CREATE FUNCTION refuse_seal_changed_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.transit_movement m WHERE m.post = OLD.movement_post AND m.id = OLD.movement_id
            AND m.status IN ('released_for_transit', 'incident'))
        OR public.approved_by_two(ARRAY['seal.change'], OLD.movement_id,
            jsonb_build_object('off', jsonb_build_array(OLD.serial)))
        OR EXISTS (
            SELECT FROM public.transit_incident i WHERE i.post = OLD.movement_post AND i.movement_id = OLD.movement_id
                AND i.outcome = 'endorsed' AND cardinality(i.seals) > 0 AND i.decided_by <> i.reported_by
                AND i.decided_at >= OLD.changed_at)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'on the way a seal is changed by two persons' USING ERRCODE = '23514';
END $$
"""
_TRIGGERS = (
    ("proposal_by_two", "BEFORE INSERT OR UPDATE ON proposal FOR EACH ROW", "guard_proposal"),
    (
        "amendment_by_two",
        "BEFORE INSERT OR UPDATE OF status ON declaration_amendment FOR EACH ROW WHEN (NEW.status = 'accepted')",
        "refuse_amended_alone",
    ),
    (
        "guarantee_released_by_two",
        "BEFORE INSERT OR UPDATE ON guarantee_reservation FOR EACH ROW WHEN (NEW.status = 'credited')",
        "refuse_guarantee_released_alone",
    ),
    (
        "neighbour_key_revoked_by_two",
        "BEFORE UPDATE ON neighbour_key FOR EACH ROW",
        "refuse_neighbour_key_revoked_alone",
    ),
    ("trusted_by_two", "BEFORE INSERT OR UPDATE ON risk_trusted_trader FOR EACH ROW", "refuse_trusted_alone"),
    (
        "ledger_written_off_by_two",
        "BEFORE INSERT ON ledger_transfer FOR EACH ROW WHEN (NEW.debit = 'written-off')",
        "refuse_written_off_alone",
    ),
    (
        "seal_changed_by_two",
        (
            "BEFORE UPDATE ON seal FOR EACH ROW WHEN (OLD.status IN ('applied', 'broken') "
            "AND (NEW.status NOT IN ('applied', 'broken') OR NEW.movement_id IS DISTINCT FROM OLD.movement_id))"
        ),
        "refuse_seal_changed_alone",
    ),
    *(
        (name, f"BEFORE INSERT ON {table} FOR EACH ROW", f"refuse_{name}")
        for name, table, _post, _id, _kinds, _said in _BY_PROPOSAL
    ),
)


#: As in 0035.
RED_UNSEEN_BEFORE = RED_UNSEEN.replace(
    "IF public.inspection_waived(NEW.post, NEW.id) THEN",
    "IF EXISTS (SELECT FROM public.proposal p WHERE p.post = NEW.post AND p.subject = NEW.id "
    "AND p.kind = 'inspection.waive' AND p.status = 'approved') THEN",
)
RED_ALONE_BEFORE = RED_ALONE.replace(
    "NOT public.inspection_waived(NEW.post, NEW.id)",
    "NOT EXISTS (SELECT FROM public.proposal p WHERE p.post = NEW.post AND p.subject = NEW.id "
    "AND p.kind = 'inspection.waive' AND p.status = 'approved')",
)


def install(op: Any) -> None:
    """Makes all of them; `op` is Alembic's."""
    for function in (
        HOLDS, PROPOSAL, APPROVED, WAIVED, RED_UNSEEN, RED_ALONE, VALUED, AMENDED, GIVEN_BACK, KEY_REVOKED, TRUSTED,
        WRITTEN_OFF, RESEALED,
    ):  # fmt: skip
        op.execute(function)
    for name, _table, post, id, kinds, said in _BY_PROPOSAL:
        op.execute(BY_PROPOSAL.format(name=name, post=post, id=id, kinds=kinds, said=said))
    for name, when, function in _TRIGGERS:
        op.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {function}()")


def remove(op: Any) -> None:
    """Takes them away again, and leaves those of 0035 as they were."""
    for name, when, _function in _TRIGGERS:
        table = when.partition(" ON ")[2].split()[0]
        op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute(RED_UNSEEN_BEFORE)
    op.execute(RED_ALONE_BEFORE)
    for name in (
        *(f"refuse_{row[0]}" for row in _BY_PROPOSAL),
        *("refuse_seal_changed_alone", "refuse_written_off_alone", "refuse_trusted_alone", "refuse_amended_alone"),
        *("refuse_neighbour_key_revoked_alone", "refuse_guarantee_released_alone", "guard_proposal"),
    ):
        op.execute(f"DROP FUNCTION {name}()")
    op.execute("DROP FUNCTION amends_value(text, uuid, int, jsonb)")
    op.execute("DROP FUNCTION inspection_waived(text, uuid)")
    op.execute("DROP FUNCTION approved_by_two(text[], uuid, jsonb)")
    op.execute("DROP FUNCTION holds_role(uuid, text[], text)")
