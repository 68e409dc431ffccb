"""What a schema says about bad input: marked for translation, filled in when it is said, translated at the edge.

marshmallow knows no languages, but it calls `.format` on every message. `T` answers with `Said`: an ordinary English
string that still knows its message id, so that whoever shows it can show it in the reader's language. Importing this
module gives marshmallow's own messages the same form and plainer words; it must happen before schemas are made, because
fields copy their messages when they are built.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from marshmallow import fields, validate
from marshmallow.schema import Schema

from app.core.text import Text, excerpt

#: Lists of choices may be long; more than this helps nobody.
_LONGEST_PARAMETER = 200


class Said(str):
    """A message as said: English text, with the `Text` it came from and the id of the rule that was broken."""

    text: Text
    rule: str

    def __new__(cls, text: Text, rule: str) -> Self:
        said = super().__new__(cls, str(text))
        said.text, said.rule = text, rule
        return said

    def __getnewargs__(self) -> tuple[Text, str]:  # type: ignore[override]
        return self.text, self.rule


class T(str):
    """A sentence of a schema: `validate.Regexp(r"…", error=T("Give six to ten digits.", rule="commodity.digits"))`."""

    rule: str

    def __new__(cls, msgid: str, rule: str = "invalid") -> Self:
        sentence = super().__new__(cls, msgid)
        sentence.rule = rule
        return sentence

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return str(self), self.rule

    @property
    def text(self) -> Text:
        """The sentence without parameters, for the places where marshmallow does not fill any in."""
        return Text(str(self))

    def format(self, *args: object, **params: Any) -> Said:
        """The sentence with its parameters; long or hostile values are cut and cleaned."""
        used = {name: excerpt(value, _LONGEST_PARAMETER) for name, value in params.items() if "{" + name + "}" in self}
        return Said(Text(str(self), used), self.rule)


class _Bounds(str):
    """Stands for Range's templates: at construction it is asked with the operators and answers with a whole sentence.

    Whole sentences, because "{op} {min}" cannot be put together from parts in every language.
    """

    sentences: ClassVar[dict[tuple[str | None, str | None], T]] = {
        (">=", None): T("Must be {min} or more.", "range"),
        (">", None): T("Must be more than {min}.", "range"),
        (None, "<="): T("Must be {max} or less.", "range"),
        (None, "<"): T("Must be less than {max}.", "range"),
        (">=", "<="): T("Must be from {min} to {max}.", "range"),
        (">", "<="): T("Must be more than {min} and not more than {max}.", "range"),
        (">=", "<"): T("Must be {min} or more, and less than {max}.", "range"),
        (">", "<"): T("Must be more than {min} and less than {max}.", "range"),
    }

    def format(self, *args: object, min_op: str | None = None, max_op: str | None = None, **params: Any) -> T:  # type: ignore[override]
        return self.sentences[min_op, max_op]


_FIELDS: dict[type[fields.Field[Any]], dict[str, T]] = {
    fields.Field: {
        "required": T("This is missing. Fill it in.", "required"),
        "null": T("This may not be empty.", "required"),
        "validator_failed": T("This value is not accepted.", "invalid"),
    },
    fields.Nested: {"type": T("Give an object with named values here.", "type")},
    fields.List: {"invalid": T("Give a list here.", "type")},
    fields.Tuple: {"invalid": T("Give a list here.", "type")},
    fields.String: {
        "invalid": T("Give text here.", "type"),
        "invalid_utf8": T("The text is not valid UTF-8. Send it again as UTF-8.", "text"),
    },
    fields.UUID: {"invalid_uuid": T("This is not a valid identifier.", "format")},
    fields.Number: {
        "invalid": T("Give a number, for example 1250.5.", "number"),
        "too_large": T("The number is too large.", "number"),
    },
    fields.Integer: {"invalid": T("Give a whole number.", "number")},
    fields.Float: {"special": T("Give an ordinary number, not infinity or “not a number”.", "number")},
    fields.Decimal: {"special": T("Give an ordinary number, not infinity or “not a number”.", "number")},
    fields.Boolean: {"invalid": T("Answer yes or no.", "type")},
    fields.DateTime: {
        "invalid": T("Give a date and time, for example 2026-11-27T08:30:00Z.", "date"),
        "invalid_awareness": T("Give the time with its zone, for example 2026-11-27T08:30:00Z.", "date"),
        "format": T("This date and time cannot be shown.", "date"),
    },
    fields.Time: {"invalid": T("Give a time, for example 08:30.", "date")},
    fields.Date: {"invalid": T("Give a date, for example 2026-11-27.", "date")},
    fields.TimeDelta: {
        "invalid": T("Give a length of time.", "date"),
        "format": T("This length of time cannot be shown.", "date"),
    },
    fields.Mapping: {"invalid": T("Give an object with named values here.", "type")},
    fields.Url: {"invalid": T("This is not a valid web address.", "format")},
    fields.Email: {"invalid": T("This is not a valid e-mail address.", "format")},
    fields.IP: {"invalid_ip": T("This is not a valid IP address.", "format")},
    fields.Enum: {"unknown": T("Choose one of: {choices}.", "choice")},
}

_VALIDATORS: dict[type[validate.Validator], dict[str, str]] = {
    validate.Range: {
        "message_min": _Bounds(),
        "message_max": _Bounds(),
        "message_all": _Bounds(),
        "message_gte": ">=",
        "message_gt": ">",
        "message_lte": "<=",
        "message_lt": "<",
    },
    validate.Length: {
        "message_min": T("Too short: the length must be {min} or more.", "length"),
        "message_max": T("Too long: the length must be {max} or less.", "length"),
        "message_all": T("The length must be from {min} to {max}.", "length"),
        "message_equal": T("The length must be {equal}.", "length"),
    },
    validate.Equal: {"default_message": T("Must be equal to {other}.", "equal")},
    validate.Regexp: {"default_message": T("This does not have the expected form.", "format")},
    validate.Predicate: {"default_message": T("This value is not accepted.", "invalid")},
    validate.NoneOf: {"default_message": T("This value is not accepted.", "choice")},
    validate.OneOf: {"default_message": T("Choose one of: {choices}.", "choice")},
    validate.ContainsOnly: {"default_message": T("Choose only from: {choices}.", "choice")},
    validate.ContainsNoneOf: {"default_message": T("This value is not accepted.", "choice")},
    validate.URL: {"default_message": T("This is not a valid web address.", "format")},
    validate.Email: {"default_message": T("This is not a valid e-mail address.", "format")},
}

_SCHEMA = {
    "type": T("Give an object with named values here.", "type"),
    "unknown": T("This name is not known here. Remove it.", "unknown"),
}


def _speak_plainly() -> None:
    for kind, messages in _FIELDS.items():
        kind.default_error_messages = {**kind.__dict__.get("default_error_messages", {}), **messages}
    for validator, sentences in _VALIDATORS.items():
        for name, sentence in sentences.items():
            setattr(validator, name, sentence)
    Schema._default_error_messages = dict(_SCHEMA)  # noqa: SLF001 - the schema class offers no other way


_speak_plainly()
