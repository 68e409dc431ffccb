"""The deeds about one consignment, each through the verb that the pages and the API use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_UP, Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from app.attachments import operations as attachments
from app.clearance import operations as clearance
from app.clearance.keys import KeyStore
from app.cli.demo import photos, scans, seizing
from app.cli.demo.consignments import corrected
from app.cli.demo.duties import INTEREST, INTERESTED
from app.cli.demo.steps import Result
from app.cli.demo.story import FIRMS, Consignment
from app.cli.demo.workbench import answer_all
from app.core.actors import Actor
from app.core.db import now
from app.declarations import operations as declarations
from app.declarations import queries, rules, schemas
from app.declarations.commands import (
    AddDocument,
    Answer,
    Ask,
    ConfirmExit,
    Decide,
    Invalidate,
    LodgeDeclaration,
    PartlyRelease,
    RecordAudit,
    RequestAmendment,
    SaveDraft,
    SettleRequest,
)
from app.declarations.models import Declaration
from app.declarations.operations import Lodged
from app.flows import (
    amending,
    approving,
    asking,
    deciding,
    importing,
    inspecting,
    leaving,
    lodging,
    offending,
    paying,
    permits,
    presenting,
    settling,
)
from app.inspections.commands import (
    AddFinding,
    AddMeasure,
    AddPerson,
    AddPhoto,
    Conclude,
    MoveSample,
    NoteSeal,
    TakeSample,
)
from app.interchange.asycuda.write import write
from app.interchange.reading import codes_of, message_of
from app.offences.commands import EndGoods, Member
from app.offences.lifecycle import End
from app.payments import queries as owed
from app.payments.commands import Pay, PayFromAccount, ProposeRefund, Receipt, Secure
from app.reference.queries import codebook

CURRENCY = "TJS"
#: The truck without goods, in kilograms, and when the scale was last looked at.
_EMPTY, _CALIBRATED = Decimal(14_200), dt.date(2026, 3, 2)
BANKS = ("AMONATBONK", "ESKHATA", "ORIENBONK")
_ISSUERS = {"851": "Plant quarantine, Kunduz", "911": "Drug control agency"}


class Deeds:
    """What the people of the post and its firms do with a consignment; `reference` is known once it is lodged."""

    def __init__(self, told: Consignment, people: Mapping[str, Actor], keys: KeyStore) -> None:
        self.told, self.people, self.keys, self.random = told, people, keys, told.random
        self.reference = ""
        self.trader = people["trader" if told.declarant == FIRMS[0] else "trader2"]
        self.officer = people[self.random.choice(("officer", "officer", "officer2"))]
        self.cashier = people[self.random.choice(("officer", "officer2"))]
        self.supervisor = people[self.random.choice(("supervisor", "supervisor2"))]
        self.bank = self.random.choice(BANKS)

    def about(self, told: Consignment) -> Deeds:
        """The same people about another consignment."""
        return Deeds(told, self.people, self.keys)

    # --- before an officer ----------------------------------------------------------------------------------------

    def draft(self, session: Session) -> Result:
        command = SaveDraft(self.told.body["post"], self.told.body, party=self.told.declarant)
        return {"reference": declarations.save_draft(session, command, by=self.trader).reference}

    def import_(self, session: Session) -> Result:
        book = codebook(session)
        message = message_of(
            write(self.told.body),
            f"{self.told.body['local_reference']}.xml",
            posts=lodging.own_posts(book),
            codes=codes_of(book, now(session).date()),
        )
        return {"reference": importing.keep(session, message, self.told.body["post"], by=self.trader).reference}

    def lodge(self, session: Session) -> Result:
        lodged = lodging.lodge(session, LodgeDeclaration(schemas.read(self.told.body)), by=self.trader)
        return self._lodged(session, lodged)

    def present(self, session: Session) -> Result:
        return self._lodged(session, presenting.present(session, self.reference, None, by=self.trader))

    def take_back(self, session: Session) -> Result:
        command = Invalidate(self.reference, "The truck broke down before the border; the load was sold.")
        return self._state(session, amending.invalidate(session, command, by=self.trader).declaration)

    def _lodged(self, session: Session, lodged: Lodged) -> Result:
        missing = sorted({finding.rule for finding in rules.blocking(lodged.warnings)})
        return {**self._state(session, lodged.declaration), "missing": missing}

    def _state(self, session: Session, declaration: Declaration) -> Result:
        known = settling.standing(session, declaration)
        return {
            "reference": declaration.reference,
            "mrn": declaration.mrn,
            "status": declaration.status,
            "lane": declaration.lane,
            "due": format(known.due, "f"),
            "overpaid": format(known.overpaid, "f"),
            "unsecured": format(known.unsecured, "f"),
        }

    # --- before one -----------------------------------------------------------------------------------------------

    def show_paper(self, session: Session, kind: str, number: str) -> Result:
        """The trader hands in what was missing, with its scan."""
        day = now(session).date()
        scan = attachments.upload(
            session,
            post=self.told.body["post"],
            party=self.told.declarant,
            name=f"{number}.pdf",
            content=scans.paper(kind, number, day),
            by=self.trader,
        )
        session.flush()
        words = {
            "type": kind,
            "number": number,
            "date": day.isoformat(),
            "issuer": _ISSUERS.get(kind, "Ministry of Trade"),
            "expires": (day + dt.timedelta(days=90)).isoformat(),
            "attachment": str(scan.id),
        }
        command = AddDocument(self.reference, schemas.DocumentSchema().load(words))
        declarations.add_document(session, command, codebook(session), by=self.trader)
        return {"document": number}

    def looker(self, lane: str) -> Actor:
        """Papers are an officer's business, goods an inspector's; who has an interest in the firm stays away."""
        if lane == "red":
            return self.people["inspector"]
        body = self.told.body
        named = {self.told.declarant, *((body.get(role) or {}).get("id") for role in ("consignor", "consignee", "declarant"))}
        barred = self.officer.login == INTERESTED and INTEREST in named
        return self.people["officer"] if barred else self.officer

    def find(self, session: Session, lane: str, command: AddFinding) -> Result:
        inspecting.add_finding(session, self.reference, command, None, by=self.looker(lane))
        return {}

    def record(self, session: Session, *, sampled: bool) -> Result:
        """What an inspector brings along from the truck: photos, the weight, the driver, a sample."""
        who, body = self.looker("red"), self.told.body
        vehicle, driver = body["transport"]["vehicle"], body["transport"].get("driver") or {}
        plate = str(vehicle.get("plate") or "")
        for view in range(len(photos.VIEWS)):
            command = AddPhoto(f"IMG_{view}.jpg", photos.photo(view, plate, now(session)), photos.VIEWS[view])
            inspecting.add_photo(session, self.reference, command, None, by=who)
        goods = sum((Decimal(str(item["gross_kg"])) for item in body["items"]), Decimal(0))
        weighed = AddMeasure("weighing", "Scale 2", calibrated_on=_CALIBRATED, gross_kg=goods + _EMPTY, tare_kg=_EMPTY)
        inspecting.add_measure(session, self.reference, weighed, None, by=who)
        paper = (driver.get("document") or {}).get("number") or ""
        present = AddPerson(str(driver.get("name") or "Karim Rahimov"), "driver", str(paper))
        inspecting.add_person(session, self.reference, present, None, by=who)
        seal = NoteSeal("seen", f"AF{self.told.number:06d}", bearer=plate, place="Rear door")
        inspecting.note_seal(session, self.reference, seal, None, by=who)
        if sampled:
            wanted = TakeSample(
                "Powder from a bag behind the load", "0.200", "KGM", "Central customs laboratory", "What is it?"
            )
            sample = inspecting.take_sample(session, self.reference, wanted, None, by=who)[1]
            handed = MoveSample(sample.id, "handed", "Courier of the laboratory", True)
            inspecting.move_sample(session, self.reference, handed, None, by=who)
        return {}

    def conclude(self, session: Session, lane: str, conclusion: str, summary: str, advice: str) -> Result:
        command = Conclude(conclusion, summary, advice)
        inspecting.conclude(session, self.reference, command, None, by=self.looker(lane))
        return {}

    def decide(self, session: Session, decision: str, reason: str) -> Result:
        self._answered(session)
        command = Decide(self.reference, decision, reason)
        return self._state(session, deciding.decide(session, command, by=self.officer))

    def _answered(self, session: Session) -> None:
        """An analyst answers what was asked about watch lists: the goods do not go before."""
        declaration = queries.find(session, self.reference, by=self.officer)
        answer_all(session, declaration.id, by=self.people["analyst2"])

    def seize(self, session: Session) -> Result:
        seizing.seize(session, self.reference, self.told.body, self.looker("red"), self.officer)
        return {}

    def hold(self, session: Session, reason: str) -> Result:
        return self._state(session, seizing.hold(session, self.reference, reason, self.officer))

    def appeal(self, session: Session) -> Result:
        seizing.appeal(session, self.reference, self.trader)
        return {}

    def reject(self, session: Session, reason: str) -> Result:
        return self._state(session, leaving.reject(session, self.reference, reason, None, by=self.officer))

    def destroy(self, session: Session, reason: str, note: str) -> Result:
        commission = (Member("Раҳимов Далер", "сардори навбат"), Member("Назаров Фирдавс", "нозир"))
        command = EndGoods(
            End.DESTRUCTION.value, reason, manner=note, commission=commission, witness="Шарипова Гулнора"
        )
        declaration, _act = offending.end_goods(session, self.reference, command, None, by=self.supervisor)
        assert isinstance(declaration, Declaration)
        return self._state(session, declaration)

    def invalidate(self, session: Session, reason: str) -> Result:
        """Asked by one and approved by another: nobody cancels alone what was lodged."""
        done = amending.invalidate(session, Invalidate(self.reference, reason), by=self.officer)
        if done.proposal is not None:
            approving.approve(session, done.proposal.id, "Looked at both declarations.", by=self.supervisor)
        return self._state(session, done.declaration)

    def propose_lane(self, session: Session, lane: str, reason: str) -> Result:
        _record, proposal = deciding.change_lane(session, self.reference, lane, reason, None, by=self.officer)
        assert proposal is not None
        return {"proposal": str(proposal.id)}

    def approve(self, session: Session, proposal: str, reason: str) -> Result:
        self._answered(session)
        approving.approve(session, UUID(proposal), reason, by=self.supervisor)
        return self._state(session, queries.find(session, self.reference, by=self.supervisor))

    def ask(self, session: Session, question: str, deadline: dt.timedelta | None) -> Result:
        ends = now(session) + deadline if deadline else None
        _record, query = asking.ask(session, Ask(self.reference, question, 1, ends), by=self.officer)
        return {"query": str(query.id)}

    def answer(self, session: Session, query: str, words: str) -> Result:
        asking.answer(session, Answer(self.reference, UUID(query), words), by=self.trader)
        return {}

    # --- what is declared changes ---------------------------------------------------------------------------------

    def ask_amendment(self, session: Session, percent: int, reason: str) -> Result:
        body = corrected(self.told.body, percent)
        done = amending.request(session, RequestAmendment(self.reference, body, reason), by=self.trader)
        return {"amendment": str(done.amendment.id)}

    def accept_amendment(self, session: Session, amendment: str) -> Result:
        command = SettleRequest(self.reference, UUID(amendment), "Agrees with the invoice that was shown.")
        return self._state(session, amending.accept(session, command, by=self.officer).declaration)

    def endorse_amendment(self, session: Session, amendment: str) -> Result:
        done = amending.endorse(session, SettleRequest(self.reference, UUID(amendment)), by=self.officer)
        assert done.proposal is not None
        return {"proposal": str(done.proposal.id)}

    def propose_refund(self, session: Session, amount: str) -> Result:
        command = ProposeRefund(
            Decimal(amount), CURRENCY, "bank", "Paid before the value was amended.", self.bank, "2020 2972 0441 0067"
        )
        _record, proposal = paying.propose_refund(session, self.reference, command, by=self.cashier)
        return {"proposal": str(proposal.id)}

    # --- money ----------------------------------------------------------------------------------------------------

    def claim(self, session: Session, amount: Decimal, number: str, excess: str) -> Result:
        """The trader names the receipt of the bank."""
        receipt = Receipt(self.bank, number, now(session).date())
        command = Pay(amount, CURRENCY, receipt, excess)
        _record, payment = paying.claim_receipt(session, self.reference, command, by=self.trader)
        return {"payment": str(payment.id)}

    def confirm(self, session: Session, payment: str) -> Result:
        declaration, _payment = paying.confirm(session, UUID(payment), by=self.cashier)
        assert declaration is not None
        return self._state(session, declaration)

    def refuse_claim(self, session: Session, payment: str, reason: str) -> Result:
        paying.refuse(session, UUID(payment), reason, by=self.cashier)
        return {}

    def pay_cash(self, session: Session, amount: Decimal) -> Result:
        command = Pay(amount, CURRENCY, None)
        declaration, _payment = paying.record_receipt(session, self.reference, command, by=self.cashier)
        return self._state(session, declaration)

    def pay_from_account(self, session: Session) -> Result:
        """All that is due, if the account holds it; otherwise the trader goes to the bank."""
        declaration = queries.find(session, self.reference, by=self.trader)
        held = owed.account(session, declaration.post, self.told.declarant, by=self.trader)
        if held.balance >= settling.standing(session, declaration).due:
            command = PayFromAccount(self.told.declarant)
            declaration, _payment = paying.pay_from_account(session, self.reference, command, by=self.trader)
        return self._state(session, declaration)

    def secure(self, session: Session, amount: str) -> Result:
        """What is suspended: by the guarantee that is declared, or by money reserved on the firm's account."""
        guarantees = self.told.body.get("guarantees")
        if guarantees:
            command = Secure("guarantee", Decimal(amount), CURRENCY, reference=guarantees[0]["reference"])
            declaration, _given = paying.secure(session, self.reference, command, by=self.cashier)
        else:
            command = Secure("account", Decimal(amount), CURRENCY)
            declaration, _given = paying.secure(session, self.reference, command, by=self.trader)
        return self._state(session, declaration)

    # --- on the way out -------------------------------------------------------------------------------------------

    def partly_release(self, session: Session, items: tuple[int, ...], reason: str) -> Result:
        self._answered(session)
        command = PartlyRelease(self.reference, items, reason)
        return self._state(session, leaving.partly_release(session, command, by=self.officer)[0])

    def leave(self, session: Session, other_seals: bool) -> Result:
        """The gate writes down what it sees."""
        body, gate = self.told.body, self.people["inspector"]
        seals, remark = tuple(body.get("seals") or ()), ""
        if other_seals:
            seals, remark = ("TJ900117",), "Opened for the inspection and sealed anew by the post."
        command = ConfirmExit(self.reference, body["transport"]["vehicle"]["plate"], seals, remark=remark)
        return self._state(session, leaving.confirm_exit(session, command, by=gate)[0])

    def issue(self, session: Session, languages: tuple[str, str]) -> Result:
        return {
            "number": permits.issue(session, self.reference, languages, self.keys, by=self.supervisor).permit.number
        }

    def copy(self, session: Session, number: str, reason: str) -> Result:
        return {"copy": permits.print_copy(session, number, (), reason, self.keys, by=self.supervisor).copy}

    def revoke(self, session: Session, number: str) -> Result:
        clearance.revoke(session, number, "Issued with the plate of another truck.", by=self.supervisor)
        return {}

    def audit(self, session: Session, outcome: str, summary: str) -> Result:
        command = RecordAudit(self.reference, outcome, summary)
        leaving.record_audit(session, command, by=self.people["auditor"])
        return {}


def rounded_up(amount: Decimal) -> Decimal:
    """As people pay who bring round sums to the bank: the next hundred."""
    return (amount / 100).quantize(Decimal(1), ROUND_UP) * 100


def part_of(amount: Decimal) -> Decimal:
    """More than half of it, in whole somoni."""
    return (amount * 6 / 10).quantize(Decimal(1)).quantize(Decimal("0.01"))
