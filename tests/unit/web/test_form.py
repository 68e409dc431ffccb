"""Forms drawn and checked by schemas."""

from __future__ import annotations

import re
from collections.abc import Iterator

import marshmallow as ma
import pytest
from flask import Flask, render_template_string
from lxml import html
from marshmallow import validate
from werkzeug.datastructures import MultiDict

from app.core.errors import Finding, Invalid, WrongState
from app.core.fields import Coded, Container, Day, Exact, Moment, Whole, Words, listed
from app.core.messages import T
from app.core.text import _
from app.web.form import Form
from app.web.names import nested


class PackageSchema(ma.Schema):
    kind = ma.fields.String(required=True, validate=validate.OneOf(["CT", "PK"], labels=[T("Carton"), T("Package")]), metadata={"label": T("Kind")})
    number = Whole(1, 99999, required=True, metadata={"label": T("Number of packages")})


class ItemSchema(ma.Schema):
    commodity = Coded(r"[0-9]{6,10}", "080620", required=True, metadata={"label": T("Commodity code"), "box": "33", "hint": T("Six to ten digits")})
    gross_kg = Exact(9, 3, required=True, positive=True, metadata={"label": T("Gross mass"), "unit": "kg"})
    packages = ma.fields.List(ma.fields.Nested(PackageSchema), metadata={"label": T("Packages")})


class GoodsSchema(ma.Schema):
    consignor = Words(70, required=True, metadata={"label": T("Consignor"), "box": "2"})
    country = Coded(r"[A-Z]{2}", "TJ", metadata={"label": T("Country"), "codes": "country"})
    date = Day(metadata={"label": T("Date")})
    arrival = Moment(metadata={"label": T("Expected arrival")})
    containers = listed(Container(), 0, 9, metadata={"label": T("Containers")})
    included = ma.fields.Boolean(required=True, truthy={True, "true"}, falsy={False, "false"}, metadata={"label": T("Included")})
    note = Words(500, metadata={"label": T("Note"), "widget": "textarea"})
    items = ma.fields.List(ma.fields.Nested(ItemSchema), required=True, validate=validate.Length(1, 3), metadata={"label": T("Items"), "row": T("Item")})


GOOD = {
    "consignor": "  Kabul Dried Fruit ",
    "country": "tj",
    "date": "۱۴۰۵/۹/۶",
    "arrival": "27.11.2026 13:05",
    "containers": "msku1234565, MSKU1234570",
    "items.0.commodity": "۰۸۰۶۲۰",
    "items.0.gross_kg": "۲۱\u202f۴۵۰٫۵",
    "items.0.packages.0.kind": "CT",
    "items.0.packages.0.number": "۱۲",
    "items.1.commodity": "",
    "items.1.gross_kg": " ",
    "note": "",
    "csrf_token": "x",
    "version": "7",
}


@pytest.fixture(autouse=True)
def request_in_english(edge: Flask) -> Iterator[None]:
    with edge.test_request_context("/new?lang=en"):
        yield


def _submitted(**changes: str) -> Form:
    return Form.submitted(GoodsSchema, MultiDict({**GOOD, **changes}))


def test_containers_in_one_box_may_be_written_as_they_are_painted() -> None:
    form = _submitted(containers="MSKU 123456-5 tghu-765432 1,CSQU ۳۰۵۴۳۸-۳\r\nMSKU1234570 MSKU 123457 0")
    assert form.validate(), form.findings
    assert form.data["containers"] == ["MSKU1234565", "TGHU7654321", "CSQU3054383", "MSKU1234570", "MSKU1234570"]


def test_what_people_type_becomes_what_the_schema_reads() -> None:
    form = _submitted()
    assert form.validate(), form.findings
    assert form.data == {
        "consignor": "Kabul Dried Fruit", "country": "TJ", "date": "2026-11-27", "arrival": "2026-11-27T08:05:00Z",
        "containers": ["MSKU1234565", "MSKU1234570"], "included": False,
        "items": [{"commodity": "080620", "gross_kg": "21450.5", "packages": [{"kind": "CT", "number": 12}]}],
    }  # fmt: skip
    assert form.version == 7


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("1250.5", "1250.5"), ("1250,5", "1250.5"), ("1 250,50", "1250.50"), ("۱۲۵۰٫۵", "1250.5"), ("١٬٢٥٠٫٥", "1250.5")],
)
def test_numbers_as_people_write_them(typed: str, expected: str) -> None:
    form = _submitted(**{"items.0.gross_kg": typed})
    assert form.validate() and form.data["items"][0]["gross_kg"] == expected


@pytest.mark.parametrize("typed", ["1,250", "1,250.5", "1.250,5", "1e5", "1_000", "NaN", "∞", "-5", "٤٫٤٫٤", "०", "0x10", "½"])
def test_numbers_that_could_be_read_two_ways_or_none_are_refused_and_shown_as_typed(typed: str) -> None:
    form = _submitted(**{"items.0.gross_kg": typed})
    assert not form.validate()
    assert form.field("items.0.gross_kg").errors
    assert form.field("items.0.gross_kg").value == typed


