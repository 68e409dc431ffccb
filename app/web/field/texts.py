"""What the page at the truck says: every sentence by the name its scripts use, and the words of its lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.core.text import Text, _
from app.edge.locale import translate
from app.web import words

SENTENCES: Final[Mapping[str, Text]] = {
    "title": _("At the truck"),
    "welcome": _("Inspection orders on a telephone or tablet, also without a network."),
    "sign-in": _("Sign in"),
    "first-online": _("No network. The first time, this device must reach the server."),
    "no-role": _("This page is for officers, inspectors and supervisors."),
    # Registration and the code ---------------------------------------------------------------------------------------
    "register": _("Register this device"),
    "register.lead": _(
        "{name}, choose a code. It opens what this device keeps, also without a network; nobody else may know it."
    ),
    "register.do": _("Register"),
    "device.label": _("Name of the device"),
    "device.kind": _("Kind of device"),
    "device.phone": _("Telephone"),
    "device.tablet": _("Tablet"),
    "code": _("Code"),
    "code.again": _("The same code again"),
    "code.hint": _("At least {least} characters: digits, letters or both."),
    "code.weak": _("Choose a code of at least {least} characters, with three different ones or more."),
    "code.differs": _("The two codes are not the same. Type them again."),
    "new-code": _("Choose a new code"),
    "new-code.lead": _("{name}, choose a new code. What was recorded is still there."),
    "locked": _("Locked"),
    "locked.lead": _("Type your code to open what this device keeps."),
    "open": _("Open"),
    "opening": _("Opening…"),
    "forgotten": _("Code forgotten"),
    "lock": _("Lock now"),
    "refused.code": _("The code is not right. Tries left: {left}."),
    "refused.blocked": _(
        "Too many wrong codes. What was not sent is still there. With a network, choose “Code forgotten” and sign in."
    ),
    "refused.wiped": _(
        "Too many wrong codes. Everything had been sent, so this device was emptied. Register it again."
    ),
    "refused.shift": _("The shift is over. Come into the network and sign in; nothing is lost."),
    "refused.locked-out": _("This device is locked out."),
    "refused.closed": _("Locked"),
    "refused.offline": _("No answer from the server. Try again where there is a network."),
    "locked-out": _("This device is locked out"),
    "locked-out.lead": _(
        "It was reported lost. Its orders were removed. Bring it to your supervisor, who can release it."
    ),
    "locked-out.unsent": _("Not sent yet, kept encrypted: {count}"),
    # The head ----------------------------------------------------------------------------------------------------------
    "net.ready": _("Connected"),
    "net.sending": _("Sending"),
    "net.offline": _("Offline"),
    "net.sign-in": _("Sign in to send"),
    "net.refused": _("The server refuses this device"),
    "unsent": _("{count} unsent"),
    "sent-at": _("Last sent {at}"),
    "conflicts.count": _("{count} not applied"),
    "send-now": _("Send now"),
    "menu": _("Menu"),
    "language": _("Language"),
    "theme": _("Display"),
    "theme.auto": _("As the device"),
    "theme.light": _("Light"),
    "theme.dark": _("Dark"),
    "theme.sun": _("Bright sun"),
    "leave": _("Empty this device"),
    "leave.unsent": _("Not everything is sent yet. Send it first."),
    "leave.sure": _("Everything this device keeps is removed. Go on?"),
    # Orders ------------------------------------------------------------------------------------------------------------
    "orders": _("My orders"),
    "no-orders": _("No inspection waits for you."),
    "not-applied": _("{count} not applied: look at them"),
    "other-records": _("{count} recorded for an order that is no longer here:"),
    "due": _("Due {at}"),
    "part.look": _("Look for"),
    "part.steps": _("Steps"),
    "part.items": _("Goods"),
    "part.found": _("Found so far"),
    "part.parties": _("Parties and vehicle"),
    "part.documents": _("Documents"),
    "part.seals": _("Seals that should be there"),
    "part.more": _("Record something else"),
    "extent": _("Open at least {extent} % of the packages."),
    "slot": _("{from} – {to} {place}"),
    "step.start": _("Begin"),
    "step.end": _("Done"),
    "step.done": _("Done"),
    "concluded": _("Your conclusion is recorded."),
    "photos": _("Photos: {count}"),
    "item": _("Item {item}"),
    "declared": _("Declared"),
    "correct": _("Correct"),
    "corrected": _("Corrected"),
    # Forms -------------------------------------------------------------------------------------------------------------
    "form.start": _("Step begun"),
    "form.end": _("Step done"),
    "form.finding": _("Finding"),
    "form.correction": _("Correction"),
    "form.photo": _("Photo"),
    "form.measure": _("Measurement"),
    "form.sample": _("Sample"),
    "form.person": _("Person present"),
    "form.seal": _("Seal"),
    "form.conclusion": _("Conclude"),
    "save": _("Save"),
    "back": _("Back"),
    "kept": _("Kept. It is sent as soon as there is a network."),
    "optional": _("optional"),
    "choose": _("Choose"),
    "none": _("None"),
    "whole": _("The whole consignment"),
    "yes": _("Yes"),
    "no": _("No"),
    "conform.yes": _("As declared"),
    "conform.no": _("Not as declared"),
    "problems": _("Not saved yet"),
    "needed": _("Fill in: {field}"),
    "not-a-number": _("Write digits only, with a point before decimals: {field}"),
    "no-picture": _("This is no picture that can be read. Take another."),
    "field.item": _("Item"),
    "field.control": _("Kind of control"),
    "field.conform": _("As declared?"),
    "field.kind": _("What is different"),
    "field.found": _("Found"),
    "field.facts": _("Found, in figures"),
    "field.photo": _("Take a photo"),
    "field.caption": _("What it shows"),
    "field.what": _("What was measured"),
    "field.level": _("Level"),
    "field.level_unit": _("Unit of the level"),
    "field.alarm": _("Did it give an alarm?"),
    "field.instrument": _("Instrument"),
    "field.remarks": _("Remarks"),
    "field.description": _("Description"),
    "field.laboratory": _("Laboratory"),
    "field.question": _("Question to the laboratory"),
    "field.seal": _("Seal on the sample"),
    "field.full_name": _("Full name"),
    "field.role": _("Who it is"),
    "field.of": _("Employer or agency"),
    "field.document": _("Identity document"),
    "field.signs": _("Signs?"),
    "field.remark": _("What he says about it"),
    "field.seal_what": _("What was done"),
    "field.serial": _("Number of the seal"),
    "field.condition": _("Condition"),
    "field.bearer": _("Plate or container"),
    "field.place": _("Where on it"),
    "field.conclusion": _("Conclusion"),
    "field.summary": _("Summary"),
    "field.recommendation": _("What you recommend"),
    "fact.commodity": _("Commodity code"),
    "fact.description": _("Description"),
    "fact.quantity": _("Quantity"),
    "fact.unit": _("Unit"),
    "fact.net_kg": _("Net mass (kg)"),
    "fact.gross_kg": _("Gross mass (kg)"),
    "fact.packages": _("Packages"),
    "fact.origin": _("Country of origin"),
    "fact.value": _("Value"),
    "fact.currency": _("Currency"),
    "fact.marks": _("Marks"),
    # What became of records --------------------------------------------------------------------------------------------
    "state.unsent": _("Not sent"),
    "state.applied": _("Sent"),
    "state.conflict": _("Conflict"),
    "state.refused": _("Refused"),
    "conflicts": _("Not applied"),
    "conflicts.lead": _(
        "Both sides are shown. Nothing that you recorded is lost, and nothing that was decided is changed."
    ),
    "no-conflicts": _("Everything that was sent is applied."),
    "side.mine": _("You recorded"),
    "side.theirs": _("It stands like this"),
    "theirs.state": _("State"),
    "theirs.assigned": _("Given to"),
    "theirs.conclusion": _("Concluded"),
    "theirs.decision": _("Decided"),
    "theirs.unknown": _("It is not open to you any more."),
    "conflict.kept": _("The server keeps it. A supervisor adds it late or sets it aside."),
    "refused.kept": _("Correct it and record it again."),
    "record-again": _("Correct and record again"),
    "dismiss": _("Read; remove here"),
}

LISTS: Final[Mapping[str, Mapping[str, Text]]] = {
    "type": {
        "documents": _("Documents"), "seals": _("Seals"), "weighing": _("Weighing"), "scanner": _("Scanner"),
        "radiation": _("Radiation"), "dog": _("Dog"), "quantity": _("Quantity"), "nature": _("Nature of the goods"),
        "sampling": _("Sampling"), "unloading": _("Full unloading"),
    },
    "agency": {
        "customs": _("Customs"), "border_guard": _("Border guard"), "phytosanitary": _("Phytosanitary control"),
        "veterinary": _("Veterinary control"), "sanitary": _("Sanitary control"), "drug_control": _("Drug control"),
    },
    "finding": {
        "surplus": _("More than declared"), "shortage": _("Less than declared"),
        "misclassification": _("Other goods or code"), "undervaluation": _("Value too low"), "origin": _("Other origin"),
        "marks": _("Other marks"), "prohibited": _("Prohibited goods"), "damage": _("Damage"), "other": _("Something else"),
    },
    "measured": {"weighing": _("Weighing"), "radiation": _("Radiation")},
    "presence": {
        "declarant": _("Declarant"), "driver": _("Driver"), "owner": _("Owner"), "carrier": _("Carrier"),
        "witness": _("Witness"), "expert": _("Expert"), "officer": _("Customs officer"),
        "official": _("Official of another agency"), "other": _("Somebody else"),
    },
    "seal-deed": {"seen": _("Seen"), "removed": _("Removed"), "set": _("New seal set")},
    "seal": {"intact": _("Intact"), "broken": _("Broken"), "different": _("Another number"), "missing": _("Missing")},
    "conclusion": {
        "conform": _("As declared"), "discrepancy": _("Discrepancy"), "offence": _("Suspected offence"),
    },
    "recommendation": {
        "release": _("Release"), "release-with-correction": _("Release with correction"), "query": _("Ask the trader"),
        "hold": _("Hold"), "seize": _("Seize"), "refuse": _("Refuse"), "return": _("Return"), "destroy": _("Destroy"),
    },
    "party": {
        "consignor": _("Consignor"), "consignee": _("Consignee"), "declarant": _("Declarant"), "carrier": _("Carrier"),
        "holder": _("Holder"), "driver": _("Driver"),
    },
    "lane": {code: word.text for code, word in words.LANES.items()},
    "status": {code: word.text for code, word in words.STATUSES.items()},
}  # fmt: skip

#: Decisions are named where the other pages name them.
DECISIONS: Final = ("release", "release-with-correction", "hold", "refuse", "seize", "return", "reject", "part-release")


def catalogue(locale: str) -> dict[str, str]:
    """Every sentence and word in a language, by its name; placeholders stay for the scripts."""
    told = {name: _whole(text, locale) for name, text in SENTENCES.items()}
    told |= {f"{name}.{code}": translate(text, locale) for name, some in LISTS.items() for code, text in some.items()}
    return told | {f"decision.{code}": translate(words.decision(code), locale) for code in DECISIONS}


def _whole(text: Text, locale: str) -> str:
    """The sentence with its placeholders unfilled: translated as one without parameters."""
    return translate(Text(text.msgid), locale)
