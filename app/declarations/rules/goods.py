"""Rules of what the goods are: commodity, description, origin, and what kinds of goods need beside them."""

from __future__ import annotations

import re

from app.core.text import _
from app.declarations.rules.context import Context, Item
from app.declarations.rules.registry import Failures, rule

#: Digits of the national tariffs. Six digits are the Harmonized System's own and are taken everywhere.
NATIONAL_DIGITS = {"TJ": (10,), "AF": (8, 10)}
_SIX = 6
_RESERVED = ("77", "98", "99")
_LETTER = re.compile(r"[^\W\d_]")
_NO_DIGIT = re.compile(r"\D")
_FEWEST_LETTERS = 3
_LONG_ENOUGH = 12
#: What people write who do not want to say what it is. Compared in small letters without full stops and numbers.
GENERIC = frozenset(
    {
        "article", "articles", "assorted goods", "cargo", "commodity", "consignment", "consumer goods", "freight",
        "general cargo", "goods", "groupage", "household goods", "item", "items", "material", "materials",
        "merchandise", "miscellaneous", "misc", "mixed goods", "other", "others", "parcel", "parts", "product",
        "products", "sample", "samples", "spare parts", "stuff", "things", "various", "various goods",
        "груз", "грузы", "другое", "запчасти", "изделия", "материал", "материалы", "образцы", "продукция", "прочее",
        "прочие товары", "разное", "сборный груз", "товар", "товары", "товары народного потребления", "тнп", "хозтовары",
        "бор", "борҳо", "дигар", "мол", "молҳо", "молҳои гуногун", "маҳсулот", "ашё",
        "اجناس", "اجناس متفرقه", "اشیا", "اموال", "اموال متفرقه", "بار", "جنس", "سامان", "سامان آلات", "کالا", "مال",
        "متفرقه", "مواد", "پرزه جات", "توکي", "مالونه", "سامانونه",
    }
)  # fmt: skip
_HS = "WCO Harmonized System 2022"
_BOX_31 = "UN layout key, box 31; WCO guidelines on acceptable descriptions of goods"


@rule(
    "commodity.heading",
    box="33",
    pointer="/items/*/commodity",
    of="items",
    severity="warning",
    says=_("{code} is the heading {heading} filled up with zeros."),
    remedy=_("Choose the subheading that names the goods; its six digits stand in the list of commodities."),
    source=_HS,
)
def heading_only(context: Context) -> Failures:
    known = context.codes["commodity"]
    for item in context.items:
        code = item.words["commodity"]
        if known[code] is not None or code[4:].strip("0"):
            continue
        if context.setting.codes.find("commodity", code[:4], context.today) is not None:
            yield item.at("commodity"), {"code": code, "heading": code[:4]}


@rule(
    "commodity.digits",
    box="33",
    pointer="/items/*/commodity",
    of="items",
    severity="warning",
    says=_("{code} has {found} digits; a code of the national tariff has {digits}."),
    remedy=_("Give the first six digits alone, or all digits of the national tariff."),
    source="Tariff of Tajikistan: 10 digits; Afghanistan: 8 and 2 of precision (not checked)",
)
def national_digits(context: Context) -> Failures:
    expected = NATIONAL_DIGITS.get(context.own)
    if expected is None:
        return
    for item in context.items:
        code = item.words["commodity"]
        if len(code) != _SIX and len(code) not in expected:
            yield item.at("commodity"), {"code": code, "found": len(code), "digits": expected[0]}


@rule(
    "commodity.reserved",
    box="33",
    pointer="/items/*/commodity",
    of="items",
    severity="warning",
    says=_("Chapter {chapter} holds no ordinary goods."),
    remedy=_("Use it only where the administration provides for it; otherwise choose the chapter of the goods."),
    source="WCO Harmonized System 2022: chapter 77 is empty, 98 and 99 are left to the countries",
)
def reserved_chapter(context: Context) -> Failures:
    for item in context.items:
        chapter = item.words["commodity"][:2]
        if chapter in _RESERVED:
            yield item.at("commodity"), {"chapter": chapter}