def test_errors_stand_at_their_fields_and_in_the_summary() -> None:
    form = _submitted(**{"items.0.gross_kg": "0", "consignor": "", "items.0.packages.0.number": "", "containers": "MSKU1234565 X", "date": "1405-13-01"})
    assert not form.validate()
    assert form.field("items.0.gross_kg").errors == ["Must be more than 0."]
    assert form.field("items.0.commodity").errors == []
    assert len(form.field("containers").errors) == 1 and form.field("containers").value == "MSKU1234565 X"
    lines = {complaint.href: complaint.label for complaint in form.summary()}
    assert lines == {
        "#f-consignor": "Consignor", "#f-date": "Date", "#f-containers": "Containers 2",
        "#f-items-0-gross_kg": "Item 1 · Gross mass", "#f-items-0-packages-0-number": "Item 1 · Packages 1 · Number of packages",
    }  # fmt: skip


def test_who_fills_in_a_form_is_told_to_write_the_time_at_the_post() -> None:
    form = _submitted(arrival="27.11.2026")
    assert not form.validate()
    told = "Day and time at the post, for example 2026-11-27 13:05"
    assert form.field("arrival").errors == [told] and [each.message for each in form.summary()] == [told]


class QuestionSchema(ma.Schema):
    ticked = ma.fields.Boolean(required=True, truthy={"true"}, falsy={"false"})
    answered = ma.fields.Boolean(required=True, truthy={"true"}, falsy={"false"}, metadata={"widget": "radio"})


def test_a_question_without_an_answer_is_not_answered_with_no() -> None:
    form = Form.submitted(QuestionSchema, MultiDict())
    assert not form.validate() and [finding.pointer for finding in form.findings] == ["/answered"]
    form = Form.submitted(QuestionSchema, MultiDict({"answered": "true"}))
    assert form.validate() and form.data == {"ticked": False, "answered": True}


def test_findings_of_a_flow_are_shown_like_errors() -> None:
    form = Form(GoodsSchema, {"consignor": "A", "items": [{"gross_kg": "5"}]})
    form.refuse(Invalid(findings=[Finding("/items/0/gross_kg", "mass.net", _("The net mass is more than the gross mass.")), Finding("", "x", _("All wrong."))]))
    assert form.refused and form.field("items.0.gross_kg").errors == ["The net mass is more than the gross mass."]
    assert [c.href for c in form.summary()] == ["#f-items-0-gross_kg", "#form-top"]
    form.refuse(WrongState())
    assert [c.message for c in form.summary()] == ["The present state does not allow this."]


def test_warnings_do_not_refuse() -> None:
    form = Form(GoodsSchema, {"consignor": "A"}, [Finding("/consignor", "name.short", _("Very short."), "warning")])
    assert not form.refused
    view = form.field("consignor")
    assert view.warnings == ["Very short."] and not view.errors and view.described_by == "f-consignor-warning"


def test_rows_are_added_and_removed_without_script() -> None:
    form = _submitted(add="items")
    assert Form.only_rows_change({"add": "items"}) and not Form.only_rows_change({"consignor": "x"})
    assert form.rows("items") == ["items.0", "items.1", "items.2"], "the blank row that was shown stays, one more comes"
    form = _submitted(add="items.0.packages")
    assert form.rows("items.0.packages") == ["items.0.packages.0", "items.0.packages.1"]
    form = _submitted(remove="items.0")
    assert form.rows("items") == ["items.0"] and form.value("items.0.commodity") is None
    assert Form(GoodsSchema).rows("items", least=1) == ["items.0"]


@pytest.mark.parametrize("button", ["consignor", "nothing", "items.9.packages", "items.x", "__class__", "items.0", "." * 50, "x" * 5000])
def test_buttons_that_name_no_list_change_nothing(button: str) -> None:
    for name in ("add", "remove"):
        if (name, button) != ("remove", "items.0"):
            assert _submitted(**{name: button}).values == _submitted().values


@pytest.mark.parametrize(
    "posted",
    [{"items": "x", "items.0.commodity": "1"}, {"items.0": "x"}, {"items.0.commodity.deep": "1"}, {"consignor.x": "1"}, {"." * 1000: "1"},
     {"items.99999999999999.commodity": "1"}, {"items.-1.commodity": "1"}, {"items.१.commodity": "1"}, {"consignor": "\x00"},
     {"consignor": "\ud800"}, {"country": "ıı"}, {"included": "maybe"}, {"version": "9" * 5000}, {"arrival": "x y"}, {"date": "9" * 9999}],
)  # fmt: skip
def test_hostile_forms_are_refused_not_crashed(posted: dict[str, str]) -> None:
    form = Form.submitted(GoodsSchema, MultiDict(posted))
    assert not form.validate()
    assert form.summary()
    for name in ("consignor", "items.0.commodity", "containers", "included"):
        form.field(name)


