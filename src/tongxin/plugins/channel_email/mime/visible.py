"""The part of a reply that its sender wrote now: without quotes and signature.

Each line is looked at once, with patterns that are bounded; lines are then taken or left in one pass. So the
time is linear in the text.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, takewhile
from typing import Self

from tongxin.plugins.channel_email.mime import lines
from tongxin.plugins.channel_email.mime.lines import Line

WRAPPED = 4  # lines that one attribution may be broken into
ENOUGH_FIELDS = 3  # name a mail
HEADER_LINES = 10  # that are searched for the fields of a repeated header
LONG_SIGNATURE, LONGEST_UNMARKED, LONG_LINE = 15, 25, 110
CARD_LINES, CARD_LETTERS = 14, 60
WRAPPED_QUOTE = 60  # letters; a shorter quoted line was not broken by a program
ROUNDS = 8  # what is taken out may leave a new end; more than a few are nobody's mail
MOST_AGAIN = 10_000  # lines that are looked at once more, all rounds together


def visible(text: str, *, forwarded: bool = False) -> str:
    """Return the lines that are new; the whole text where none are.

    ``forwarded`` says that the mail passes on another one: then the one below is part of what is told.
    """
    page, left = _Page.of(text.split("\n")), MOST_AGAIN
    for _ in range(ROUNDS):
        kept = page.trimmed(page.own_lines(forwarded))
        left -= len(kept)
        if len(kept) == len(page.rows):
            break
        page = page.only(kept)
        if left < 0:
            break
    return "\n".join(page.rows) if page.rows else text.strip("\n")


@dataclass(frozen=True)
class _Page:
    """The lines of a mail, as they are and what each is."""

    rows: list[str]
    lines: list[Line]

    @classmethod
    def of(cls, rows: list[str]) -> Self:
        known = {row: lines.read(row) for row in set(rows)}
        return cls(rows, [known[row] for row in rows])

    def only(self, kept: list[int]) -> Self:
        return type(self)([self.rows[i] for i in kept], [self.lines[i] for i in kept])

    @cached_property
    def below(self) -> list[int]:
        """How many lines that are not blank stand from each line on."""
        return list(accumulate((bool(line.text) for line in reversed(self.lines)), initial=0))[::-1]

    def own_lines(self, forwarded: bool) -> list[int]:
        """Return the lines that are neither quoted nor repeat, introduce or sign."""
        kept: list[int] = []
        at, total = 0, len(self.rows)
        while at < total:
            line = self.lines[at]
            if line.opens_forward:
                return [*kept, *range(at, total)]
            plain = line.is_plain and not (at and self.lines[at - 1].quoted)
            after = at if plain else self._beyond(at, forwarded)
            if after >= total:
                return self._without_opening(kept)
            if after == at:
                kept.append(at)
            at = max(after, at + 1)
        return kept

    def _beyond(self, at: int, forwarded: bool) -> int:
        """Return the line after what is not new here: this one if it is, none if nothing new follows."""
        if self._ends_here(at, forwarded):
            return len(self.rows)
        if after := self._attribution(at):
            return after if self._quote_follows(after) else len(self.rows)
        return at + self._is_of_quote(at)

    def trimmed(self, kept: list[int]) -> list[int]:
        """Take off what closes a mail: a name below a greeting, rules, blank lines."""
        end = self._signed_at(kept)
        while end and (self.lines[kept[end - 1]].is_rule or not self.lines[kept[end - 1]].text):
            end -= 1
        start = 0
        while start < end and not self.lines[kept[start]].text:
            start += 1
        return kept[start:end]

    def _signed_at(self, kept: list[int]) -> int:
        """Return where a closing greeting with a name below begins, or the end."""
        below = 0
        for i in range(len(kept) - 1, 0, -1):
            line = self.lines[kept[i]]
            if below > LONG_SIGNATURE or len(line.text) > LONG_LINE:
                break
            if line.is_sign_off and any(self.lines[k].text for k in kept[:i]):
                return i
            below += bool(line.text)
        return len(kept)

    def _is_of_quote(self, at: int) -> bool:
        line = self.lines[at]
        if line.quoted or (line.says_who and self._quote_follows(at + 1)):
            return True
        return self._is_broken_quote(at)

    def _without_opening(self, kept: list[int]) -> list[int]:
        """Leave out what belongs to what begins below: rules, a title, the frame of a visiting card."""
        while kept and self.lines[kept[-1]].is_opening:
            kept.pop()
        card = [i for i in kept[-CARD_LINES:] if self.lines[i].is_card]
        if card and all(
            len(self.lines[i].text) <= CARD_LETTERS for i in range(card[0], kept[-1] + 1)
        ):
            return [i for i in kept if i < card[0]]
        return kept

    def _ends_here(self, at: int, forwarded: bool) -> bool:
        """Tell whether all from this line on is an original or a signature."""
        line = self.lines[at]
        if not forwarded and (line.opens_original or self._repeats_header(at)):
            return True
        return line.is_sent_from or self._opens_signature(at)

    def _opens_signature(self, at: int) -> bool:
        line = self.lines[at]
        if line.is_rule and "mailing list" in self._next(at + 1):
            return True
        if not line.is_delimiter:
            return False
        return self.rows[at].rstrip("\r").endswith("-- ") or self.below[at + 1] <= LONGEST_UNMARKED

    def _next(self, at: int) -> str:
        return next((line.text for line in self.lines[at : at + 3] if line.text), "")

    def _repeats_header(self, at: int) -> bool:
        """Tell whether here begin From, Date, To, Subject: those of a mail, and not of a journey."""
        role = self.lines[at].role
        if role not in lines.BEGIN_HEADERS:
            return False
        if all(line.role in {None, role} for line in self.lines[at + 1 : at + WRAPPED]):
            return False
        block = list(takewhile(lambda line: not line.quoted, self.lines[at : at + HEADER_LINES]))
        block = block[: _second_blank(block)]
        found = {line.role for line in block} - {None}
        # The address may stand on a line of its own, below the label.
        mailbox = any(
            line.mailbox
            for i, line in enumerate(block)
            if line.role or block[i - 1].role == "sender"
        )
        return "sender" in found and len(found) >= ENOUGH_FIELDS and (mailbox or "subject" in found)

    def _attribution(self, at: int) -> int:
        """Return the line after one that says who wrote what follows, or 0."""
        if self.lines[at].quoted or not self.lines[at].may_attribute:
            return 0
        near = self.lines[at : at + WRAPPED]
        if not any([line.day for line in near]):  # noqa: C419 - a list is quicker, at every line
            return 0
        text = ""
        for i, line in enumerate(near, at + 1):
            if not line.text or line.quoted:
                break
            text = f"{text} {line.text}".strip()
            if line.may_end and lines.attributes(text[: lines.LONGEST]):
                return i
        return 0

    def _quote_follows(self, at: int) -> bool:
        """Tell whether the next line that is not blank is quoted."""
        for line in self.lines[at : at + HEADER_LINES]:
            if line.text:
                return line.quoted
        return False

    def _is_broken_quote(self, at: int) -> bool:
        """Tell whether a line is the rest of a quoted one that a program broke."""
        if not 0 < at < len(self.rows) - 1:
            return False
        within = self.lines[at - 1].quoted and self.lines[at + 1].quoted
        return within and len(self.rows[at - 1]) >= WRAPPED_QUOTE and self.rows[at][:1].islower()


def _second_blank(block: list[Line]) -> int:
    blanks = [i for i, line in enumerate(block) if not line.text]
    return blanks[1] if len(blanks) > 1 else len(block)
