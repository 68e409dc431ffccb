"""What the risk analysts do meanwhile: one profile watches from the shadow, another one waits for a second person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy.orm import Session

from app.cli.demo.steps import Result, Script, Step
from app.cli.demo.story import begin
from app.core.actors import SYSTEM, Actor
from app.registers.risk import endings
from app.risk.commands import ProposeProfile, Words
from app.risk.operations import profiles, proposing, replaying

_SOURCE = "Demonstration: made up for practice"
HEAVY, CHEAP = "onions-heavy", "footwear-cheap"
WORDS: dict[str, Words] = {
    HEAVY: Words(
        lane="yellow",
        names={
            "en": "Onions heavier than trucks carry", "tg": "Пиёзи аз бори мошин вазнинтар",
            "ru": "Лука больше, чем везёт машина", "fa_AF": "پیاز سنگین‌تر از ظرفیت لاری", "ps": "پیاز د لارۍ له وړتیا دروند",
        },
        reason={
            "en": "Loads above 22 t were twice found to hold other goods behind the sacks.",
            "tg": "Дар борҳои аз 22 т зиёд ду бор паси халтаҳо моли дигар ёфт шуд.",
            "ru": "В грузах свыше 22 т дважды находили другой товар за мешками.",
            "fa_AF": "در بارهای بیش از ۲۲ تن دو بار پشت بوجی‌ها مال دیگر یافت شد.",
            "ps": "له ۲۲ ټنو درنو بارونو کې دوه ځله د بوجیو تر شا نور توکي وموندل شول.",
        },
        instruction={
            "en": "Weigh the truck and compare with the papers.", "tg": "Мошинро баркашед ва бо ҳуҷҷатҳо муқоиса кунед.",
            "ru": "Взвесить машину и сравнить с документами.", "fa_AF": "لاری را وزن کنید و با اسناد مقایسه کنید.",
            "ps": "لارۍ وتلئ او له اسنادو سره یې پرتله کړئ.",
        },
        source=_SOURCE,
        criteria={"any": [{"all": [{"item": [
            {"field": "commodity", "op": "starts-with", "value": "0703"},
            {"field": "net_kg", "op": "more-than", "value": "22000"},
        ]}]}]},
        expected_rate=Decimal("2.00"),
    ),
    CHEAP: Words(
        lane="yellow",
        names={
            "en": "Footwear below 4 dollars a kilogram", "tg": "Пойафзол арзонтар аз 4 доллар барои кило",
            "ru": "Обувь дешевле 4 долларов за кг", "fa_AF": "پاپوش ارزان‌تر از ۴ دالر فی کیلو",
            "ps": "پاپوښ په کیلو له ۴ ډالرو ارزان",
        },
        reason={
            "en": "The value of shoes is often written too low.", "tg": "Арзиши пойафзол бисёр вақт кам навишта мешавад.",
            "ru": "Стоимость обуви часто занижают.", "fa_AF": "ارزش پاپوش اکثراً کم نوشته می‌شود.",
            "ps": "د پاپوښ ارزښت ډېر ځله کم لیکل کېږي.",
        },
        instruction={
            "en": "Ask for the price list and the proof of payment.", "tg": "Нархнома ва тасдиқи пардохтро талаб кунед.",
            "ru": "Запросить прайс-лист и подтверждение оплаты.", "fa_AF": "لست نرخ و سند پرداخت را بخواهید.",
            "ps": "د بیو لېست او د ورکړې سند وغواړئ.",
        },
        source=_SOURCE,
        criteria={"any": [{"all": [{"item": [
            {"field": "commodity", "op": "starts-with", "value": "64"},
            {"field": "value_per_kg", "op": "less-than", "value": "4"},
        ]}]}]},
        expected_rate=Decimal("5.00"),
    ),
}  # fmt: skip


class Analysts:
    """The script of the risk analysts, from the second day to the last hours of the story."""

    def __init__(self, people: Mapping[str, Actor], end: dt.datetime) -> None:
        self.people, self.end = people, end

    def script(self) -> Script:
        yield Step(begin(self.end) + dt.timedelta(days=1, hours=4), HEAVY, lambda session: self._shadow(session, HEAVY))
        yield Step(self.end - dt.timedelta(hours=30), f"{HEAVY}-replay", lambda session: self._replay(session, HEAVY))
        yield Step(self.end - dt.timedelta(hours=6), CHEAP, lambda session: self._shadow(session, CHEAP))
        yield Step(self.end - dt.timedelta(hours=5), f"{CHEAP}-replay", lambda session: self._replay(session, CHEAP))
        yield Step(self.end - dt.timedelta(hours=4), f"{CHEAP}-proposal", self._propose)

    def _shadow(self, session: Session, code: str) -> Result:
        by = self.people["analyst"]
        made = profiles.make(session, code, WORDS[code], by=by)
        profiles.shadow(session, code, made.version, by=by)
        return {"profile": code}

    def _replay(self, session: Session, code: str) -> Result:
        """Asked for, and run at once: the story has no process in the background."""
        run = replaying.ask(session, [(code, 1)], 1, by=self.people["analyst"])
        while replaying.step(session, endings.of, by=SYSTEM, id=run.id):
            pass
        return {"replay": str(run.id)}

    def _propose(self, session: Session) -> Result:
        command = ProposeProfile(CHEAP, 1, "The replay hits what the prices of the last weeks show.", knowing_wide=True)
        proposal = proposing.propose(session, command, by=self.people["analyst"])
        return {"proposal": str(proposal.id)}
