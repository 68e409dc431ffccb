"""A declaration that random actions are tried on, and a plain model that says what must come of each.

The model is a table written by hand and a few sets; it shares nothing with the program but the names of states.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from sqlalchemy.orm import Session

from app.approvals import operations as approvals
from app.core import db
from app.core.actors import SYSTEM
from app.core.errors import Refusal
from app.declarations import operations, queries, rules, schemas
from app.declarations.commands import (
    Answer,
    Ask,
    ConfirmExit,
    Decide,
    LodgeDeclaration,
    Pass,
    SaveDraft,
    WithdrawQuery,
)
from app.declarations.lifecycle import Action, Status
from app.declarations.models import Declaration
from app.flows import lodging
from app.reference.queries import codebook
from tests.factories import lives
from tests.factories.agreements import agreed
from tests.factories.actors import POST, officer, supervisor, trader
from tests.unit.declarations.test_lifecycle import WRITTEN

S, A = Status, Action
ITEMS = frozenset({1, 2, 3})
DECIDED = (A.RELEASE_WITH_CORRECTION, A.HOLD, A.REFUSE, A.SEIZE, A.RETURN)
#: Moves of the system itself; elsewhere an officer releases.
BY_ITSELF = (S.LODGED, S.ASSESSED, S.PAID)


class Model:
    """What is known of a declaration without asking it."""

    def __init__(self) -> None:
        self.status, self.content = S.DRAFT, 0
        self.open, self.released, self.exited = 0, frozenset[int](), frozenset[int]()

    @property
    def free(self) -> frozenset[int]:
        """Items that may pass the gate now."""
        return (self.released if self.status is S.PARTLY_RELEASED else ITEMS) - self.exited

    def expected(self, action: Action) -> Status | None:
        """The state the action must lead to, or None where it must be refused."""
        if action in (A.EXIT, A.EXIT_PART):
            return self._through_the_gate(action)
        if action is A.PARTLY_RELEASE and len(ITEMS - self.released) == 1:
            action = A.RELEASE  # with the last item goes the whole
        end = WRITTEN.get((self.status, action))
        if action in (A.ANSWER, A.WITHDRAW_QUERY) and end is not None:
            return S.QUERIED if self.open > 1 else end
        return end

    def _through_the_gate(self, action: Action) -> Status | None:
        if (self.status, A.EXIT_PART) not in WRITTEN or not self.free:
            return None
        leaving = self.free if action is A.EXIT else frozenset({min(self.free)})
        all_gone = self.status is S.RELEASED and self.exited | leaving == ITEMS
        return S.EXITED if all_gone else self.status

    def move(self, action: Action) -> None:
        """Follows an action that was taken."""
        end = self.expected(action)
        assert end is not None
        if action is A.EXIT:
            self.exited |= self.free
        elif action is A.EXIT_PART:
            self.exited |= {min(self.free)}
        elif action is A.PARTLY_RELEASE:
            self.released |= {min(ITEMS - self.released)}
        elif action in (A.AMEND, A.LODGE, A.PRELODGE):
            self.content += 1
        self.open = self._open_after(action, end)
        self.status = end

    def _open_after(self, action: Action, end: Status) -> int:
        if action is A.QUERY:
            return self.open + 1
        if action in (A.ANSWER, A.WITHDRAW_QUERY):
            return self.open - 1
        return self.open if end is S.QUERIED else 0


def way_to(state: Status) -> list[Action]:
    """The shortest way from a draft to a state, by the table written by hand."""
    ways, edge = {S.DRAFT: list[Action]()}, deque([S.DRAFT])
    while edge:
        here = edge.popleft()
        for (start, action), end in WRITTEN.items():
            if start is here and end not in ways:
                ways[end] = [*ways[here], action]
                edge.append(end)
    return ways[state]


class Walked:
    """One declaration of three items in a database, and the verbs that try each action on it."""

    def __init__(self) -> None:
        self.model = Model()
        body = lives.free(3)
        with db.transaction() as session:
            draft = operations.save_draft(session, SaveDraft(POST, body), by=trader())
        self.reference, self.id, self.body = draft.reference, draft.id, body

    def attempt(self, action: Action) -> bool:
        """Tries the action as whoever it falls to, and follows it in the model; False if it was refused."""
        try:
            with db.transaction() as session:
                found = queries.locked(session, self.reference, by=trader())
                self._verb(session, found, action)
        except Refusal:
            return False
        self.model.move(action)
        return True

    def found(self) -> Declaration:
        with db.reading() as session:
            return queries.find(session, self.reference, by=trader())

    def _verb(self, session: Session, found: Declaration, action: Action) -> None:
        at = db.now(session)
        special = _VERBS.get(action)
        if special is not None:
            special(self, session, found, at)
        elif action is A.RELEASE and found.status in {s.value for s in BY_ITSELF}:
            operations.release(session, found, at, by=SYSTEM)
        else:
            operations.decide(
                session, found, Decide(self.reference, action.value, "so it is"), at, by=officer(), role="officer"
            )

    def _enter(self, session: Session, body: dict[str, Any]) -> None:
        codes = codebook(session)
        command = LodgeDeclaration(schemas.read(body), self.reference)
        entering = operations.check_in(session, command, codes, lodging.own_posts(codes), by=trader())
        operations.enter(session, entering, by=trader())

    def lodge(self, session: Session, _found: Declaration, _at: Any) -> None:
        self._enter(session, self.body)

    def prelodge(self, session: Session, _found: Declaration, _at: Any) -> None:
        self._enter(session, lives.early(self.body))

    def present(self, session: Session, found: Declaration, at: Any) -> None:
        codes = codebook(session)
        declared = schemas.read(self.body) if found.content == 0 else queries.declared(session, found)
        operations.present(session, found, declared, codes, lodging.own_posts(codes), at, by=officer(), role="officer")

    def select(self, session: Session, found: Declaration, at: Any) -> None:
        operations.select(session, found, "yellow", "look at it", at, by=officer(), role="officer")

    def start(self, session: Session, found: Declaration, at: Any) -> None:
        operations.start_control(session, found, at, by=officer(), role="officer")

    def ask(self, session: Session, found: Declaration, at: Any) -> None:
        deadline = at + lives.DAY
        operations.ask(session, found, Ask(self.reference, "why?"), deadline, at, by=officer(), role="officer")

    def answer(self, session: Session, found: Declaration, at: Any) -> None:
        query = self._question(session, found)
        operations.answer(session, found, Answer(self.reference, query, "because"), at, by=trader())

    def withdraw(self, session: Session, found: Declaration, at: Any) -> None:
        command = WithdrawQuery(self.reference, self._question(session, found), "known now")
        operations.withdraw_query(session, found, command, at, by=officer(), role="officer")

    def _question(self, session: Session, found: Declaration) -> Any:
        known = queries.questions(session, found)
        waiting = [q.id for q in known if q.is_open]
        return (waiting or [q.id for q in known] or [self.id])[0]

    def assess(self, session: Session, found: Declaration, at: Any) -> None:
        operations.assess(session, found, at, by=SYSTEM)

    def pay(self, session: Session, found: Declaration, at: Any) -> None:
        operations.pay(session, found, at, by=SYSTEM)

    def partly(self, session: Session, found: Declaration, at: Any) -> None:
        left = ITEMS - self.model.released
        command = Decide(self.reference, A.PARTLY_RELEASE.value, "these first")
        operations.partly_release(session, found, command, sorted(left)[:1], at, by=officer(), role="officer")

    def destroy(self, session: Session, found: Declaration, at: Any) -> None:
        operations.destroy(
            session, found, Decide(self.reference, "destroy", "spoilt"), at, by=supervisor(), role="supervisor"
        )

    def reconsider(self, session: Session, found: Declaration, at: Any) -> None:
        """Two supervisors agree to take the decision back."""
        operations.must_allow(found, A.RECONSIDER)
        wish = approvals.Propose(found.post, "decision.reconsider", found.id, self.reference, {}, "upheld")
        proposal = approvals.propose(session, wish, by=supervisor(), role="supervisor")
        approvals.settle(session, proposal.id, approved=True, reason="", by=supervisor(login="second"))
        operations.reconsider(session, found, "upheld", at, by=supervisor(login="second"), role="supervisor")

    def reject(self, session: Session, found: Declaration, at: Any) -> None:
        operations.reject(session, found, Decide(self.reference, "reject", "not so"), at, by=officer(), role="officer")

    def expire(self, session: Session, found: Declaration, at: Any) -> None:
        operations.expire_prelodged(session, found, at, by=SYSTEM)

    def exit(self, session: Session, found: Declaration, _at: Any) -> None:
        self._gate(session, found, None)

    def exit_part(self, session: Session, found: Declaration, _at: Any) -> None:
        left = sorted(self.model.free)
        self._gate(session, found, tuple(left[:1]))

    def _gate(self, session: Session, found: Declaration, items: tuple[int, ...] | None) -> None:
        command = ConfirmExit(self.reference, self.body["transport"]["vehicle"]["plate"], items=items)
        operations.confirm_exit(session, found, command, Pass("CP", ITEMS), by=officer(), role="officer")

    def amend(self, session: Session, found: Declaration, at: Any) -> None:
        """The trader asks; whoever it takes says yes."""
        operations.must_allow(found, A.AMEND)
        body = queries.body(session, found)
        body["items"] = [{**body["items"][0], "net_kg": f"{2299 - self.model.content}.000"}, *body["items"][1:]]
        declared, codes = schemas.read(body), codebook(session)
        early = found.status == S.PRELODGED
        setting = rules.Setting(declared, codes, at.date(), lodging.own_posts(codes), prelodged=early)
        wanted, _changed = operations.request_amendment(
            session, found, body, declared, "a slip", setting, at, by=trader(), side="trader", role="trader"
        )
        who, role = self._second(session, found, wanted, at)
        operations.accept_amendment(session, found, wanted, declared, setting, at, by=who, role=role)

    def invalidate(self, session: Session, found: Declaration, at: Any) -> None:
        wanted = operations.request_invalidation(
            session, found, "lodged twice", at, by=trader(), side="trader", role="trader"
        )
        who, role = self._second(session, found, wanted, at)
        operations.accept_invalidation(session, found, wanted, at, by=who, role=role)

    def _second(self, session: Session, found: Declaration, wanted: Any, at: Any) -> tuple[Any, str]:
        stage = operations.stage_of(found)
        if stage == "prelodged":
            return trader(), "trader"
        if stage == "let_go":
            operations.endorse(session, found, wanted, at, by=officer(), role="officer")
            agreed(session, f"declaration.{wanted.kind}", found.post, wanted.id, self.reference)
        return supervisor(), "supervisor"


_VERBS = {
    A.LODGE: Walked.lodge,
    A.PRELODGE: Walked.prelodge,
    A.PRESENT: Walked.present,
    A.SELECT: Walked.select,
    A.START_CONTROL: Walked.start,
    A.QUERY: Walked.ask,
    A.ANSWER: Walked.answer,
    A.WITHDRAW_QUERY: Walked.withdraw,
    A.ASSESS: Walked.assess,
    A.PAY: Walked.pay,
    A.PARTLY_RELEASE: Walked.partly,
    A.DESTROY: Walked.destroy,
    A.AMEND: Walked.amend,
    A.INVALIDATE: Walked.invalidate,
    A.RECONSIDER: Walked.reconsider,
    A.REJECT: Walked.reject,
    A.EXPIRE: Walked.expire,
    A.EXIT_PART: Walked.exit_part,
    A.EXIT: Walked.exit,
}
