"""The JSON of appeals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import validate

from app.appeals.commands import Admit, Answer, Lodge
from app.appeals.lifecycle import ANSWERS, Against
from app.core.fields import Identifier, Words
from app.core.messages import T


class _Strict(ma.Schema):
    class Meta:
        unknown = ma.RAISE


def _reading(label: T, most: int, **more: Any) -> Words:
    return Words(most, metadata={"label": label, "widget": "textarea"}, **more)


class AppealSchema(_Strict):
    """An appeal. `of` names which decision, detention, seizure record, inspection or assessment, where there are several;
    without it, the newest."""

    against = ma.fields.String(
        required=True,
        validate=validate.OneOf([a.value for a in Against]),
        metadata={"label": T("Against")},
    )
    of = Words(40, allow_none=True, metadata={"label": T("Which one")})
    grounds = _reading(T("Why you appeal"), 8000, required=True)
    wanted = _reading(T("What you want"), 2000, allow_none=True)
    late_reason = _reading(T("Why it comes late"), 2000, allow_none=True)
    attachments = ma.fields.List(
        Identifier(), validate=validate.Length(0, 20), load_default=list, metadata={"label": T("Enclosed files")}
    )


class AdmissionSchema(_Strict):
    accepted = ma.fields.Boolean(required=True, metadata={"label": T("Admissible")})
    reason = _reading(T("Reason"), 2000, allow_none=True)


class AppealAnswerSchema(_Strict):
    outcome = ma.fields.String(
        required=True,
        validate=validate.OneOf([a.value for a in ANSWERS]),
        metadata={"label": T("Outcome")},
    )
    answer = _reading(T("Answer, with reasons"), 4000, required=True)
    reconsider = ma.fields.Boolean(load_default=False, metadata={"label": T("Take the decision back, by two persons")})


def lodge(given: Mapping[str, Any]) -> Lodge:
    return Lodge(
        given["against"],
        given["grounds"],
        given.get("wanted") or "",
        given.get("of") or "",
        given.get("late_reason") or "",
        tuple(map(UUID, given.get("attachments") or ())),
    )


def admit(given: Mapping[str, Any]) -> Admit:
    return Admit(given["accepted"], given.get("reason") or "")


def answer(given: Mapping[str, Any]) -> Answer:
    return Answer(given["outcome"], given["answer"], given.get("reconsider") or False)
