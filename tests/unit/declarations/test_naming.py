"""When two names are one firm's."""

from __future__ import annotations

import pytest

from app.core.text import read_sentence, sentence_json
from app.declarations.rules.history import History
from app.declarations.rules.naming import same_name
from tests.unit.declarations.rule_cases import findings, sound

WAKHSH = "ҶДММ «Вахш Логистик»"


@pytest.mark.parametrize(
    "written",
    [
        WAKHSH, "Вахш Логистик", "ВАХШ ЛОГИСТИК", 'ООО "Вахш-Логистик"', "вахш  логистик (ҶДММ)", "Чдмм Вахш Логистик",
        "Общество с ограниченной ответственностью „Вахш Логистик“", "ҶДММ 'Вахшлогистик'",
        "Vakhsh Logistic LLC", "وخش لوژستیک",  # in another script: nobody can tell
    ],
)  # fmt: skip
def test_the_same_firm(written):
    assert same_name(WAKHSH, written)


@pytest.mark.parametrize("written", ["Ҳисор", "ҶДММ «Ҳисор»", "Вахш", "Вахш Логистик Плюс", "ҶДММ", "ООО"])
def test_another_firm(written):
    assert not same_name(WAKHSH, written)


def test_letters_of_tajik_and_persian_however_they_are_typed():
    assert same_name("Ҷаҳони Қадим", "чахони кадим") and same_name("شرکت کابل ستاره", "كابل ستاره لمتد")
    assert not same_name("کابل ستاره", "هرات ستاره")


def test_a_name_unlike_the_registered_one_is_told_with_that():
    body = sound()
    body["consignee"] = {**body["consignee"], "id": "TJ-510067890", "name": "Ҳисор"}
    known = History(names={"TJ-510067890": WAKHSH})
    [finding] = [f for f in findings(body, history=known) if f.rule == "party.name-differs"]
    assert (finding.pointer, finding.severity) == ("/consignee/name", "warning")
    assert WAKHSH in str(finding.message) and "Ҳисор" in str(finding.message)
    assert WAKHSH in str(read_sentence(sentence_json(finding.message)))


def test_who_is_not_registered_is_not_compared():
    body = sound()
    assert not [f for f in findings(body, history=History(names={"TJ-1": "X"})) if f.rule == "party.name-differs"]