@rule(
    "description.letters",
    box="31",
    pointer="/items/*/description",
    of="items",
    says=_("The description has no letter in it."),
    remedy=_("Say in words what the goods are."),
    source=_BOX_31,
)
def description_without_letters(context: Context) -> Failures:
    for item in context.items:
        if not _LETTER.search(item.words["description"]):
            yield item.at("description"), {}


@rule(
    "description.short",
    box="31",
    pointer="/items/*/description",
    of="items",
    severity="warning",
    says=_("“{text}” is too short to tell what the goods are."),
    remedy=_("Say what it is, of what it is made and what it is for."),
    source=_BOX_31,
)
def short_description(context: Context) -> Failures:
    for item in context.items:
        text = item.words["description"]
        if len(text) < _LONG_ENOUGH and 0 < len(_LETTER.findall(text)) < _FEWEST_LETTERS:
            yield item.at("description"), {"text": text}


@rule(
    "description.code",
    box="31",
    pointer="/items/*/description",
    of="items",
    severity="warning",
    says=_("The description begins with the commodity code and says no more."),
    remedy=_("Say in words what the goods are; the code stands in box 33."),
    source=_BOX_31,
)
def description_is_the_code(context: Context) -> Failures:
    for item in context.items:
        text = item.words["description"]
        if not any(map(str.isdigit, text[:4])):
            continue
        code = item.words["commodity"]
        digits = _NO_DIGIT.sub("", text)
        if digits and digits in (code, code[:_SIX]) and len(_LETTER.findall(text)) <= _FEWEST_LETTERS:
            yield item.at("description"), {}


@rule(
    "description.generic",
    box="31",
    pointer="/items/*/description",
    of="items",
    severity="warning",
    says=_("“{text}” could be anything."),
    remedy=_("Say what it is, of what it is made and what it is for."),
    source=_BOX_31,
)
def generic_description(context: Context) -> Failures:
    for item in context.items:
        text = item.words["description"]
        if text.casefold().strip(" .,:;-№#0123456789") in GENERIC:
            yield item.at("description"), {"text": text}


@rule(
    "description.same",
    box="31",
    pointer="/items/*/description",
    of="items",
    severity="warning",
    says=_("Item {other} has the same description and another commodity, {commodity}."),
    remedy=_("Describe the two so that one sees in what they differ, or correct a code."),
    source=_BOX_31,
)
def same_description(context: Context) -> Failures:
    seen: dict[str, Item] = {}
    for item in context.items:
        first = seen.setdefault(item.words["description"], item)
        if first is not item and first.words["commodity"][:_SIX] != item.words["commodity"][:_SIX]:
            yield item.at("description"), {"other": first.place + 1, "commodity": first.words["commodity"]}


@rule(
    "origin.own",
    box="34",
    pointer="/items/*/origin",
    of="items",
    severity="warning",
    says=_("The goods are imported, and their origin is this country."),
    remedy=_("Correct the origin; goods that come back are declared for re-import, procedure 6."),
    source="Revised Kyoto Convention, Specific Annex B, chapter 2: re-importation in the same state",
)
def own_origin(context: Context) -> Failures:
    if context.direction != "import":
        return
    for item in context.items:
        if item.words["origin"] == context.own and item.procedure[0] == "4" and item.procedure[2:] == "00":
            yield item.at("origin"), {}


@rule(
    "origin.foreign",
    box="34",
    pointer="/items/*/origin",
    of="items",
    severity="warning",
    says=_("Goods of {origin} are declared for permanent export from this country."),
    remedy=_("Correct the origin; foreign goods that leave again are declared for re-export, procedure 3."),
    source="ASYCUDA convention: permanent export 1000, re-export 3000",
)
def foreign_origin(context: Context) -> Failures:
    if context.direction != "export":
        return
    for item in context.items:
        if item.procedure == "1000" and item.words["origin"] != context.own:
            yield item.at("origin"), {"origin": item.words["origin"]}


