"""What the tests' template database holds: reference data and the people of the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.accounts import passwords
from app.accounts.demo import DEMO_PARTIES, make_demo_people
from app.core import db
from app.core.actors import SYSTEM
from app.flows.setup import load_reference
from app.parties.commands import RegisterParty
from app.parties.operations import register
from app.risk.operations import set_random_share
from tests.factories import caches, hands
from tests.factories.actors import POST
from tests.factories.money import deposited

if TYPE_CHECKING:
    from tests.conftest import Database

PASSWORD = "a long password for tests"


def seed(database: Database) -> None:
    """Fills the template through the verbs themselves."""
    passwords.use(passwords.CHEAP)
    with database.owner_connection() as owner:
        hands.believed(owner)
    with caches.apart():
        db.connect(database.url, node_post="TJPPJ")
        fill()
        db.disconnect()


def fill() -> None:
    """Reference data and people, into whatever database this process is connected to."""
    with db.transaction() as session:
        load_reference(session, by=SYSTEM)
        for code, name, address, country in DEMO_PARTIES:
            register(session, RegisterParty(code, name, address, country), by=SYSTEM)
        make_demo_people(session, PASSWORD, by=SYSTEM)
    no_chance()
    fund()


def no_chance() -> None:
    """Nothing is stopped by chance, or one test in fifty would find its goods in another lane; tests of chance set a share."""
    with db.transaction() as session:
        set_random_share(session, "*", "0", "yellow", by=SYSTEM)


def fund() -> None:
    """The firms' accounts hold more than any test declares, and pay by standing order: money stops nothing."""
    for party, _name, _address, _country in DEMO_PARTIES:
        deposited("90000000.00", party, post=POST, standing_order=True)
