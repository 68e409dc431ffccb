"""The people of the demonstration: all different persons, one password."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.commands import AddPerson
from app.accounts.models import User
from app.accounts.operations import add_person
from app.core.actors import Actor


@dataclass(frozen=True)
class DemoPerson:
    login: str
    name: str
    role: str
    post: str
    party: str | None = None
    locale: str = "en"


#: The firms they act for: number, name, address, country. Registered by whoever calls `make_demo_people`, before it.
DEMO_PARTIES = (
    ("TJ-510012345", "ҶДММ «Сомон»", "кӯчаи Айнӣ 24, Душанбе", "TJ"),
    ("TJ-510067890", "ҶДММ «Вахш Логистик»", "кӯчаи Борбад 11, Бохтар", "TJ"),
)

DEMO_PEOPLE = (
    DemoPerson("trader", "Фирдавс Раҳимов", "trader", "*", "TJ-510012345"),
    DemoPerson("trader2", "Зарина Шарипова", "trader", "*", "TJ-510067890"),
    DemoPerson("officer", "Баҳром Назаров", "officer", "TJPPJ"),
    DemoPerson("officer2", "Мадина Саидова", "officer", "TJPPJ"),
    DemoPerson("inspector", "Далер Қурбонов", "inspector", "TJPPJ"),
    DemoPerson("supervisor", "Нигора Ҳакимова", "supervisor", "TJPPJ"),
    DemoPerson("supervisor2", "Сӯҳроб Мирзоев", "supervisor", "TJPPJ"),
    DemoPerson("liaison", "Шаҳло Юсуфзода", "liaison", "TJPPJ"),
    DemoPerson("officer.TJDUS", "Рустам Азизов", "officer", "TJDUS"),
    DemoPerson("supervisor.TJDUS", "Лола Исмоилова", "supervisor", "TJDUS"),
    DemoPerson("officer.TJTEM", "Парвина Олимова", "officer", "TJTEM"),
    DemoPerson("supervisor.TJTEM", "Умед Мамадов", "supervisor", "TJTEM"),
    DemoPerson("analyst", "Ҷамшед Тоҷиддинов", "analyst", "*"),
    DemoPerson("analyst2", "Мавзуна Каримова", "analyst", "*"),
    DemoPerson("administrator", "Гулнора Латипова", "administrator", "*"),
    DemoPerson("administrator2", "Сафар Юлдошев", "administrator", "*"),
    DemoPerson("auditor", "Искандар Ғафуров", "auditor", "*"),
)


def make_demo_people(session: Session, password: str, *, by: Actor) -> list[User]:
    """Adds those of the people who are not there yet; the firms must be registered. Safe to run twice."""
    made = []
    for who in DEMO_PEOPLE:
        if queries.find(session, who.login) is None:
            command = AddPerson(who.login, who.name, who.role, who.post, who.party, password, who.locale)
            made.append(add_person(session, command, by=by))
    return made
