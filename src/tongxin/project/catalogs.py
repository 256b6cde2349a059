"""The texts in other languages: taken from the sources, compared with them, compiled.

``python -m tongxin.project.catalogs update|check|compile``. The sources are English.
"""

import re
import sys
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tongxin.project.speech import Stop, _, sentences, tell

HOUSE = Path(__file__).resolve().parent.parent
LOCALES = Path(__file__).resolve().parent / "locale"
LANGUAGES = ("zh_Hans",)
_TEMPLATES = ("**/templates/**.html", "**/templates/**.txt")
_METHODS = [
    ("**.py", "tongxin.project.docstrings:extract"),
    *((pattern, "jinja2") for pattern in _TEMPLATES),
]
_OPTIONS = {
    pattern: {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
    for pattern in _TEMPLATES
}
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
_PLACE = re.compile(r"\{\w*[^{}]*\}|%\(\w+\)[a-z]|%[sd]")
_Key = tuple[str, str | None]


def sources() -> Catalog:
    """Return all messages of the sources, in their order."""
    catalog = Catalog(charset="utf-8")
    found = extract_from_dir(
        HOUSE,
        method_map=_METHODS,
        options_map=_OPTIONS,
        keywords=_KEYWORDS,
        strip_comment_tags=True,
    )
    for name, _line, message, comments, context in sorted(found, key=itemgetter(0, 1)):
        catalog.add(
            message, None, [(f"src/tongxin/{name}", 0)], auto_comments=comments, context=context
        )
    return catalog


def read(language: str) -> Catalog:
    """Return a language's catalog; an empty one where there is none yet."""
    path = place(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def place(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES/django.po"


def update() -> None:
    """Bring the catalogs in step with the sources; new messages wait for their translation."""
    for language in LANGUAGES:
        catalog = read(language)
        catalog.update(sources(), no_fuzzy_matching=True, update_creation_date=False)
        catalog.obsolete.clear()
        place(language).parent.mkdir(parents=True, exist_ok=True)
        with place(language).open("wb") as file:
            write_po(file, catalog, width=100, include_lineno=False)


def compile_all() -> None:
    """Write what gettext reads."""
    for language in LANGUAGES:
        with place(language).with_suffix(".mo").open("wb") as file:
            write_mo(file, read(language))


def check() -> None:
    """Stop if a catalog is not in step with the sources, or not complete."""
    wanted = sources()
    faults = [f"{lang}: {fault}" for lang in LANGUAGES for fault in faults_of(read(lang), wanted)]
    for fault in sorted(faults):
        tell(fault)
    if faults:
        raise Stop(_("The catalogs are not in step: run `make fix` and translate what is missing."))


def faults_of(catalog: Catalog, wanted: Catalog) -> Iterator[str]:
    """Say what is wrong with a catalog."""
    there, sought = _by_key(catalog), _by_key(wanted)
    yield from (f"missing: {text}" for text, _context in sought.keys() - there.keys())
    yield from (f"not used any more: {text}" for text, _context in there.keys() - sought.keys())
    for key in there.keys() & sought.keys():
        message = there[key]
        if message.fuzzy or not all(_strings(message)):
            yield f"not translated: {key[0]}"
        elif any(_places(text) != _places(key[0]) for text in _strings(message)):
            yield f"other placeholders than in the source: {key[0]}"


def _by_key(catalog: Catalog) -> dict[_Key, Message]:
    return {(_texts(message.id)[-1], message.context): message for message in catalog if message.id}


def _strings(message: Message) -> tuple[str, ...]:
    return _texts(message.string or "")


def _texts(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _places(text: str) -> list[str]:
    return sorted(_PLACE.findall(text))


def main(words: list[str]) -> None:
    with sentences():
        {"update": update, "compile": compile_all, "check": check}[words[0]]()


if __name__ == "__main__":
    main(sys.argv[1:])
