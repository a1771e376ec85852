"""The passphrase key type of age (scrypt, RFC 7914), alone in its header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from medcrypt_gui.core.age.header import Stanza, decode_base64, encode_base64
from medcrypt_gui.core.age.recipients import RandomBytes, RecipientFamily, open_file_key, seal_file_key
from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.language import tr

STANZA_TYPE = "scrypt"
SALT_BYTES = 16
WRITTEN_LOG_N = range(18, 21)
READ_LOG_N = 20
"""The work done without asking: 2^20 takes 1 GiB and some seconds."""
HIGHEST_LOG_N = 22

_LABEL = b"age-encryption.org/v1/scrypt"
_DECIMAL = re.compile(r"[1-9][0-9]*", re.ASCII)


@dataclass(frozen=True)
class ScryptRecipient:
    """A passphrase to encrypt with; ``log_n`` is the base-2 logarithm of the work (2^18 takes about a second)."""

    passphrase: bytes = field(repr=False)
    log_n: int = WRITTEN_LOG_N.start

    def __post_init__(self) -> None:
        if not self.passphrase or self.log_n not in WRITTEN_LOG_N:
            raise ValueError("needs a passphrase and a work of 2^18 to 2^20")

    @property
    def family(self) -> RecipientFamily:
        return RecipientFamily.PASSPHRASE

    def wrap(self, file_key: bytes, random_bytes: RandomBytes) -> Stanza:
        salt = random_bytes(SALT_BYTES)
        body = seal_file_key(_wrapping_key(self.passphrase, salt, self.log_n), file_key)
        return Stanza(STANZA_TYPE, (encode_base64(salt), str(self.log_n)), body)


@dataclass(frozen=True)
class ScryptIdentity:
    """A passphrase to decrypt with. Raise ``highest_log_n`` (at most 22) only after asking the user."""

    passphrase: bytes = field(repr=False)
    highest_log_n: int = READ_LOG_N

    def __post_init__(self) -> None:
        if not self.passphrase or self.highest_log_n > HIGHEST_LOG_N:
            raise ValueError(f"needs a passphrase and a work of at most 2^{HIGHEST_LOG_N}")

    @property
    def recipient(self) -> ScryptRecipient:
        return ScryptRecipient(self.passphrase)

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        mine = [stanza for stanza in stanzas if stanza.type == STANZA_TYPE]
        if not mine:
            return None
        if len(stanzas) != 1:
            raise UnreadableFileError(tr("a passphrase is not alone in the age header"))
        salt, log_n = _parameters(mine[0])
        if log_n > self.highest_log_n:
            raise UnsupportedInputError(
                tr(
                    "the passphrase asks for 2^{log_n} scrypt work, 2^{highest_log_n} is allowed",
                    log_n=log_n,
                    highest_log_n=self.highest_log_n,
                )
            )
        return open_file_key(_wrapping_key(self.passphrase, salt, log_n), mine[0].body)


def _parameters(stanza: Stanza) -> tuple[bytes, int]:
    if len(stanza.args) != 2 or not _DECIMAL.fullmatch(stanza.args[1]) or len(stanza.args[1]) > 2:
        raise UnreadableFileError(tr("a scrypt stanza has malformed arguments"))
    salt = decode_base64(stanza.args[0].encode("ascii"))
    if len(salt) != SALT_BYTES:
        raise UnreadableFileError(tr("a scrypt stanza has a salt of the wrong length"))
    return salt, int(stanza.args[1])


def _wrapping_key(passphrase: bytes, salt: bytes, log_n: int) -> bytes:
    return Scrypt(salt=_LABEL + salt, length=32, n=1 << log_n, r=8, p=1).derive(passphrase)