def test_names_become_nested_values() -> None:
    assert nested(MultiDict([("a.5.x", "2"), ("a.3.x", "1"), ("b", " y "), ("c", "1"), ("c", "2"), ("a.9.x", "")])) == {
        "a": [{"x": "1"}, {"x": "2"}, {}], "b": "y", "c": ["1", "2"]
    }  # fmt: skip


def test_the_schema_says_how_a_field_looks() -> None:
    form = Form(GoodsSchema, {"items": [{}]})
    commodity, mass, kind = (form.field(f"items.0.{name}") for name in ("commodity", "gross_kg", "packages.0.kind"))
    assert (commodity.box, commodity.hint, commodity.required, commodity.id) == ("33", "Six to ten digits", True, "f-items-0-commodity")
    assert (mass.inputmode, mass.unit, mass.widget) == ("decimal", "kg", "text")
    assert (kind.widget, list(kind.choices)) == ("select", [("CT", "Carton"), ("PK", "Package")])
    assert form.field("consignor").maxlength == 70 and form.field("country").list == "country"
    assert form.field("consignor", label="Sender", width="short").label == "Sender"
    with pytest.raises(KeyError):
        form.field("nothing")


def test_choices_are_asked_once() -> None:
    asked = []

    def countries() -> list[tuple[str, str]]:
        asked.append(1)
        return [("TJ", "Tajikistan")]

    schema = ma.Schema.from_dict({"rows": ma.fields.List(ma.fields.Nested(ma.Schema.from_dict({"c": ma.fields.String(metadata={"choices": countries})})))})
    form = Form(schema, {"rows": [{}] * 50})
    assert {form.field(f"rows.{i}.c").choices[0] for i in range(50)} == {("TJ", "Tajikistan")} and len(asked) == 1


PAGE = """
{% from "macros/forms.html" import form_tag, field, rows, error_summary, buttons, fieldset, datalist %}
{{ error_summary(form) }}
{% call form_tag(form) %}{% call fieldset("Main") %}{{ field(form, "consignor") }}{{ field(form, "country") }}{{ field(form, "note") }}
{{ field(form, "included") }}{{ field(form, "containers") }}{% endcall %}
{% call(row) rows(form, "items", "Add an item") %}{{ field(form, row ~ ".commodity") }}{{ field(form, row ~ ".gross_kg") }}
{% call(inner) rows(form, row ~ ".packages", "Add packages", least=0) %}{{ field(form, inner ~ ".kind") }}{{ field(form, inner ~ ".number") }}{% endcall %}{% endcall %}
{{ buttons("Send", confirm="Sure?") }}{% endcall %}{{ datalist("country", [("TJ", "Tajikistan")]) }}
"""


def _page(form: Form) -> html.HtmlElement:
    return html.fromstring("<div>" + render_template_string(PAGE, form=form) + "</div>")


def test_a_drawn_form_sends_back_what_it_shows() -> None:
    form = _submitted()
    form.validate()
    page = _page(form)
    drawn = {e.get("name"): e.get("value") or "".join(e.xpath(".//option[@selected]/@value")) or (e.text or "").strip() for e in page.xpath("//input|//select|//textarea") if e.get("type") != "checkbox"}
    again = Form.submitted(GoodsSchema, MultiDict({k: v for k, v in drawn.items() if v}))
    assert again.version == 7
    assert again.validate()
    kept = ("consignor", "country", "containers", "items")
    assert {k: again.data[k] for k in kept} == {k: form.data[k] for k in kept}


def test_a_drawn_form_with_errors_links_summary_field_and_message() -> None:
    form = _submitted(**{"items.0.gross_kg": "0", "items.0.packages.0.kind": "<script>", "consignor": '"><img src=x>'})
    assert not form.validate()
    page = _page(form)
    for link in page.xpath("//*[@id='error-summary']//a/@href"):
        assert page.xpath(f"//*[@id='{link[1:]}']"), link
    (mass,) = page.xpath("//input[@name='items.0.gross_kg']")
    assert mass.get("aria-invalid") == "true" and mass.get("aria-required") == "true"
    (described,) = page.xpath(f"//*[@id='{mass.get('aria-describedby')}']")
    assert "Must be more than 0." in described.text_content()
    assert not page.xpath("//script|//img")
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for control in page.xpath("//input[@type='text']|//select|//textarea"):
        assert page.xpath(f"//label[@for='{control.get('id')}']")


def test_enter_never_presses_a_remove_button() -> None:
    page = _page(_submitted(add="items"))
    first = page.xpath("//form//button")[0]
    assert first.get("name") is None and first.get("type") == "submit" and page.xpath("//button[@name='remove']")


def test_no_attribute_of_a_style_or_a_handler_is_drawn() -> None:
    text = render_template_string(PAGE, form=_submitted())
    assert not re.search(r"\sstyle=|\son\w+=", text)
