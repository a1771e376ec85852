"""What a command's exit code says; the same classes that messages.py explains."""

from __future__ import annotations

from medcrypt_gui.core import errors as e

DONE, UNEXPECTED, USAGE = 0, 1, 2

_CODES: tuple[tuple[type[e.MedcryptError], int], ...] = (
    (e.UsageError, USAGE),
    (e.WeakPassphraseError, USAGE),
    (e.InputError, 3),
    (e.KeyMaterialError, 4),
    (e.IntegrityError, 5),
    (e.WriteError, 6),
    (e.PartialResultError, 7),
    (e.Cancelled, 130),
)


def exit_code(error: BaseException) -> int:
    """The exit code for an error: see the table in docs/user-guide.md."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), UNEXPECTED)
