"""What migration 0035 has the database itself refuse: the functions of its triggers."""

from __future__ import annotations

#: Red goods go when somebody has looked at them and recorded what he found, and nobody has ordered another look since; or
#: when two persons have agreed, with a reason, that nobody looks.
RED_UNSEEN = """
CREATE OR REPLACE FUNCTION refuse_red_unseen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.proposal p WHERE p.post = NEW.post AND p.subject = NEW.id AND p.kind = 'inspection.waive'
            AND p.status = 'approved')
    THEN
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
#: As in 0008.
RED_UNSEEN_BEFORE = """
CREATE OR REPLACE FUNCTION refuse_red_unseen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.lane = 'red' AND NEW.status IN ('released', 'partly_released') AND NOT EXISTS (
        SELECT FROM public.inspection i WHERE i.post = NEW.post AND i.declaration_id = NEW.id
            AND i.kind = 'goods' AND i.status = 'concluded')
    THEN
        RAISE EXCEPTION 'red goods are not released before their inspection is concluded' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$
"""
#: Looked at when the transaction ends: the decision is written after the declaration has moved.
RED_ALONE = """
CREATE FUNCTION refuse_red_released_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.proposal p WHERE p.post = NEW.post AND p.subject = NEW.id AND p.kind = 'inspection.waive'
            AND p.status = 'approved')
        AND NOT EXISTS (
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
RED_GOES = "NEW.lane = 'red' AND NEW.status IN ('released', 'partly_released')"
CONCLUDED_UNSEEN = """
CREATE FUNCTION refuse_concluded_unseen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('concluded', 'cancelled') THEN
        RAISE EXCEPTION 'an inspection that is over stays as it is' USING ERRCODE = '23514';
    END IF;
    IF NEW.status = 'concluded' AND NOT EXISTS (
        SELECT FROM public.inspection_finding f WHERE f.post = NEW.post AND f.inspection_id = NEW.id)
    THEN
        RAISE EXCEPTION 'an inspection is not concluded without a finding' USING ERRCODE = '23514';
    END IF;
    IF NEW.status = 'concluded' AND EXISTS (
        SELECT FROM public.inspection_step s WHERE s.post = NEW.post AND s.inspection_id = NEW.id
            AND s.status IN ('ordered', 'started'))
    THEN
        RAISE EXCEPTION 'an inspection is not concluded while a step of it is open' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$
"""
RECORDED_LATE = """
CREATE FUNCTION refuse_recorded_late() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.inspection i WHERE i.post = NEW.post AND i.id = NEW.inspection_id
            AND i.status IN ('ordered', 'started'))
    THEN
        RAISE EXCEPTION 'nothing is recorded of an inspection that is over' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$
"""
#: What an instrument told is not replaced by what somebody writes, nor corrected by it.
MEASURED_BY_HAND = """
CREATE FUNCTION refuse_measured_by_hand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.inspection_measure m WHERE m.post = NEW.post AND m.inspection_id = NEW.inspection_id
            AND m.what = NEW.what AND m.source IS NOT NULL)
    THEN
        RAISE EXCEPTION 'what an instrument told is not replaced by hand' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$
"""
