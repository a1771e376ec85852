"""A whole age file in memory: header, nonce, payload."""

from __future__ import annotations

import os
from collections.abc import Sequence

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from medcrypt_gui.core.age.header import FILE_KEY_BYTES, encode_header, parse_header
from medcrypt_gui.core.age.recipients import Identity, RandomBytes, Recipient, RecipientFamily
from medcrypt_gui.core.age.stream import decrypt_stream, encrypt_stream
from medcrypt_gui.core.enumeration import all_of
from medcrypt_gui.core.errors import UnreadableFileError, UsageError, WrongKeyError
from medcrypt_gui.core.language import tr

_PAYLOAD_NONCE_BYTES = 16


def encrypt(plaintext: bytes, recipients: Sequence[Recipient]) -> bytes:
    """The binary age file of ``plaintext`` for all ``recipients``, with a fresh file key.

    Raises `UsageError` if there is no recipient, if post-quantum and classical ones are mixed, or if a passphrase is
    not alone.
    """
    return encrypt_with(plaintext, recipients, os.urandom)


def encrypt_with(plaintext: bytes, recipients: Sequence[Recipient], random_bytes: RandomBytes) -> bytes:
    """`encrypt` with a given source of randomness, which post-quantum recipients do not use for their own part."""
    _check_families(recipients)
    file_key = random_bytes(FILE_KEY_BYTES)
    stanzas = tuple(recipient.wrap(file_key, random_bytes) for recipient in recipients)
    nonce = random_bytes(_PAYLOAD_NONCE_BYTES)
    return encode_header(stanzas, file_key) + nonce + encrypt_stream(_payload_key(file_key, nonce), plaintext)


def decrypt(ciphertext: bytes, identities: Sequence[Identity]) -> bytes:
    """What is in a binary age file.

    Raises `WrongKeyError` if no identity fits, `IntegrityError` if header or payload were changed, and
    `UnreadableFileError` or `UnsupportedInputError` if the header is malformed or of another kind.
    """
    header = parse_header(ciphertext)
    unwrapped = (identity.unwrap(header.stanzas) for identity in identities)
    file_key = next((key for key in unwrapped if key is not None), None)
    if file_key is None:
        raise WrongKeyError(tr("no key fits this age file"))
    header.verify(file_key)
    payload = header.length + _PAYLOAD_NONCE_BYTES
    nonce = ciphertext[header.length : payload]
    if len(nonce) != _PAYLOAD_NONCE_BYTES:
        raise UnreadableFileError(tr("the age file is cut off after its header"))
    return decrypt_stream(_payload_key(file_key, nonce), ciphertext[payload:])


def _check_families(recipients: Sequence[Recipient]) -> None:
    families = {recipient.family for recipient in recipients}
    if not families:
        raise UsageError(tr("an age file needs a recipient"))
    if len(families) > 1:
        named = all_of(sorted(family.value for family in families))
        raise UsageError(tr("{named} recipients cannot share a file: it would be as weak as the weakest", named=named))
    if RecipientFamily.PASSPHRASE in families and len(recipients) > 1:
        raise UsageError(tr("a passphrase must be the only recipient of a file"))


def _payload_key(file_key: bytes, nonce: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=nonce, info=b"payload").derive(file_key)
