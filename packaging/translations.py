"""Collect the visible texts, bring the catalogues up to date, compile them. ``dev.py translations`` runs it.

Texts come from the calls of `tr`, `trn` and `mark` (medcrypt_gui/core/language.py) and from the model cards. A
catalogue keeps the translations of texts that are still there; new ones are empty until somebody translates them, and
the test suite fails until then.
"""

from __future__ import annotations

import io
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
DOMAIN = "medcrypt"
_KEYWORDS: dict[str, tuple[int, ...] | None] = {"tr": None, "trn": (1, 2), "mark": None}
_ENGLISH_ONLY = ("cli", "demo.py")  # commands are for scripts as well; their output stays as it is
_CARD_TEXTS = ("title", "summary", "intended_use", "limits")


def languages() -> list[str]:
    """The codes of the languages that have a catalogue."""
    return sorted(path.parent.parent.name for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def collected() -> Catalog:
    """Every text of the program, untranslated."""
    catalog = Catalog(project="MedCrypt")
    for path in _sources():
        with path.open("rb") as file:
            for _line, message, _comments, _context in extract("python", file, keywords=_KEYWORDS):
                catalog.add(message)
    for text in _card_texts():
        catalog.add(text)
    return catalog


def catalogue_path(language: str) -> Path:
    """Where the catalogue of a language lies."""
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read_catalogue(language: str) -> Catalog:
    """The catalogue as it lies in the repository."""
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalog: Catalog) -> bytes:
    """What gettext reads."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def update(language: str) -> int:
    """Bring one catalogue up to date and compile it; returns how many texts lack a translation."""
    catalog = read_catalogue(language)
    template = collected()
    template.creation_date = catalog.creation_date  # a date that changed with every run would be noise in the history
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    with catalogue_path(language).open("wb") as file:
        write_po(file, catalog, width=120, sort_output=True, no_location=True, include_previous=False)
    catalogue_path(language).with_suffix(".mo").write_bytes(compiled(catalog))
    return len(untranslated(catalog))


def untranslated(catalog: Catalog) -> list[str]:
    """The English of every text that has no translation, or not all its plural forms."""
    return [first(message.id) for message in catalog if message.id and not all(strings(message.string))]


def strings(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """All forms of a text; one empty form where there is none."""
    return (string or "",) if isinstance(string, str) or not string else tuple(string)


def first(text: str | tuple[str, ...] | list[str]) -> str:
    """The singular."""
    return strings(text)[0]


def _sources() -> Iterator[Path]:
    package = ROOT / "medcrypt_gui"
    for path in sorted(package.rglob("*.py")):
        if path.relative_to(package).parts[0] not in _ENGLISH_ONLY:
            yield path


def _card_texts() -> Iterator[str]:
    for path in sorted((ROOT / "models").glob("*.toml")):
        card = tomllib.loads(path.read_text("utf-8"))
        yield from (card[name] for name in _CARD_TEXTS if isinstance(card.get(name), str))
        yield from card.get("labels", ())


def main() -> int:
    for language in languages():
        missing = update(language)
        print(f"{language}: {missing} texts without a translation")
    return 0


if __name__ == "__main__":
    sys.exit(main())
