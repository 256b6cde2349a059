"""Cells become what we know of a person, or are told to be wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tongxin.center.attributes.queries import read
from tongxin.center.attributes.values import Shape
from tongxin.center.imports.values import ATTRIBUTE, CONSENT, LONGEST_CELL, Plan, Trouble
from tongxin.center.kit.refusals import Refused
from tongxin.center.people.actions.reading import (
    read_address,
    read_language,
    read_name,
    read_organization,
    read_proof,
    read_tag,
)
from tongxin.center.people.values import Entry, Purpose, Way, Word

_ADDRESSES = {"email", "phone", "postal", "external"}
_YES = {"yes", "y", "true", "1", "on", "granted", "是", "同意", "有", "已同意", "√", "✓"}
_NO = {"no", "n", "false", "0", "off", "denied", "否", "不同意", "无", "未同意", "拒绝", "×", "✗"}
_LANGUAGES = {
    "中文": "zh", "简体中文": "zh-Hans", "繁体中文": "zh-Hant", "繁體中文": "zh-Hant", "chinese": "zh",
    "汉语": "zh", "英文": "en", "英语": "en", "english": "en", "日文": "ja", "日语": "ja", "japanese": "ja",
    "韩语": "ko", "韩文": "ko", "korean": "ko", "法语": "fr", "french": "fr", "德语": "de", "german": "de",
    "西班牙语": "es", "spanish": "es", "俄语": "ru", "russian": "ru",
}  # fmt: skip
_PARTS = str.maketrans("，、；;|\n", ",,,,,,")
_MOST_TAGS = 20


def read_row(
    cells: Sequence[str], plan: Plan, shapes: Mapping[str, Shape]
) -> tuple[Entry, Sequence[Trouble]]:
    """Return what a row says, and everything that is wrong with it."""
    entry, troubles = Entry(tags=tuple(plan.tags)), []
    words: list[tuple[int, str, bool]] = []
    proof = plan.proof
    for column, (meaning, cell) in enumerate(zip(plan.columns, cells, strict=False)):
        if not meaning or not cell:
            continue
        try:
            _check_length(cell)
            if meaning.startswith(CONSENT):
                words.append((column, meaning, _yes(cell)))
            elif meaning == "proof":
                proof = read_proof(cell)
            else:
                entry = _with(entry, meaning, cell, shapes)
        except Refused as refused:
            troubles.append(Trouble(column, refused.code))
    troubles += _missing(entry, words, proof, has_troubles=bool(troubles))
    return replace(
        entry, words=[_word(meaning, said, proof) for _n, meaning, said in words]
    ), troubles


def _with(entry: Entry, meaning: str, cell: str, shapes: Mapping[str, Shape]) -> Entry:
    """Return an entry that says this, too. Raises Refused."""
    if meaning in _ADDRESSES:
        given = (meaning, read_address(meaning, cell))
        return (
            entry
            if given in entry.addresses
            else replace(entry, addresses=(*entry.addresses, given))
        )
    if meaning == "tags":
        return replace(entry, tags=_tags(entry.tags, cell))
    if meaning.startswith(ATTRIBUTE):
        key = meaning.removeprefix(ATTRIBUTE)
        value = read(shapes, key, cell)
        return replace(entry, attributes={**entry.attributes, key: value})
    more: dict[str, Any] = {meaning: _PLAIN[meaning](cell)}
    return replace(entry, **more)


def _tags(known: Sequence[str], cell: str) -> tuple[str, ...]:
    words = [word.strip() for word in cell.translate(_PARTS).split(",")]
    tags = tuple(dict.fromkeys([*known, *(read_tag(word) for word in words if word)]))
    if len(tags) > _MOST_TAGS:
        raise Refused("person_tag.name", "")
    return tags


def _language(cell: str) -> str:
    return read_language(_LANGUAGES.get(cell.casefold(), cell.replace("_", "-")))


_PLAIN: Mapping[str, Callable[[str], str]] = {
    "name": read_name,
    "organization": read_organization,
    "language": _language,
}


def _yes(cell: str) -> bool:
    word = cell.casefold()
    if word not in _YES | _NO:
        raise Refused("consent.answer", "")
    return word in _YES


def _check_length(cell: str) -> None:
    if len(cell) > LONGEST_CELL:
        raise Refused("cell.too_long", "")


def _word(meaning: str, said: bool, proof: str) -> Word:
    _consent, way, purpose = meaning.split(".")
    return Word(Way(way), Purpose(purpose), said, proof)


def _missing(
    entry: Entry, words: Sequence[tuple[int, str, bool]], proof: str, *, has_troubles: bool
) -> list[Trouble]:
    """A row needs somebody in it; consents need a proof."""
    found = [] if proof else [Trouble(column, "consent.proof") for column, _meaning, _said in words]
    if not entry.name and not entry.addresses and not has_troubles:
        found.append(Trouble(-1, "row.nobody"))
    return found
