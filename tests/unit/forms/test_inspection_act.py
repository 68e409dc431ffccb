"""The act of inspection: who looked in which way, and what was found beside what is declared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from forms.inspection_act import v1
from forms.inspection_act.v1_content import Fact, InspectionAct, Person
from tests.unit.forms.papers import many_pages_of, plain, printed, text_of

SAMPLE = v1.SAMPLE
RIGHT, WRONG, CORRECTED = SAMPLE.findings[0], SAMPLE.findings[1], SAMPLE.findings[2]


def act(content: InspectionAct = SAMPLE, **options: Any) -> str:
    return plain(text_of(printed(v1, content, **options)))


def together(text: str) -> str:
    return " ".join(text.split())


def test_it_says_who_looked_when_and_what_he_concluded() -> None:
    text = together(act())
    for words in (
        "Act of customs inspection",
        "TJPPJ-IA-2026-000031",
        "27.11.2026 13:12 (UTC+5)",
        "27.11.2026 15:48 (UTC+5)",
        "NOT AS DECLARED",
        "Recommended: release after correction",
        "Назаров Фирдавс",
        "Раҳимова Зарина",
        "phytosanitary",
        "CMR 730 KBL-7731",
        "KBL48213",
        "MSKU1234565",
        "P01234567",
        "30 %",
        "10 970.000",
        "Reason: The dog is ill today.",
        "Customs control",
    ):
        assert words in text, words


def test_declared_stands_beside_found_and_corrections_name_each_other() -> None:
    text = together(act())
    assert "Corrected by No. 3" in text and "Corrects No. 2" in text
    assert "Fifty-six carpets" in text, "what was corrected stays to be read"
    assert "1480.500" in text and "1406.475" in text
    assert "where it could not be seen from the door." in text, "a long finding is told in full"
    assert "Corrected by" not in act(replace(SAMPLE, findings=(RIGHT,)))
    assert "Nothing recorded" in act(replace(SAMPLE, findings=()))


def test_measurements_name_their_instrument_its_calibration_and_who_read_it() -> None:
    text = together(act())
    for words in (
        "Weighbridge WB-1",
        "Calibrated: 14.03.2026",
        "27 940.000",
        "6 900 + 10 520 + 10 520",
        "Vehicle empty, kg: 16 990.000",
        "0.1100 µSv/h",
        "read by hand",
        "no alarm",
        "5f" * 32,
    ):
        assert words in text, words
    (weighing, level, _scan) = SAMPLE.measures
    wrong = replace(SAMPLE, measures=(replace(weighing, within=False), replace(level, alarm=True)))
    assert "ALARM" in act(wrong) and "ALARM" not in act()
    assert "written down wrongly, corrected" in act(replace(SAMPLE, measures=(replace(level, corrected=True),)))


def test_seals_samples_pictures_and_persons() -> None:
    text = together(act())
    for words in ("removed", "broken", "TJ-0482290", "The wire is cut.", "TJ-S-00118", "1.5 KGM", "Is it SO2 free?"):
        assert words in text, words
    assert "Photographs and images: 3" in text and "9b" * 8 in text and "9b" * 9 not in text
    assert "refused to sign" in text and "I was not there when they counted." in text
    assert "Second copy received" in text
    signed = replace(SAMPLE, persons=(Person("Каримов Алишер", "declarant"),))
    assert "refused to sign" not in act(signed)
    assert "No seals" in act(replace(SAMPLE, seals=()))
    bare = act(replace(SAMPLE, samples=(), pictures=(), measures=(), persons=()))
    assert "Samples taken" not in bare and "Photographs" not in bare and "Persons present" not in bare


def test_a_code_that_no_language_knows_is_printed_as_it_is() -> None:
    step = replace(SAMPLE.steps[0], type="drone", agency="air_force")
    text = act(replace(SAMPLE, steps=(step,), findings=(replace(RIGHT, control="77", control_names={}),)))
    assert "drone" in text and "air_force" in text and "77 77" in text
    assert "smell" in act(replace(SAMPLE, findings=(replace(WRONG, facts=(Fact("smell", "none", "strong"),)),)))


@pytest.mark.parametrize("languages", [("en", "fa_AF"), ("ps", "ru")], ids="+".join)
def test_hundreds_of_findings_go_on_over_pages(languages: tuple[str, str]) -> None:
    findings = tuple(replace(WRONG, number=n, item=n, found=f"seen {n} end", corrected_by=None) for n in range(1, 401))
    pages = many_pages_of(printed(v1, replace(SAMPLE, findings=findings), languages=languages))
    assert 15 < len(pages) < 40
    everything = "\n".join(pages)
    assert all(f"seen {n} end" in everything for n in (1, 57, 200, 399, 400))
    assert all("TJPPJ-IA-2026-000031" in page for page in pages)


def test_a_long_summary_and_a_long_finding_are_told_to_their_end() -> None:
    long = "every package was opened " * 70 + "and that is all"
    text = together(act(replace(SAMPLE, summary=long, findings=(replace(RIGHT, found=long, declared="x" * 30),))))
    assert text.count("and that is all") == 2


def test_what_is_not_known_is_a_dash_and_the_reason_of_selection_has_no_place() -> None:
    bare = InspectionAct(
        number="A",
        mrn=SAMPLE.mrn,
        reference="R",
        post=SAMPLE.post,
        issued_at=SAMPLE.issued_at,
        issued_by="x",
        key_id="k",
        inspected="documents",
        began_at=SAMPLE.began_at,
        ended_at=SAMPLE.ended_at,
        concluded_by="x",
        conclusion="conform",
        summary="",
    )
    text = act(bare)
    assert "AS DECLARED" in text and "documents" in text and "— → —" in text
    assert not {"lane", "profiles", "reason", "reason_words", "instruction", "score"} & set(bare.as_json())
