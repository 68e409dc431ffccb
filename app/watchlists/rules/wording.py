"""Words of names that say little: titles, particles, legal forms, lines of trade; and words that are always cut short.

All as `letters.words` gives them.
"""

from __future__ import annotations

from app.watchlists.rules.letters import words


def _all(text: str) -> frozenset[str]:
    return frozenset(words(text))


#: What stands before a name, or between its parts, and is none.
TITLES = _all(
    "haji hajji hoji hodji khoji al-haj alhaj ҳоҷӣ хаджи ходжи гаджи حاجی الحاج "
    "mullah mulla molla мулло мулла ملا mawlawi mawlavi maulvi moulavi мавлавӣ мавлави مولوی "
    "qari қорӣ кари قاری ustad ustod устод устад استاد ustaz "
    "doctor dr доктор д-р داکتر دکتر داکټر engineer eng انجنیر مهندس инженер муҳандис "
    "general gen генерал جنرال colonel полковник дегروال commander qomandan командир قوماندان "
    "professor prof профессор پروفیسور mr mrs ms miss г-н госп господин ҷаноб бону آقای خانم ښاغلی جناب"
)
#: Honours that come and go with a name: a little of it, never what it stands on.
HONOURS = _all("khan хон хан خان jan jon ҷон джан جان sahib соҳиб сахиб صاحب begum бегим بیگم agha آغا اقا оғо ака ako")
PARTICLES = _all(
    "bin ibn ibni ben bint binti бин ибн ибни бинт бинти بن ابن بنت al el аль эль ал ال wald walad valad валади ولد "
    "son of daughter and the сын дочь писари духтари د و و و da de"
)
#: Stand before the word they belong to.
BEFORE = _all("abd abdul abdel abdal abdol abdur abdus abdu абд абду абдул абдур абдус عبد عبدال abu або абу ابو")
#: Stand after the word they belong to.
AFTER = _all(
    "ullah ollah ulla ullo ulloh уллох улло улла الله aldin uddin ud din eddin addin дин ад الدین zada zadeh zoda "
    "zadah zadа заде зода зада زاده zai zay zoi зай зой زی khel хел хель خیل"
)
#: Between two words that are one: Fazl ur Rahman, Shams ud Din.
BETWEEN = _all("ur ul ud us uz уд ур ул")
#: What Arabic writes with its article behind another word: شمس الحق.
WITH_ARTICLE = frozenset(
    {"الدین", "الحق", "الله", "الرحمن", "الرحمان", "الرحیم", "الاسلام", "الملک", "النبی", "الهادی"}
)

SHORT_FORMS = {
    **dict.fromkeys(
        ("mohd", "mhd", "md", "muhd", "mohmd", "мухд", "магомед", "магомет", "mahomed", "magomed"), "muhammad"
    ),
    **dict.fromkeys(("ибрагим", "ibragim"), "ibrahim"),
}

LEGAL = _all(
    "ооо оао зао ао пао тоо ип чп куп гуп ҷдмм ҷсп ҷсш ҷсшк ҷскп ҷск квд ҷамъияти "
    "llc ltd limited llp plc jsc ojsc cjsc pjsc inc corp corporation co company gmbh fze fzco fzc pvt sarl "
    "общество компания предприятие фирма корхона ширкат ширкати "
    "شرکت شرکة کمپنی کمپانی لمیتد لمیتډ لمتد سهامی موسسه مؤسسه مسوولیت محدود "
) | frozenset({"ҳдмм", "ҳсп", "ҷсп"})

#: Lines of trade, by what they mean: they are translated, not transcribed.
TRADES: dict[str, str] = {
    word: meaning
    for meaning, text in {
        "1trade": "trade trading traders torg трейд трейдинг торг торговая торговый тиҷорат тиҷоратӣ تجارتی تجارت سوداګریز سوداگریز",
        "1logistic": "logistic logistics логистик логистика логистикс لوژستیک لوجستیک لوژیستیک",
        "1transport": "transport transportation transit trans cargo транспорт транс карго нақлиёт ترانسپورت ترانسپورتی ترانزیت",
        "1group": "group holding group группа холдинг гурӯҳ гурӯҳи گروپ گروه هولدینگ",
        "1international": "international intl интернешнл интернешнал байналмилалӣ بین‌المللی بینالمللی انترنشنل",
        "1import": "import imports импорт воридот воридотӣ واردات وارداتی",
        "1export": "export exports экспорт содирот содиротӣ صادرات صادراتی",
        "1service": "service services сервис хизматрасонӣ хизмат خدمات خدماتی",
        "1build": "construction building строй сохтмон сохтмонӣ ساختمانی ساختمان",
        "1brothers": "brothers bros братья бародарон برادران وروڼو ورونو",
        "1oil": "oil petroleum ойл нефть нафт نفت پترولیم",
        "1gas": "gas газ گاز",
        "1agro": "agro агро زراعتی",
    }.items()
    for word in words(text)
}
#: Of a firm's name, what says nothing.
FILLERS = _all("and و энд для общ و the")
