"""Where the resources and models lie: in the source tree, in an installed wheel, in a frozen build."""

from __future__ import annotations

import sys
from pathlib import Path

from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.language import tr

_PACKAGE = Path(__file__).resolve().parents[1]


def resources_dir() -> Path:
    """The folder ``resources``. Raises `UnreadableFileError` if the installation lacks it."""
    return _found("resources")


def models_dir() -> Path:
    """The folder ``models``. Raises `UnreadableFileError` if the installation lacks it."""
    return _found("models")


def read_wordlist() -> tuple[str, ...]:
    """The EFF long list: 7776 words, from which fingerprints and passphrases are made."""
    path = resources_dir() / "wordlists" / "eff_large_wordlist.txt"
    try:
        return tuple(path.read_text("ascii").split())
    except OSError as error:
        raise UnreadableFileError(tr("the installation is incomplete"), path=path) from error


def _found(name: str) -> Path:
    places = _places()
    for place in places:
        if (place / name).is_dir():
            return place / name
    raise UnreadableFileError(
        tr("the installation is incomplete: no folder {name!r}", name=name), path=places[0] / name
    )


def _places() -> list[Path]:
    """Frozen build, wheel, source tree, in this order."""
    unpacked = getattr(sys, "_MEIPASS", None)
    frozen = [Path(unpacked)] if unpacked else []
    return [*frozen, _PACKAGE / "_bundled", _PACKAGE.parent]
