"""How likely a letter is in a language: enough to tell charsets apart that nobody named."""

from dataclasses import dataclass
from functools import cached_property

SIMPLIFIED = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实"
    "日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政"
    "美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员"
    "解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件"
    "计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象"
    "完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运您请谢邮客"
    "服快订单退货换款发票收到附"
)
TRADITIONAL = (
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作里"
    "用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實"
    "日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政"
    "美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員"
    "解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件"
    "您請謝郵客服快訂單退貨換款發票收到附"
)
SYLLABLES = (
    "이다는에의가을로하지고한니사기습안녕세요를은도자어시나인대리일아들해서스그수있것정부라주만보여제상과전"
    "게으면신장조까문거구오우소성적원비동공위유실경미감드화마선관연계속님메송없했된되저중합내용답변요청"
)
CJK_MARKS = "，。、；：？！「」『』（）《》“”‘’…—　·【】"
LATIN = "àáâãäåæçèéêëìíîïñòóôõöøùúûüýßœÀÁÂÃÄÅÆÇÈÉÊËÍÎÑÓÔÕÖØÙÚÛÜ’‘“”–—…€£°«»¿¡·\xa0"
CENTRAL = "áčďéěíňóřšťúůýžąćęłńśźżőűäöüôşţăâîđÁČŘŠŽŁŚŻ’‘“”„–—…\xa0"
TURKISH = "çğıöşüÇĞİÖŞÜâ’‘“”–—…\xa0"
CYRILLIC_OFTEN = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфё"
GREEK_OFTEN = "αοιετσνηυρπκμλωςγδχθφβξζψάέήίόύώ"
HEBREW = "אבגדהוזחטיךכלםמןנסעףפץצקרשת"
ARABIC_OFTEN = "المينتوربعسدفقكحهشجصخطضذثزغظةىءأإآؤئ؟،"
THAI = "กขคฆงจฉชซญฎฐณดตถทธนบปผฝพฟภมยรลวศษสหอฮะาำิีึืุูเแโใไๆ็่้๊๋์ั"
OFTEN, SELDOM, NEVER = 3.0, 0.7, -2.0


@dataclass(frozen=True)
class Guess:
    """A charset, and the letters one meets in it: often, and at all (first and last of a block)."""

    codec: str
    often: str
    blocks: tuple[str, ...] = ()

    @cached_property
    def _often(self) -> frozenset[str]:
        return frozenset(self.often)

    def weight(self, letter: str) -> float:
        if letter in self._often:
            return OFTEN
        return SELDOM if any(b[0] <= letter <= b[1] for b in self.blocks) else NEVER


KANA = "".join(map(chr, (*range(0x3041, 0x3094), *range(0x30A1, 0x30F7), 0x30FC)))
HAN = ("\u4e00\u9fff", "\uff01\uff5e", "\u3000\u3017")
GUESSES = (
    Guess("cp1252", LATIN),
    Guess("gb18030", SIMPLIFIED + CJK_MARKS, HAN),
    Guess("big5hkscs", TRADITIONAL + CJK_MARKS, HAN),
    Guess("cp932", KANA + CJK_MARKS, HAN),
    Guess("euc_jp", KANA + CJK_MARKS, HAN),
    Guess("cp949", SYLLABLES, ("\uac00\ud7a3",)),
    Guess("cp1251", CYRILLIC_OFTEN, ("АЯ",)),
    Guess("koi8_r", CYRILLIC_OFTEN, ("АЯ",)),
    Guess("cp1250", CENTRAL),
    Guess("cp1254", TURKISH),
    Guess("cp1253", GREEK_OFTEN, ("ΑΩ",)),
    Guess("cp1255", HEBREW),
    Guess("cp1256", ARABIC_OFTEN),
    Guess("cp874", THAI),
)
