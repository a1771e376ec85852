"""A key card as MedCrypt prints it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from builders.protection import IDENTITY

from medcrypt_gui.adapters import paths
from medcrypt_gui.adapters.documents.key_card import KeyCardDocument
from medcrypt_gui.core.keys import Purpose, encode_plain, fingerprint
from medcrypt_gui.core.keys.card_content import CardContent


def write_key_card_picture(path: Path) -> Path:
    """The card of the tests' identity as a PNG of a printed page."""
    mark = fingerprint(str(IDENTITY.recipient))
    text = encode_plain(IDENTITY, Purpose.ROI)
    content = CardContent(text, Purpose.ROI, False, ("a",) * 6, mark.hex, date(2026, 11, 21), "0.1.0")
    path.write_bytes(KeyCardDocument(paths.resources_dir() / "fonts").render(content, ".png"))
    return path
