"""Keys as people handle them: identities and their fingerprints, derived keys, passphrases, key cards."""

from medcrypt_gui.core.keys.identity import (
    Fingerprint,
    fingerprint,
    read_key_file,
)
from medcrypt_gui.core.keys.key_card import (
    CardIdentity,
    KeyCard,
    PlainCard,
    ProtectedCard,
    Purpose,
    encode_plain,
    encode_protected,
    parse,
)
from medcrypt_gui.core.keys.passphrase import Argon2Params, passphrase_from_file
from medcrypt_gui.core.keys.typed_card import parse_entered, parse_typed, typed_lines

__all__ = [
    "Argon2Params",
    "CardIdentity",
    "Fingerprint",
    "KeyCard",
    "PlainCard",
    "ProtectedCard",
    "Purpose",
    "encode_plain",
    "encode_protected",
    "fingerprint",
    "parse",
    "parse_entered",
    "parse_typed",
    "passphrase_from_file",
    "read_key_file",
    "typed_lines",
]
