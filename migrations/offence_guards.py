"""What the database refuses of decisions, appeals and hand-overs: one person where two are needed."""

from __future__ import annotations

from typing import Any

#: Who concluded the inspection of red goods decides nothing about them but to hold them.
DECIDED_BY_INSPECTOR = """
CREATE FUNCTION refuse_decided_by_inspector() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.inspection i JOIN public.declaration d ON d.post = i.post AND d.id = i.declaration_id
        WHERE i.post = NEW.post AND i.declaration_id = NEW.declaration_id AND i.kind = 'goods'
            AND i.concluded_by = NEW.person AND d.lane = 'red')
    THEN
        RAISE EXCEPTION 'red goods are decided by another person than who inspected them' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$
"""
#: What was taken or refused comes back by an appeal that was upheld, and by two persons.
RECONSIDERED_ALONE = """
CREATE FUNCTION refuse_reconsidered_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.proposal p WHERE p.post = NEW.post AND p.subject = NEW.id AND p.kind = 'decision.reconsider'
            AND p.status = 'approved' AND p.decided_at >= coalesce((
                SELECT max(d.at) FROM public.declaration_decision d
                WHERE d.post = NEW.post AND d.declaration_id = NEW.id), p.decided_at))
    THEN
        RAISE EXCEPTION 'a decision is taken back by two persons' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$
"""
ANSWERED_BY_INVOLVED = """
CREATE FUNCTION refuse_answered_by_involved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    who uuid;
BEGIN
    FOREACH who IN ARRAY array_remove(ARRAY[NEW.admitted_by, NEW.answered_by], NULL) LOOP
        IF EXISTS (SELECT FROM public.declaration_decision d
                WHERE d.post = NEW.post AND d.declaration_id = NEW.declaration_id AND d.person = who)
            OR EXISTS (SELECT FROM public.inspection i WHERE i.concluded_by = who
                AND ((i.post = NEW.post AND i.declaration_id = NEW.declaration_id)
                    OR (i.movement_post = NEW.post AND i.movement_id = NEW.movement_id)))
            OR EXISTS (SELECT FROM public.seizure s WHERE s.person = who
                AND ((s.post = NEW.post AND s.declaration_id = NEW.declaration_id)
                    OR (s.movement_post = NEW.post AND s.movement_id = NEW.movement_id)))
            OR EXISTS (SELECT FROM public.detention h WHERE (h.person = who OR h.extended_by = who)
                AND ((h.post = NEW.post AND h.declaration_id = NEW.declaration_id)
                    OR (h.movement_post = NEW.post AND h.movement_id = NEW.movement_id)))
        THEN
            RAISE EXCEPTION 'an appeal is answered by somebody who had no hand in it' USING ERRCODE = '23514';
        END IF;
    END LOOP;
    RETURN NEW;
END $$
"""
RECEIVED_AGAIN = """
CREATE FUNCTION refuse_received_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.received_by IS NOT NULL THEN
        RAISE EXCEPTION 'a hand-over is confirmed once' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$
"""
_FUNCTIONS = {
    "decided_by_inspector": DECIDED_BY_INSPECTOR,
    "reconsidered_alone": RECONSIDERED_ALONE,
    "answered_by_involved": ANSWERED_BY_INVOLVED,
    "received_again": RECEIVED_AGAIN,
}


def guard(op: Any) -> None:
    """Makes the functions and their triggers."""
    for function in _FUNCTIONS.values():
        op.execute(function)
    op.execute(
        "CREATE TRIGGER declaration_decision_by_another BEFORE INSERT ON declaration_decision "
        "FOR EACH ROW WHEN (NEW.decision <> 'hold') EXECUTE FUNCTION refuse_decided_by_inspector()"
    )
    op.execute(
        "CREATE TRIGGER declaration_reconsidered_by_two BEFORE UPDATE OF status ON declaration FOR EACH ROW "
        "WHEN (OLD.status IN ('seized', 'refused') AND NEW.status IN ('detained', 'selected', 'under_control', "
        "'assessed', 'paid', 'released', 'partly_released') OR OLD.status = 'detained' AND NEW.status = 'selected') "
        "EXECUTE FUNCTION refuse_reconsidered_alone()"
    )
    op.execute(
        "CREATE TRIGGER appeal_by_another BEFORE INSERT OR UPDATE ON appeal "
        "FOR EACH ROW EXECUTE FUNCTION refuse_answered_by_involved()"
    )
    op.execute(
        "CREATE TRIGGER seizure_move_received_once BEFORE UPDATE ON seizure_move "
        "FOR EACH ROW EXECUTE FUNCTION refuse_received_again()"
    )


def unguard(op: Any) -> None:
    """Takes away what does not go with the tables."""
    op.execute("DROP TRIGGER declaration_decision_by_another ON declaration_decision")
    op.execute("DROP TRIGGER declaration_reconsidered_by_two ON declaration")


def drop(op: Any) -> None:
    """Drops the functions, once nothing uses them."""
    for name in _FUNCTIONS:
        op.execute(f"DROP FUNCTION refuse_{name}()")
