"""The deeds about one movement, each through the verb that the pages and the API use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.attachments import operations as attachments
from app.cli.demo import scans
from app.cli.demo.consignments import POST
from app.cli.demo.convoys import EAST, WEST, Convoy, Way, weighed
from app.cli.demo.deeds import CURRENCY
from app.cli.demo.pledges import ACCESS_CODE
from app.cli.demo.steps import Result
from app.cli.demo.story import FIRMS
from app.cli.demo.workbench import answer_all
from app.core.actors import SYSTEM, Actor
from app.core.db import now
from app.declarations.models import Declaration, DeclarationContent
from app.flows.movements import arriving, departing, lodging, searching, selecting, travelling, watching
from app.flows.movements.beginning import begin_from_declaration
from app.guarantees import queries as pledged
from app.guarantees.lifecycle import Status
from app.guarantees.models import Guarantee
from app.reference.queries import codebook
from app.seals import operations as sealing
from app.seals import queries as seals
from app.seals.commands import Applied, CheckSeal, DeviceEvent, RegisterDevice
from app.transit import operations as transit
from app.transit import queries, schemas
from app.transit.commands import (
    AnswerEnquiry,
    Arrive,
    CloseEnquiry,
    ConcludeControl,
    Continue,
    DecideIncident,
    Discharge,
    Found,
    Invalidate,
    LodgeMovement,
    OrderControl,
    PermitUnloading,
    RefuseGuarantee,
    RefuseRelease,
    Reject,
    Release,
    RemarkUnloading,
    ReportIncident,
    ResolveDiscrepancy,
    SaveDraft,
    StartRecovery,
    Weigh,
)
from app.transit.models import Movement

#: The new tractor's plate is the old one's with another number.
_OTHER = "7{0}"
_PLACES = ("rear doors, left leaf", "rear doors, right leaf")


class Journey:
    """What holder and offices do with a movement; `reference` is known once it is lodged."""

    def __init__(self, told: Convoy, people: Mapping[str, Actor]) -> None:
        self.told, self.people, self.body = told, people, told.body
        self.reference = ""
        self.trader = people["trader" if told.party == FIRMS[0] else "trader2"]
        own = "officer" if told.number % 3 else "officer2"
        self._at = {POST: people[own], WEST: people["officer.TJDUS"], EAST: people["officer.TJTEM"]}
        self.post, self.there = told.way.post, told.way.office
        self.officer, self.receiver = self._at[self.post], self._at[self.there]

    @property
    def has_stock(self) -> bool:
        """Only one post of the demonstration has seals of its own."""
        return self.post == POST

    @property
    def bears_seals(self) -> bool:
        return any(row["seals"] for row in self.body["equipment"])

    @property
    def ends_here(self) -> bool:
        """Whether it ends at a destination of this country, and does not leave it."""
        return self.told.way not in (Way.TO_UZBEKISTAN, Way.TO_AFGHANISTAN)

    # --- at departure -----------------------------------------------------------------------------------------------

    def draft(self, session: Session) -> Result:
        command = SaveDraft(self.post, {**self.body, "location": None, "places": None}, party=self.told.party)
        return {"reference": transit.save_draft(session, command, by=self.trader).reference}

    def lodge(self, session: Session) -> Result:
        return self._lodged(session, self.body)

    def lodge_onward(self, session: Session) -> Result:
        """The goods of an import that is declared already go on to another office."""
        mrn = session.execute(
            select(Declaration.mrn)
            .join(
                DeclarationContent,
                (DeclarationContent.post == Declaration.post)
                & (DeclarationContent.declaration_id == Declaration.id)
                & (DeclarationContent.content == Declaration.content),
            )
            .where(
                Declaration.party == self.told.party,
                Declaration.status.in_(("selected", "under_control", "released")),
                DeclarationContent.header["declaration_type"].astext == "IM",
            )
            .order_by(Declaration.id.desc())
            .limit(1)
        ).scalar_one_or_none()
        if mrn is None:
            return self.lodge(session)
        draft = begin_from_declaration(session, mrn, "national", self.post, by=self.trader)
        words = queries.draft(session, draft).body
        own = {name: self.body[name] for name in ("local_reference", "location", "places", "route", "offices")}
        body = {**words, **own, "binding_itinerary": True, "equipment": [], "guarantees": self._guarantees(session)}
        version, codes = draft.version, {0: ACCESS_CODE}
        command = SaveDraft(self.post, schemas.draft_words(body), self.told.party, draft.reference, version)
        kept = transit.save_draft(session, command, by=self.trader)
        self.body = body
        lodged = lodging.submit(session, kept.reference, None, by=self.trader, access_codes=codes)
        return self._state(lodged.movement)

    def _lodged(self, session: Session, body: dict[str, Any]) -> Result:
        if not self.told.way.is_tir:
            body = {**body, "guarantees": self._guarantees(session)}
        lodged = lodging.lodge(session, LodgeMovement(schemas.read(body)), by=self.trader)
        return self._state(lodged.movement)

    def _guarantees(self, session: Session) -> list[dict[str, Any]]:
        grn = session.execute(
            select(Guarantee.grn).where(
                Guarantee.holder == self.told.party, Guarantee.status == Status.IN_FORCE.value, Guarantee.type == "1"
            )
        ).scalar_one()
        return [{"type": "1", "grn": grn, "access_code": ACCESS_CODE}]

    def _state(self, movement: Movement) -> Result:
        limit = movement.limit_at.isoformat() if movement.limit_at else None
        return {"reference": movement.reference, "mrn": movement.mrn, "status": movement.status, "limit_at": limit}

    def order_control(self, session: Session, papers: bool) -> Result:
        types = ("10",) if papers else ("40", "41")
        asked = ({"type": "N380", "text": "The invoice, with the prices of every article."},) if papers else ()
        command = OrderControl(self.reference, self.post, types, asked)
        return self._state(departing.order_control(session, command, by=self.officer)[0])

    def find_conform(self, session: Session) -> Result:
        command = ConcludeControl(self.reference, self.post, 1, "conform")
        return self._state(departing.conclude_control(session, command, by=self.officer)[0])

    def find_not_conform(self, session: Session) -> Result:
        remarks = "Twenty-two sacks of another commodity behind the third row; samples taken."
        command = ConcludeControl(self.reference, self.post, 1, "not-conform", remarks)
        return self._state(departing.conclude_control(session, command, by=self.people["inspector"])[0])

    def refuse_guarantee(self, session: Session) -> Result:
        grn = queries.declared(session, queries.find(session, self.reference, by=self.officer)).guarantees[0]["grn"]
        reason = {"grn": grn, "code": "G09", "text": "The value of the goods is higher than stated; name another one."}
        until = now(session) + dt.timedelta(days=2)
        command = RefuseGuarantee(self.reference, self.post, (reason,), until)
        return self._state(departing.refuse_guarantee(session, command, by=self.officer))

    def take_back(self, session: Session) -> Result:
        command = Invalidate(self.reference, "The buyer takes the goods over at Dusti; they are declared there.")
        return self._state(lodging.invalidate(session, command, by=self.trader)[0])

    def refuse_release(self, session: Session) -> Result:
        command = RefuseRelease(self.reference, self.post, "Undeclared goods among the load; to be declared anew.")
        return self._state(departing.refuse_release(session, command, by=self.officer))

    def reject(self, session: Session) -> Result:
        command = Reject(self.reference, self.post, "The goods named are those of another truck.")
        return self._state(departing.reject(session, command, by=self.officer))

    def weigh(self, session: Session, moment: str) -> Result:
        """On the way some diesel is burnt; one truck is heavier than it was."""
        office, by = (self.post, self.officer) if moment == "entry" else (self.there, self.receiver)
        kilograms = weighed(self.body)
        if moment != "entry":
            kilograms += 1_480 if self.told.number == 15 else -60
        ticket = f"WB-{now(session):%y%m%d}-{self.told.number:03d}"
        command = Weigh(self.reference, office, moment, kilograms, ticket)
        travelling.weigh(session, command, by=by)
        return {}

    def seal(self, session: Session) -> Result:
        """The next seals in the officer's hand, with a photo of the first."""
        held = seals.stock(session, by=self.officer, post=self.post, status="issued")
        mine = [seal.serial for seal in held if seal.officer == self.officer.person]
        plate = (self.body["transport"].get("trailer") or self.body["transport"]["vehicle"])["plate"]
        count = 2 if self.told.number % 2 else 1
        applied = [
            Applied(serial, plate=plate, place=_PLACES[place], photo=None if place else self._photo(session, serial))
            for place, serial in enumerate(mine[:count])
        ]
        departing.apply_seals(session, self.reference, self.post, applied, by=self.officer)
        return {"seals": [each.serial for each in applied]}

    def _photo(self, session: Session, serial: str) -> UUID:
        kept = attachments.upload(
            session,
            post=self.post,
            party=self.told.party,
            name=f"{serial}.png",
            content=scans.photo(self.told.number),
            by=self.officer,
        )
        return kept.id

    def _looked_at(self, session: Session, office: str, by: Actor) -> None:
        """What the lane asks for: somebody looks at the goods at this office, if nobody has."""
        movement, codes = queries.find(session, self.reference, by=by), codebook(session)
        answer_all(session, movement.id, by=self.people["analyst2"])
        if selecting.still_to_look(session, movement, office, codes, now(session)) is None:
            return
        order = OrderControl(self.reference, office, ("10", "40"))
        _movement, control = departing.order_control(session, order, by=by)
        told = ConcludeControl(self.reference, office, control.number, "conform", "Papers and goods agree.")
        departing.conclude_control(session, told, by=by)

    def release(self, session: Session) -> Result:
        self._looked_at(session, self.post, self.officer)
        return self._state(departing.release(session, Release(self.reference, self.post), by=self.officer))

    # --- on the road ------------------------------------------------------------------------------------------------

    def watch(self, session: Session) -> Result:
        """What time does to movements."""
        return {"done": watching.run(session, by=SYSTEM)}

    def bind_device(self, session: Session) -> Result:
        device, key = sealing.register_device(
            session, RegisterDevice(POST, "gps", "GPS 0417"), by=self.people["supervisor"]
        )
        travelling.bind_device(session, self.reference, POST, device.id, by=self.officer)
        return {"device": str(device.id), "key": key}

    def tell(self, session: Session, device: str, key: str, sequence: int, place: tuple[str, str]) -> Result:
        event = DeviceEvent(sequence, "position", now(session), Decimal(place[0]), Decimal(place[1]))
        travelling.tell(session, UUID(device), key, [event], by=SYSTEM)
        return {}

    def report_new_tractor(self, session: Session) -> Result:
        photo = attachments.upload(
            session,
            post=self.post,
            party=self.told.party,
            name="tractor.png",
            content=scans.photo(self.told.number),
            by=self.trader,
        )
        vehicle = self.body["transport"]["vehicle"]
        command = ReportIncident(
            self.reference,
            "6",
            "The gearbox broke behind Obikiik. Another tractor took the trailer over; the seals were not touched.",
            "Obikiik",
            now(session) - dt.timedelta(minutes=40),
            country="TJ",
            endorsement="Road police of Khatlon, inspector N. Rajabov",
            means={"vehicle": {**vehicle, "plate": _OTHER.format(vehicle["plate"][1:])}},
            evidence=(str(photo.id),),
        )
        return self._state(travelling.report_incident(session, command, by=self.trader)[0])

    def endorse(self, session: Session) -> Result:
        command = DecideIncident(self.reference, self.post, 1, "endorsed", "Photo and word of the road police agree.")
        return self._state(travelling.decide_incident(session, command, by=self.people["supervisor2"])[0])

    # --- at the destination -----------------------------------------------------------------------------------------

    def arrive(self, session: Session) -> Result:
        return self._state(arriving.arrive(session, Arrive(self.reference, self.there), by=self.receiver)[0])

    def permit_unloading(self, session: Session) -> Result:
        command = PermitUnloading(self.reference, self.there)
        return self._state(arriving.permit_unloading(session, command, by=self.receiver)[0])

    def remark(self, session: Session, *, complete: bool, differing: tuple[Found, ...] = ()) -> Result:
        """What was unloaded under the permission that is open."""
        movement = queries.find(session, self.reference, by=self.receiver)
        last = queries.unloadings(session, movement)[-1]
        command = RemarkUnloading(
            self.reference,
            self.there,
            last.number,
            codebook(session).day_at(self.there, now(session)),
            complete,
            not differing,
            True if seals.of_movement(session, movement.id) else None,
            "" if complete else "The rear half is in the warehouse; the rest is unloaded tomorrow.",
            differing,
        )
        return self._state(arriving.remark_unloading(session, command, by=self.receiver)[0])

    def remark_differences(self, session: Session) -> Result:
        item = self.body["house_consignments"][0]["items"][0]
        count = item["packages"][0]["count"]
        short = max(count - 14, 0)
        lighter = (Decimal(item["gross_kg"]) * short / count).quantize(Decimal("0.001"))
        found = (
            Found("packages", 1, f"{short} {item['packages'][0]['kind']}", "Counted twice at the ramp."),
            Found("gross_kg", 1, f"{lighter}", "Weighed without the missing packages."),
        )
        return self.remark(session, complete=True, differing=found)

    def resolve(self, session: Session) -> Result:
        """The office of departure asks the holder, who shows what is missing."""
        movement = queries.find(session, self.reference, by=self.officer)
        for row in queries.discrepancies(session, movement):
            reason = "Fourteen packages stayed at Kunduz: the consignor's letter and the new packing list were shown."
            command = ResolveDiscrepancy(self.reference, self.post, row.number, "accepted", reason)
            arriving.resolve_discrepancy(session, command, by=self.officer)
        return self._state(movement)

    def check_seals(self, session: Session) -> Result:
        movement = queries.find(session, self.reference, by=self.receiver)
        on = [seal.serial for seal in seals.of_movement(session, movement.id) if seal.status == "applied"]
        for serial in on:
            command = CheckSeal(serial, view=True, verify=True, tug=True, twist=True)
            travelling.check_seal(session, self.reference, self.there, command, by=self.receiver)
        return {"checked": on}

    def go_on(self, session: Session) -> Result:
        self._looked_at(session, self.there, self.receiver)
        command = Continue(
            self.reference, self.there, "The goods for Tursunzoda are unloaded; the rest goes on to Khujand."
        )
        return self._state(arriving.continue_to_next(session, command, by=self.receiver))

    def discharge(self, session: Session) -> Result:
        self._looked_at(session, self.there, self.receiver)
        return self._state(arriving.discharge(session, Discharge(self.reference, self.there), by=self.receiver))

    # --- never there ------------------------------------------------------------------------------------------------

    def answer(self, session: Session, says: str, words: str) -> Result:
        command = AnswerEnquiry(self.reference, says, words)
        return self._state(searching.answer_enquiry(session, command, by=self.trader)[0])

    def close_enquiry(self, session: Session) -> Result:
        reason = "Neither goods nor proof after eight days; the office of destination has not seen the truck."
        command = CloseEnquiry(self.reference, self.post, "recovery", reason)
        return self._state(searching.close_enquiry(session, command, by=self.people["supervisor"])[0])

    def start_recovery(self, session: Session) -> Result:
        """What was reserved for the movement is asked of holder and guarantor."""
        movement = queries.find(session, self.reference, by=self.officer)
        taken = sum((row.amount for row, _guarantee in pledged.of_movement(session, movement.id)), Decimal(0))
        reason = "The goods were lost to customs: duties and taxes of the whole load."
        command = StartRecovery(self.reference, self.post, taken, CURRENCY, reason)
        return self._state(searching.start_recovery(session, command, by=self.people["supervisor"])[0])
