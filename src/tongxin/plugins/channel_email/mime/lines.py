"""What a single line of a reply is: part of a header, of a quote, of a signature."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Literal

from tongxin.plugins.channel_email.mime import phrases
from tongxin.plugins.channel_email.mime.phrases import groups, table

Role = Literal["sender", "date", "recipient", "copy", "subject"]

AROUND = " <>*-—_"
FRAMING, COLONS = tuple("-_=*~—–─━#+>"), (":", "：")
LONGEST = 600  # letters of a line that are looked at
INVISIBLE = dict.fromkeys(
    (0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF)
)
BETWEEN_HAN = re.compile(r"(?<=[\u3000-\u9fff]) (?=[\u3000-\u9fff])")
LABEL = re.compile(r"[|\s]*([^:：|]{1,40}?)\s*[:：|]")
RULE = re.compile(r"[-_=*~—–─━#\s]{2,}")
DELIMITER = re.compile(r"--|—|–|__+")
CARD = re.compile(r"[|\s]+")
FRAMED = re.compile(r"(?:[-_=*~—–─━#+]{2,}|>)\s?([^-_=*~—–─━#]{2,60}?)\s?[-_=*~—–─━#+]{2,}")
LINK = re.compile(r"\s?[<\[(](?:https?://|mailto:)[^>\])]{0,400}[>\])]?")
ADDRESS = re.compile(r"[\w.+%~!#$&'*/=?^`{|}-]{1,80}@[\w.-]{1,120}")
LAST_ADDRESS = re.compile(r"@[\w.-]{1,120}\Z")
MONTH = "|".join(sorted(table(phrases.MONTHS), key=len, reverse=True))
DAY = re.compile(
    rf"""
    \d{{4}}\s?[-/.年년]\s?\d{{1,2}}                 # 2024-03-05, 2024年3月
  | \d{{1,2}}[./-]\s?\d{{1,2}}[./-]\s?\d{{2,4}}     # 05.03.2024
  | \d{{1,2}}\s?[月월]\s?\d{{1,2}}                  # 3月5日
  | \d{{1,2}}\.?\ (?:de\ |d')?[^\W\d]{{3,12}}\.?,?\ (?:de\ |del\ )?\d{{4}}  # 5 mars 2024
  | [^\W\d]{{3,12}}\.?\ \d{{1,2}}(?:st|nd|rd|th)?,?\ \d{{4}}                # March 5, 2024
  | \b(?:{MONTH})\.?\ \d{{1,2}}\b | \b\d{{1,2}}\ (?:{MONTH})\b
  | \b\d{{1,2}}[:h.]\d{{2}}\b                       # 15:20
    """,
    re.VERBOSE,
)
OPENING = re.compile(
    r"(?:(?:on|am|le|el|il|em|op|dnia|w dniu|den|în data|в|tarihinde|at|dne|pe|on:|na|vào|pada)\b|"
    r"在|于|於|\W{0,3}\d|\w{2,12}[.,]{1,2} \d)"
)
DIGIT = re.compile(r"\d")
SAYING = re.compile("|".join(sorted(map(re.escape, table(phrases.WROTE)), key=len, reverse=True)))
ROLES: dict[str, Role] = {
    **dict.fromkeys(table(phrases.COPY), "copy"),
    **dict.fromkeys(table(phrases.RECIPIENT), "recipient"),
    **dict.fromkeys(table(phrases.DATE), "date"),
    **dict.fromkeys(table(phrases.SUBJECT), "subject"),
    **dict.fromkeys(table(phrases.SENDER), "sender"),
}
ORIGINAL, FORWARDED = table(phrases.ORIGINAL), table(phrases.FORWARDED)
SIGN_OFF = table(phrases.SIGN_OFF)
SENT_FROM = [
    (a.strip(), b.strip()) for p in table(phrases.SENT_FROM) for a, _, b in [p.partition("...")]
]
ADVERTISED = tuple(table(phrases.ADVERTISED))
BY_BEGINNING = groups((begin[:2], (begin, end)) for begin, end in SENT_FROM if begin)
BY_ENDING = groups((end[-2:], (begin, end)) for begin, end in SENT_FROM if not begin)
LONGEST_ATTRIBUTION = 200
WHO_VERBS = tuple(table(phrases.WROTE))
VERBS_AT_THE_END = (
    "写道",
    "寫道",
    "napisał(a)",
    "wrote",
    "a écrit",
    "작성",
    "schrieb",
    "escribió",
    "ha scritto",
    "escreveu",
)
LONGEST_FRAMED, LONGEST_SIGN_OFF = 120, 50
LONGEST_SIGN, NO_SIGN = 90, tuple(".,;!?。，；！？:：")


@dataclass(frozen=True, slots=True)
class Line:
    """What is to be known of a line, whatever stands around it; ``text`` is the line as it is compared."""

    text: str = ""
    quoted: bool = False
    role: Role | None = None
    mailbox: bool = False
    day: bool = False
    may_attribute: bool = False
    may_end: bool = False
    says_who: bool = False
    opens_original: bool = False
    opens_forward: bool = False
    is_opening: bool = True
    is_rule: bool = False
    is_card: bool = False
    is_delimiter: bool = False
    is_sent_from: bool = False
    is_sign_off: bool = False
    is_plain: bool = True


BEGIN_HEADERS = ("sender", "date", "subject")
BLANK = Line()


def read(row: str) -> Line:
    """Return what a line is."""
    text = plain(row) if row and not row.isspace() else ""
    if not text:
        return BLANK
    mailbox, day, its_role = names_mailbox(text), names_day(text), role(text)
    quoted, attributing = is_quoted(text), mailbox or day or OPENING.match(text) is not None
    delimiter, sent_from = is_delimiter(text), is_sent_from(text)
    rule, who = is_rule(text), says_who(text)
    original = opens_groupwise(text) if quoted else opens_original(text)
    begins = its_role in BEGIN_HEADERS
    ordinary = not (
        quoted or begins or attributing or delimiter or sent_from or rule or who or original
    )
    return Line(
        text=text,
        quoted=quoted,
        role=its_role,
        mailbox=mailbox,
        day=day,
        may_attribute=attributing,
        may_end=may_end(text),
        says_who=who,
        opens_original=original,
        opens_forward=not quoted and opens_forward(text),
        is_opening=rule or (len(text) <= LONGEST_SIGN_OFF and framed(text) in ORIGINAL),
        is_rule=rule,
        is_card=is_card(text),
        is_delimiter=delimiter,
        is_sent_from=sent_from and not quoted,
        is_sign_off=is_sign_off(text),
        is_plain=ordinary,
    )


def plain(line: str) -> str:
    """Return a line as it is compared: one case, single blanks, no entities, bold stars or marks unseen."""
    text = line[:LONGEST]
    if "&" in text and "&#" not in text:
        text = unescape(text)
    if not text.isascii():
        text = text.translate(INVISIBLE)
    return " ".join(text.replace("*", " ").split()).lower() or text.strip()


def is_quoted(text: str) -> bool:
    return text.startswith((">", "&gt;", "＞", "| >"))


def role(text: str) -> Role | None:
    """Return what a line of a repeated header tells, if it is one."""
    start = text[:60]
    found = LABEL.match(start) if ":" in start or "：" in start or "|" in start else None
    if not found:
        return None
    label = BETWEEN_HAN.sub("", found[1].strip())
    return ROLES.get(label) or ROLES.get(label.replace(" ", ""))


def names_mailbox(text: str) -> bool:
    return "@" in text and ADDRESS.search(text) is not None


def names_day(text: str) -> bool:
    return DIGIT.search(text) is not None and DAY.search(text) is not None


def is_rule(text: str) -> bool:
    return text[:1] in FRAMING and RULE.fullmatch(text) is not None


def framed(text: str) -> str:
    """Return what stands between two rows of dashes, and after none: ``Begin forwarded message:``."""
    found = FRAMED.fullmatch(text)
    inner = found[1] if found else text.rstrip(":： ")
    return BETWEEN_HAN.sub("", inner.strip(" :：<>[]【】"))


def opens_original(text: str) -> bool:
    return _is_framed(text) and framed(text) in ORIGINAL


def opens_forward(text: str) -> bool:
    return ((text[-1] in COLONS and len(text) <= LONGEST_FRAMED) or _is_framed(text)) and framed(
        text
    ) in FORWARDED


def _is_framed(text: str) -> bool:
    return text[0] in FRAMING and len(text) <= LONGEST_FRAMED and FRAMED.fullmatch(text) is not None


def opens_groupwise(text: str) -> bool:
    """Tell whether Novell's program begins an original: ``>>> name date >>>``."""
    return text.startswith(">>> ") and text.endswith(" >>>") and DAY.search(text) is not None


def says_who(text: str) -> bool:
    """Tell whether a line may be said of a quote that follows, though no day is in it."""
    end = text.strip(AROUND)
    if len(text) > LONGEST_ATTRIBUTION or end[-1:] not in COLONS:
        return False
    before = end[:-1].rstrip(" >)]")
    return before.endswith(WHO_VERBS) or _ends_with_mailbox(before)


def may_end(text: str) -> bool:
    """Tell whether a text may be the end of an attribution."""
    end = text.strip(AROUND)
    return end[-1:] in COLONS or end.endswith(VERBS_AT_THE_END)


def attributes(text: str) -> bool:
    """Tell whether a text says just that, and ends with it."""
    end = text.strip(AROUND)
    if end[-1:] in COLONS:
        before = end[:-1].rstrip(" >)]\"'”")
        return names_day(end) and (
            SAYING.search(end) is not None or _ends_with_mailbox(before) or _ends_with_day(before)
        )
    said = end.endswith(VERBS_AT_THE_END) and (text[0] in FRAMING or OPENING.match(end) is not None)
    return said and names_day(end)


def _ends_with_mailbox(text: str) -> bool:
    return LAST_ADDRESS.search(text[-210:]) is not None


def _ends_with_day(text: str) -> bool:
    return names_mailbox(text) and any(found.end() >= len(text) - 3 for found in DAY.finditer(text))


def is_card(text: str) -> bool:
    """Tell whether a line is the frame of a visiting card."""
    return CARD.fullmatch(text) is not None


def is_delimiter(text: str) -> bool:
    return DELIMITER.fullmatch(text) is not None


def is_sent_from(text: str) -> bool:
    """Tell whether a program signed here: a whole short line, and no sentence."""
    if (
        text[:2] not in BY_BEGINNING
        and text[:1] not in BY_BEGINNING
        and text[-2:] not in BY_ENDING
        and text[0] != "["
        and text[-1] not in ">])|"
    ):
        return False
    short = LINK.sub("", text).strip(" []()<>|")
    if short.startswith(ADVERTISED):
        return len(short) <= LONGEST_SIGN
    if len(short) > LONGEST_SIGN or short.endswith(NO_SIGN):
        return False
    likely = [
        *BY_BEGINNING.get(short[:2], ()),
        *BY_BEGINNING.get(short[:1], ()),
        *BY_ENDING.get(short[-2:], ()),
    ]
    return any(
        short.startswith(begin) and short.endswith(end) and len(short) > len(begin + end)
        for begin, end in likely
    )


def is_sign_off(text: str) -> bool:
    return len(text) <= LONGEST_SIGN_OFF and text.rstrip(" ,.!，！。…;:") in SIGN_OFF
