"""What a learned score is made of: numbers from facts, measures that can be worked out by hand, ranks, and factors."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from app.core.errors import Invalid, WrongState
from app.risk.operations import boosting, training
from app.risk.rules import features, measures, scores
from app.risk.rules.features import Column
from app.risk.rules.measures import History
from app.risk.rules.scores import Usual
from tests.factories import learning

COLUMNS = (
    Column("net_kg", "number"),
    Column("has_driver", "flag"),
    Column("consignee", "text"),
    Column("origins", "texts"),
    Column("items", "items", (Column("gross_kg", "number"), Column("commodity", "text"))),
)
ROWS = [
    {"net_kg": 2.5, "has_driver": True, "consignee": "B", "origins": ["CN", "IR"],
     "items": [{"gross_kg": 7.0, "commodity": "0806"}, {"gross_kg": 3.0, "commodity": "2402"}]},
    {"net_kg": 4.0, "has_driver": False, "consignee": "A", "origins": ["CN"], "items": [{"gross_kg": 1.0, "commodity": "0806"}]},
    {"net_kg": 9.0, "has_driver": True, "consignee": "B", "origins": [], "items": []},
]  # fmt: skip


def test_facts_become_the_numbers_they_are_named_after():
    encoder = features.learn(COLUMNS, [*ROWS, *ROWS])
    first = dict(zip(encoder.names(), encoder.row(ROWS[0]), strict=True))
    assert first == {
        "net_kg": 2.5, "has_driver": 1.0, "consignee:place": 1.0, "consignee:seen": 4.0,
        "origins:length": 2.0, "origins:rarest": 1.0, "origins:seen": 2.0, "origins:CN": 1.0, "origins:IR": 1.0,
        "items.gross_kg:least": 3.0, "items.gross_kg:most": 7.0,
        "items.commodity:length": 2.0, "items.commodity:rarest": 1.0, "items.commodity:seen": 2.0,
        "items.commodity:0806": 1.0, "items.commodity:2402": 1.0,
    }  # fmt: skip
    assert encoder.facts()[2:4] == ["consignee", "consignee"]


def test_what_was_never_seen_and_what_is_not_said_have_numbers_of_their_own():
    encoder = features.learn(COLUMNS, [*ROWS, *ROWS])
    bare = dict(zip(encoder.names(), encoder.row({"consignee": "Z", "origins": ["US"]}), strict=True))
    assert (bare["consignee:place"], bare["consignee:seen"]) == (features.UNSEEN, 0.0)
    assert (bare["origins:rarest"], bare["origins:seen"], bare["origins:CN"]) == (features.UNSEEN, 0.0, 0.0)
    assert (bare["net_kg"], bare["items.gross_kg:least"]) == (features.UNSAID, features.UNSAID)


def test_an_encoder_comes_back_from_json_as_it_was():
    encoder = features.learn(COLUMNS, [*ROWS, *ROWS])
    again = features.restored(json.loads(json.dumps(encoder.plain())))
    assert again.names() == encoder.names()
    assert [again.row(r) for r in ROWS] == [encoder.row(r) for r in ROWS]


def test_texts_that_hardly_repeat_are_left_out():
    rows = [{"invoice": f"no {n}", "consignee": "AB"[n % 2]} for n in range(10)]
    assert features.learn((Column("invoice", "text"), Column("consignee", "text")), rows).facts() == ["consignee"] * 2


def test_no_score_and_no_human_being_is_learned_from():
    names = {c.name for c in scores.columns()}
    assert not names & {"score", "driver_name", "driver_document", "driver_country", "descriptions"}
    assert {"consignee", "driver_findings", "items", "value_per_kg", "hour"} <= names


@pytest.mark.parametrize(("per_cent", "expected"), [(10, 1.0), (20, 1.0), (30, 2 / 3 + 1 / 6), (100, 0.3)])
def test_precision_counts_the_first_and_takes_ties_as_their_mean(per_cent, expected):
    points = [9, 8, 7, 7, 1, 1, 1, 1, 1, 1]
    found = [True, True, True, False] + [False] * 6
    assert measures.precision_at(points, found, per_cent) == pytest.approx(expected)


def test_precision_looks_at_one_at_least():
    assert measures.precision_at([0.2, 0.9], [False, True], 1) == 1.0


@pytest.mark.parametrize(
    ("points", "found", "expected"),
    [
        ([1, 2, 3, 4], [False, False, True, True], 1.0),
        ([1, 2, 3, 4], [True, True, False, False], 0.0),
        ([1, 1, 1, 1], [True, False, True, False], 0.5),
        ([1, 2, 2, 3], [False, True, False, True], 0.875),
        ([1, 2], [True, True], 0.5),
    ],
)
def test_auc_by_hand(points, found, expected):
    assert measures.auc(points, found) == pytest.approx(expected)


def test_history_is_drawn_to_what_is_usual():
    history = History.of(["A", "A", "A", "B"], [True, True, True, False])
    assert history.usual == 0.75
    assert history.score("A") == pytest.approx((3 + 5 * 0.75) / 8)
    assert history.score("nobody") == 0.75
    assert history.score("B") < history.score("nobody") < history.score("A")


def test_the_index_of_stability_sees_what_moves_and_not_what_stays():
    cuts = measures.edges([float(n % 50) for n in range(1000)])
    before = measures.counts((float(n % 50) for n in range(1000)), cuts)
    assert len(before) == 10 and sum(before) == 1000
    assert measures.psi(before, measures.counts((float(n % 50) for n in range(500)), cuts)) < 0.01
    assert measures.psi(before, measures.counts((float(n % 10) for n in range(500)), cuts)) > 0.25
    assert measures.psi(before, [0] * 9 + [500]) > 1, "an empty part is far, and not endless"


def test_what_is_not_there_is_a_part_of_its_own():
    assert measures.edges([-1.0, -1.0, 3.0, 4.0], 2) == [0.0, 3.0]
    assert measures.edges([5.0] * 20) == [] and measures.edges([]) == []


@pytest.mark.parametrize(("value", "rank"), [(0.95, 1), (0.9, 5), (0.55, 17), (0.0, 41)])
def test_a_rank_is_the_expected_place_in_a_day(value, rank):
    usual = Usual([n / 10 for n in range(10)], {"TJPPJ": 40.0, "*": 4.0})
    assert usual.rank(value, "TJPPJ") == rank
    assert usual.rank(0.55, "TJDUS") == 2, "a post it does not know is like the mean of all"


def test_factors_are_facts_the_strongest_first():
    told = scores.factors([("consignee", 0.5), ("net_kg", -1.25), ("consignee", 0.25), ("hour", 0.0)])
    assert [(f.fact, f.weight) for f in told] == [("net_kg", -1.25), ("consignee", 0.75)]


@pytest.mark.parametrize(
    ("count", "finds", "least", "rule"),
    [(0, 0, 500, "score.few"), (0, 0, 0, "score.one-kind"), (60, 30, 61, "score.few"), (200, 0, 50, "score.one-kind"),
     (200, 200, 50, "score.one-kind")],
)  # fmt: skip
def test_too_little_is_refused_with_the_figures(count, finds, least, rule):
    outcomes = learning.outcomes(count, finds=finds)
    with pytest.raises(Invalid) as refused:
        training.learn(outcomes, learning.crowd(10), scores.columns(), least=least)
    finding = refused.value.findings[0]
    assert (finding.pointer, finding.rule) == ("/since", rule)
    assert str(count if rule == "score.few" else 0) in str(finding.message)


def test_the_digest_of_the_data_hangs_on_facts_and_outcomes():
    some = learning.outcomes(20, finds=5)
    other = learning.outcomes(20, finds=6)
    assert training.data_digest(some) == training.data_digest(learning.outcomes(20, finds=5))
    assert training.data_digest(some) != training.data_digest(other)


def test_without_the_extra_everything_says_so_and_nothing_breaks(monkeypatch):
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    assert not boosting.available()
    with pytest.raises(WrongState, match="LightGBM is not installed"):
        boosting.Trees("tree")
    with pytest.raises(WrongState, match="app/risk/requirements.txt"):
        training.learn(learning.outcomes(300, finds=100), learning.crowd(10), scores.columns(), least=100)


def test_starting_up_never_imports_the_extra():
    code = "import sys, app, app.flows.learning, app.cli; sys.exit('lightgbm' in sys.modules or 'scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_model_learns_what_there_is_to_learn_and_learns_it_again():
    pytest.importorskip("lightgbm")
    outcomes, crowd = learning.outcomes(400, finds=160), learning.crowd(300)
    learned = training.learn(outcomes, crowd, scores.columns(), least=100)
    assert learned.metrics["precision"][-1] == {
        "inspected": 10,
        "score": "1.0000",
        "history": learned.metrics["precision"][-1]["history"],
        "random": learned.metrics["finds"],
    }
    assert float(learned.metrics["auc"]["score"]) > 0.95 > float(learned.metrics["auc"]["history"])
    assert {f["fact"] for f in learned.metrics["facts"][:3]} & {"lowest_value_ratio", "origins"}
    assert (learned.rows, learned.finds) == (400, 160)
    assert training.learn(outcomes, crowd, scores.columns(), least=100) == learned
    trees, encoder = boosting.Trees(learned.trees), features.restored(learned.encoder)
    bad, good = learning.facts(cheap=True), learning.facts(cheap=False)
    assert trees.ask([encoder.row(bad)])[0] > 0.5 > trees.ask([encoder.row(good)])[0]
    weights = training.by_fact(encoder, trees.contributions(encoder.row(bad)))
    assert max(weights, key=lambda fact: weights[fact]) in ("lowest_value_ratio", "origins")


def test_a_text_that_is_no_model_is_refused():
    pytest.importorskip("lightgbm")
    with pytest.raises(ValueError):
        boosting.Trees("nothing")
