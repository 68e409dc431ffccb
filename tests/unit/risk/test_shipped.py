"""What a release ships: every indicator has its profile, every profile says in five languages what it is for."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

import app.reference
import app.risk
from app.risk.rules import Lane, criteria
from app.risk.rules.expressions import Context, compiled
from app.risk.rules.explaining import explain

SHIPPED = json.loads((Path(app.risk.__file__).parent / "data" / "profiles.json").read_text(encoding="utf-8"))
PROFILES = {profile["code"]: profile for profile in SHIPPED["profiles"]}
LANGUAGES = {"en", "ru", "tg", "fa_AF", "ps"}
DOMAIN = Path("/work/shared/domain")
#: They were in force before there was a shadow, or cannot be argued with.
IN_FORCE = {
    "precursors", "arms-explosives", "dual-use", "medicines", "protected-heritage", "waste-ozone-mercury",
    "no-plant-certificate", "no-veterinary-certificate", "weight-implausible", "value-low", "tobacco-audit",
    "seal-fault", "watch-question", "watch-confirmed", "radiation-alarm",
}  # fmt: skip


def expression(profile):
    return profile["expression"] if "expression" in profile else criteria.expression(profile["criteria"])


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_a_shipped_profile_is_sound_and_explained(profile):
    assert ("criteria" in profile) != ("expression" in profile)
    assert criteria.check(profile["criteria"]) == [] if "criteria" in profile else True
    program = compiled(expression(profile))
    assert set(profile["kinds"]) <= program.kinds, "every kind has the facts it asks for"
    assert Lane(profile["lane"]) is not Lane.GREEN
    assert profile.get("status", "in_force") == ("in_force" if profile["code"] in IN_FORCE else "shadow")
    assert "unverified" in profile["source"]
    for words in (profile["names"], profile["reason"], profile["instruction"]):
        assert set(words) == LANGUAGES and all(text.strip() for text in words.values())
    assert len(profile["names"]["en"]) <= 60


def test_nothing_stops_a_consignment_of_which_nothing_is_known():
    nothing = Context({})
    hit = [code for code, profile in PROFILES.items() if compiled(expression(profile)).ask(nothing) is not False]
    assert hit == ["first-time-trader", "first-time-carrier"], "whom nobody knows is new; both are in the shadow"


def test_every_indicator_has_its_profile():
    told = {number for profile in PROFILES.values() for number in re.findall(r"R\d\d", profile["source"])}
    assert told == {f"R{n:02}" for n in range(1, 20)}
    share = SHIPPED["random_share"]
    assert share["post"] == "*" and 1 <= float(share["share"]) <= 3, "R20 is the share stopped by chance"


CASES = [
    ("watch-question", {"watch_lists": ["A"]}, {"watch_lists": ["A"], "watch_confirmed": 1}),
    ("precursors", {"controlled": ["precursors, UN 1988 Convention Table I"]}, {"controlled": ["precursor watch list"]}),
    ("dual-use", {"controlled": ["CWC schedule 3"]}, {"controlled": ["CITES"]}),
    ("medicines", {"controlled": ["psychotropics"], "packages": 201}, {"controlled": ["psychotropics"], "packages": 200}),
    ("no-plant-certificate", {"controlled": ["phytosanitary"]}, {"controlled": ["phytosanitary"], "documents": ["851"]}),
    ("weight-implausible", {"gross_kg": 100.0, "net_kg": 29.0}, {"gross_kg": 100.0, "net_kg": 30.0}),
    ("value-low", {"net_kg": 501.0, "value_per_kg": 0.04}, {"net_kg": 501.0, "value_per_kg": 0.05}),
    ("precursor-named", {"items": [{"controlled_names": ["precursors, UN 1988 Convention Table I"]}]},
     {"items": [{"controlled_names": ["precursors, UN 1988 Convention Table I"], "controlled": ["precious"]}]}),
    ("weight-differs", {"weight_difference": 5.1}, {"weight_difference": 5.0}),
    ("seal-fault", {"reused_seals": ["A1"]}, {"seals": ["A1"]}),
    ("too-late-too-fast", {"travel_hours": 1.0, "travel_share": 9.9}, {"travel_hours": 1.0, "travel_share": 10.0}),
    ("value-below-usual", {"items": [{"value_ratio": 0.39, "net_kg": 501.0}]},
     {"items": [{"value_ratio": 0.39, "net_kg": 500.0}, {"value_ratio": 1.0, "net_kg": 900.0}]}),
    ("vague-description", {"items": [{"description": "spare parts", "description_length": 11}]},
     {"items": [{"description": "brake discs of iron for lorries", "description_length": 31}]}),
    ("cover-cargo", {"consignee_known_days": 3, "items": [{"heading": "1701", "net_kg": 20_000.0}]},
     {"consignee_known_days": 91, "items": [{"heading": "1701", "net_kg": 20_000.0}]}),
    ("split-consignments", {"consignee_today": 3, "value_national": 900.0, "gross_kg": 90.0},
     {"consignee_today": 2, "value_national": 900.0, "gross_kg": 90.0}),
    ("controlled-without-permit", {"controlled": ["arms"]}, {"controlled": ["arms"], "documents": ["911"]}),
    ("papers-disagree", {"packages_difference": -1}, {"invoice_difference": 1.0}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "hit", "free"), CASES, ids=[case[0] for case in CASES])
def test_a_shipped_profile_holds_where_it_should_and_nowhere_near(code, hit, free):
    hit, free = (
        {
            **facts,
            "items": [
                {"number": n, "description_length": 9, **item} for n, item in enumerate(facts.get("items", ()), 1)
            ],
        }
        for facts in (hit, free)
    )
    program = compiled(expression(PROFILES[code]))
    assert program.ask(Context(hit)) is True and program.ask(Context(free)) is False
    assert explain(PROFILES[code].get("criteria"), program, hit), "and an officer can read why"


@pytest.mark.skipif(not DOMAIN.exists(), reason="the collected domain knowledge is not at hand")
def test_every_precursor_and_controlled_good_stands_in_the_reference_data():
    def rows(path: Path) -> list[dict[str, str]]:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    ours = rows(Path(app.reference.__file__).parent / "data" / "controlled.csv")
    substances = {(row["goods"], row["commodity"], row["cas"]) for row in ours}
    goods = {(row["group"], row["commodity"]) for row in ours}
    precursors = rows(DOMAIN / "precursors.csv")
    assert len(precursors) == 55
    assert {(row["substance"], row["hs6_2022"], row["cas"]) for row in precursors} <= substances
    controlled = rows(DOMAIN / "controlled_goods.csv")
    assert len(controlled) == 38 and {(row["group"], row["hs"]) for row in controlled} <= goods
    assert all(row["source"] for row in ours)
    indicators = rows(DOMAIN / "risk_indicators.csv")
    assert [row["code"] for row in indicators] == [f"R{n:02}" for n in range(1, 21)]
