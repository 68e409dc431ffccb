"""SADs broken at random: never a crash, never a lost item, never a lost text, and always given back as they came."""

from __future__ import annotations

import random

import pytest
from lxml import etree

from app.core.errors import Finding, Refusal
from app.interchange.asycuda.read import read
from app.interchange.asycuda.write import write
from tests.unit.interchange.sads import big, sample

_ODD = [
    "",
    " ",
    "null",
    "0",
    "-1",
    "NaN",
    "1e400",
    "99999999999999999999999",
    "١٢٣",
    "1,2,3",
    "//",
    "/",
    "\u202e",
    "\u200c",
    "a\nb\nc",
    "x" * 5000,
    "<&>",
    "31/31/31",
]


def _sources() -> list[bytes]:
    return [sample("asycuda/afghan_export.xml"), sample("asycuda/relief_sad.xml"), big(5)]


def _mutated(data: bytes, chance: random.Random) -> bytes:
    root = etree.fromstring(data)
    for _ in range(chance.randint(1, 12)):
        elements = [element for element in root.iter() if element.getparent() is not None]
        if not elements:
            break
        element = chance.choice(elements)
        parent = element.getparent()
        match chance.randint(0, 6):
            case 0:
                parent.remove(element)
            case 1:
                element.addnext(etree.fromstring(etree.tostring(element, with_tail=False)))
            case 2:
                children = list(parent)
                chance.shuffle(children)
                parent[:] = children
            case 3:
                element.text = chance.choice(_ODD)
            case 4:
                element.tag = chance.choice(
                    [
                        "Item",
                        "null",
                        "Traders",
                        "Other",
                        "SAD",
                        "Items",
                        "Attached_documents",
                        "{urn:guzar:sad:1}Further",
                    ]
                )
            case 5:
                chance.choice(elements).append(etree.fromstring(etree.tostring(element, with_tail=False)))
            case _:
                element.set("odd", chance.choice(_ODD))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


@pytest.mark.parametrize("seed", range(300))
def test_broken_trees_are_read_or_refused_and_given_back(seed: int) -> None:
    chance = random.Random(seed)
    data = _mutated(chance.choice(_sources()), chance)
    try:
        found = read(data, posts=("TJPPJ",))
    except Refusal as refused:
        assert refused.findings
        return
    root = etree.fromstring(data)
    direct = len(root.findall("Item")) + len(root.findall("Items/Item")) + len(root.findall("SAD/Item"))
    assert found.item_count >= direct
    assert [entry["number"] for entry in found.document["items"]] == list(range(1, found.item_count + 1))
    assert all(isinstance(problem, Finding) and str(problem.message) for problem in found.problems)
    assert write(found.document, source=data) == data


@pytest.mark.parametrize("seed", range(300))
def test_broken_bytes_are_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(chance.choice(_sources()))
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data))
        match chance.randint(0, 3):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + chance.randint(1, 200)]
            case 2:
                data[at:at] = data[at : at + chance.randint(1, 200)]
            case _:
                data[at:at] = chance.choice(
                    [b"&", b"<", b"]]>", b"\x00", b"&nbsp;", b"<!--", b"\xff", b"<![CDATA[", b"<?x?>"]
                )
    try:
        read(bytes(data))
    except Refusal as refused:
        assert str(refused.message)
