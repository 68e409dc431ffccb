"""The declaration form: the schema's form, with items in pages of their own and numbers given by their order.

A declaration may have 999 items, and a page that large helps nobody. So the form of a kept draft shows some of them;
the others stay in the draft and are put together again with what comes back. `first` and `until` are the places, in
the kept draft, of the items that the page holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from app.declarations.schemas import declaration_schema
from app.web.drafting import DraftForm, rows_of
from app.web.form import Complaint
from app.web.kinds import fields_of, inner_schema
from app.web.names import nested
from app.web.typed import whole_number, without_blanks

ITEMS_ON_PAGE = 50
LONGEST_NAME = 200
MOST_ITEMS = 999
#: The button that takes over a registered name.
ADOPT = "adopt"


class DeclarationForm(DraftForm):
    """The form of a declaration. `kept` are the items of the draft as it was last kept; `fixed` are the names at the top
    that stay as they were declared."""

    most: ClassVar[Mapping[str, int]] = {"items": MOST_ITEMS}

    def __init__(self, values: Mapping[str, Any] | None = None, *, version: int | None = None, first: int = 0) -> None:
        super().__init__(declaration_schema(), values, version=version)
        kept = rows_of(self.values.get("items"))
        self.first = min(max(first, 0), max(len(kept) - 1, 0)) // ITEMS_ON_PAGE * ITEMS_ON_PAGE
        self.until = min(self.first + ITEMS_ON_PAGE, len(kept))
        self.after = len(kept) - self.until

    @classmethod
    def received(cls, posted: Mapping[str, str], kept: Mapping[str, Any] | None = None) -> DeclarationForm:
        """The form as it was sent, with the items its page did not hold, and its buttons "add" and "remove" pressed."""
        form = cls(version=whole_number(posted.get("version", "")))
        known = fields_of(form.schema)
        form.values = {name: value for name, value in nested(posted).items() if name in known}
        items = rows_of((kept or {}).get("items"))
        form.first = min(whole_number(posted.get("first", "")) or 0, len(items))
        until = whole_number(posted.get("until", ""))
        form.until = min(max(until, form.first), len(items)) if until is not None else len(items)
        form.after = len(items) - form.until
        form.values["items"] = [*items[: form.first], *rows_of(form.values.get("items")), *items[form.until :]]
        form.press(posted, known)
        form.refuse_floods(form.values)
        return form

    @classmethod
    def of_item(cls, posted: Mapping[str, str], kept: Mapping[str, Any], place: int) -> DeclarationForm:
        """A form that holds one item; `place` counts from 0, one beyond the last is a new item."""
        form = cls(version=whole_number(posted.get("version", "")))
        items = rows_of(kept.get("items"))
        sent = rows_of(nested(posted).get("items"))
        items[place : place + 1] = [sent[0] if sent else {}]
        form.values = {**kept, "items": items}
        form.refuse_floods({"items": items[place : place + 1]})
        return form

    def press(self, posted: Mapping[str, str], names: Any) -> None:
        """The buttons that add and remove rows and take over a registered name, for these names at the top."""
        super().press(posted, names)
        self._adopt(posted.get(ADOPT) or "", names)

    @staticmethod
    def only_rows_change(posted: Mapping[str, str]) -> bool:
        """Whether a button was pressed that changes the form itself: show it again, check nothing."""
        return DraftForm.only_rows_change(posted) or ADOPT in posted

    def registered(self, party: str) -> str:
        """The name under which the firm of a party is registered, where a check has found another one written."""
        for finding in self.findings:
            if finding.rule == "party.name-differs" and finding.pointer == f"/{party}/name":
                says = finding.message.params["says"]
                return str(says.params["registered"])
        return ""

    def _adopt(self, said: str, names: Any) -> None:
        """Writes a registered name in the place of the one typed; `said` is the button's “consignee:NAME”."""
        party, _colon, name = said.partition(":")
        words = self.values.get(party)
        if party in names and isinstance(words, Mapping) and "id" in words and name:
            self.values[party] = {**words, "name": name[:LONGEST_NAME]}

    def numbered(self, words: dict[str, Any]) -> dict[str, Any]:
        """Items are numbered by their order."""
        items = words.get("items")
        if isinstance(items, list):
            words["items"] = [
                {**item, "number": place} if isinstance(item, Mapping) else item for place, item in enumerate(items, 1)
            ]
        return words

    def undrawn(self) -> Iterator[tuple[str, str]]:
        """Name and value of every word that came with a message or a program and has no box on this page. Asked last,
        and sent along hidden: they stay in their rows, whatever is added or removed."""
        header = {name: value for name, value in self.values.items() if name != "items"}
        yield from self.undrawn_in(fields_of(self.schema), header, "")
        item = inner_schema(fields_of(self.schema)["items"])
        for row in self.item_rows():
            values = self.value(row)
            if isinstance(values, Mapping):
                known = {name: found for name, found in fields_of(item).items() if name != "number"}
                yield from self.undrawn_in(known, values, row + ".")

    def item_rows(self) -> list[str]:
        """The names of the items on this page, one blank one if there are none."""
        names = self.rows("items", least=1)
        return names[self.first : len(names) - self.after]

    @property
    def item_pages(self) -> list[tuple[int, int, bool]]:
        """(first, last, whether it is this one) of the pages of items, from 1; nothing if all are on one page."""
        total, step = self.until + self.after, ITEMS_ON_PAGE
        if total <= step:
            return []
        return [(start + 1, min(start + step, total), start == self.first) for start in range(0, total, step)]

    def is_open(self, item: str, alone: bool) -> bool:
        """Whether an item is shown unfolded: there are few, it is new, or something is wrong with it."""
        return (
            alone or not without_blanks(self.value(item)) or any(self.about_it(item, f.pointer) for f in self.findings)
        )

    def summary(self) -> list[Complaint]:
        """The findings, the first hundred of them; those about items on other pages lead there."""
        return [self._led(complaint) for complaint in super().summary()]

    def _led(self, complaint: Complaint) -> Complaint:
        parts = complaint.href.split("-")
        if parts[:2] != ["#f", "items"] or len(parts) < 3 or not parts[2].isdecimal():
            return complaint
        place = int(parts[2])
        if place < self.first or place >= len(self.rows("items")) - self.after:
            return replace(complaint, href=f"?check=1&from={place // ITEMS_ON_PAGE * ITEMS_ON_PAGE}{complaint.href}")
        return complaint
