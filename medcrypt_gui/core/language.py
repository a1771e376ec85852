"""Every sentence a user reads, in the user's language.

The English text is its own key. It is looked up where it is shown, never where it is written down, so that a table at
the top of a module does not freeze the language in which it was imported: such texts are marked with `mark` there and
translated with `tr` when they are shown.

The texts are collected and compiled by ``dev.py translations`` (Babel); see ``docs/translating.md``.
"""

from __future__ import annotations

import gettext
from pathlib import Path

DOMAIN = "medcrypt"
ENGLISH = "en"

_chosen: gettext.NullTranslations = gettext.NullTranslations()
_code = ENGLISH


def use_language(code: str, folder: Path) -> str:
    """Translate from now on into the language ``code`` ("de", "de_AT") from the catalogues under ``folder``.

    Returns the code in effect: English when there is no such catalogue.
    """
    global _chosen, _code
    short = code.replace("-", "_").split("_", 1)[0].lower()
    _chosen, _code = gettext.NullTranslations(), ENGLISH
    if short != ENGLISH and gettext.find(DOMAIN, str(folder), [short]) is not None:
        _chosen, _code = gettext.translation(DOMAIN, str(folder), [short]), short
    return _code


def language() -> str:
    """The code of the language in use."""
    return _code


def tr(text: str, **values: object) -> str:
    """``text`` in the user's language, its ``{names}`` filled from ``values``."""
    translated = _chosen.gettext(text) if text else text
    return translated.format(**values) if values else translated


def trn(one: str, many: str, count: int, **values: object) -> str:
    """As `tr`, for a text that depends on a number; ``{count}`` stands for it."""
    return _chosen.ngettext(one, many, count).format(count=count, **values)


def grouped(value: float, decimals: int = 0) -> str:
    """A number whose thousands stand apart by a narrow space: a comma there would be read as a decimal by many."""
    return f"{value:,.{decimals}f}".replace(",", "\u202f")


def mark(text: str) -> str:
    """``text`` itself: says that it will be translated where it is shown."""
    return text