_VEHICLES = frozenset({"8701", "8702", "8703", "8704", "8705"})
_VIN = re.compile(r"(?<![A-Z0-9])[A-HJ-NPR-Z0-9]{17}(?![A-Z0-9])")


@rule(
    "vehicle.chassis",
    box="31",
    pointer="/items/*/description",
    of="items",
    severity="warning",
    says=_("A vehicle is declared without its chassis number."),
    remedy=_("Write the 17 characters of the VIN into the description, the marks or the additional information."),
    source="ISO 3779; vehicles are told apart by it",
)
def chassis_number(context: Context) -> Failures:
    for item in context.items:
        if item.words["commodity"][:4] in _VEHICLES and not _VIN.search(_all_words(item)):
            yield item.at("description"), {}


def _all_words(item: Item) -> str:
    texts = [item.words["description"], item.words.get("additional_information")]
    texts += [packages.get("marks") for packages in item.packages]
    return " ".join(text for text in texts if text).upper()


#: Headings whose goods are carried as dangerous (UN classes 1 to 9); a first choice, not the whole of the ADR.
_DANGEROUS = frozenset(
    {
        "2707", "2710", "2711", "2801", "2804", "2806", "2807", "2808", "2814", "2815", "2829", "2847", "2901", "2902",
        "2905", "3601", "3602", "3603", "3604", "3605", "3606", "3808", "3814",
    }
)  # fmt: skip
_ADR = "UN Recommendations on the Transport of Dangerous Goods; ADR"
_LEAST_UN, _MOST_UN = 4, 3600
_DANGEROUS_GOODS_NOTE = "890"


@rule(
    "dangerous.un-missing",
    box="31",
    pointer="/items/*/un_number",
    of="items",
    severity="warning",
    says=_("Goods of heading {heading} are usually carried as dangerous goods, and no UN number is given."),
    remedy=_("Give the four digits that stand on the orange plate or in the safety data sheet, if there are any."),
    source=_ADR,
)
def un_number_missing(context: Context) -> Failures:
    for item in context.items:
        heading = item.words["commodity"][:4]
        if heading in _DANGEROUS and not item.words.get("un_number"):
            yield item.at("un_number"), {"heading": heading}


@rule(
    "dangerous.un-number",
    box="31",
    pointer="/items/*/un_number",
    of="items",
    severity="warning",
    says=_("{number} is no UN number of dangerous goods."),
    remedy=_("UN numbers go from 0004 to 3600; leave the field empty for goods that are not dangerous."),
    source=_ADR,
)
def un_number_in_range(context: Context) -> Failures:
    for item in context.items:
        number = item.words.get("un_number")
        if number and not _LEAST_UN <= int(number) <= _MOST_UN:
            yield item.at("un_number"), {"number": number}


@rule(
    "dangerous.document",
    box="44",
    pointer="/items/*/documents",
    of="items",
    severity="warning",
    says=_("Dangerous goods, UN {number}, are declared without a dangerous goods declaration."),
    remedy=_("Add the document 890 with its number."),
    source=_ADR + ", chapter 5.4",
)
def dangerous_goods_note(context: Context) -> Failures:
    dangerous = [item for item in context.items if item.words.get("un_number")]
    if not dangerous or any(d["type"] == _DANGEROUS_GOODS_NOTE for d in context.setting.declared.documents):
        return
    for item in dangerous:
        if all(d["type"] != _DANGEROUS_GOODS_NOTE for d in item.documents):
            yield item.at("documents"), {"number": item.words["un_number"]}


_LONGEST_IN_BOX_44 = 350


@rule(
    "additional.long",
    box="44",
    pointer="/items/*/additional_information",
    of="items",
    severity="warning",
    says=_("The additional information has {found} characters; box 44 shows {most}."),
    remedy=_("Shorten it, or put it into a document."),
    source="UN layout key, box 44",
)
def long_information(context: Context) -> Failures:
    for item in context.items:
        text = item.words.get("additional_information")
        if text and len(text) > _LONGEST_IN_BOX_44:
            yield item.at("additional_information"), {"found": len(text), "most": _LONGEST_IN_BOX_44}
