"""The key blob: a set's key in an age file, the same in every instance of the set (format.md, 2.1)."""

from __future__ import annotations

from collections.abc import Sequence

from medcrypt_gui.core import age
from medcrypt_gui.core.errors import IntegrityError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.protect.header_record import SET_ID_BYTES, TIERS

KEY_BYTES = 32
_MAGIC = b"MCK1"


def seal_key(set_id: bytes, key: bytes, recipients: Sequence[age.Recipient]) -> bytes:
    """The key blob of tier 1 for ``recipients``."""
    return age.encrypt(_MAGIC + bytes((1, TIERS, 0, 0)) + set_id + key, recipients)


def open_key(blob: bytes, identities: Sequence[age.Identity]) -> tuple[bytes, bytes]:
    """``(set id, key)`` in a key blob.

    Raises `WrongKeyError` if no identity fits, `IntegrityError`, `UnreadableFileError` or `UnsupportedInputError` if
    the blob was changed.
    """
    plain = age.decrypt(blob, identities)
    head, set_id, key = plain[:8], plain[8 : 8 + SET_ID_BYTES], plain[8 + SET_ID_BYTES :]
    if head != _MAGIC + bytes((1, TIERS, 0, 0)) or len(key) != KEY_BYTES:
        raise IntegrityError(tr("the key blob does not hold the key of a protected set"))
    return set_id, key
