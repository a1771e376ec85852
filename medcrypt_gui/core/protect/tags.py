"""The two tags of a protected instance (format.md, 2.5)."""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterable

from medcrypt_gui.core.protect.block import BytesLike, ProtectionBlock
from medcrypt_gui.core.protect.samples import SampleLayout
from medcrypt_gui.core.protect.set_keys import InstanceKeys

TAG_BYTES = 32
_MAGIC = b"MEDCRYPT-TAG-1\0"


def instance_tag(keys: InstanceKeys, block: ProtectionBlock, uids: tuple[bytes, bytes], layout: SampleLayout) -> bytes:
    """HMAC over what makes the instance: it survives a rewriting of headers and lossless transcoding.

    ``uids`` is the visible SOP Instance UID and Series Instance UID without padding (empty for NIfTI).
    """
    fields = (
        block.header.encode(),
        *uids,
        layout.encode(),
        b"".join(hashlib.sha256(restore_block).digest() for restore_block in block.restore_blocks),
        hashlib.sha256(block.words).digest(),
        block.frame_digests,
    )
    message = b"".join(struct.pack("<Q", len(field)) + field for field in fields)
    return hmac.digest(keys.tier("tag"), _MAGIC + message, "sha256")


def file_tag(keys: InstanceKeys, pieces: Iterable[BytesLike]) -> bytes:
    """HMAC over the whole file, given in pieces, with its file tag zeroed: one flipped bit anywhere is noticed."""
    mac = hmac.new(keys.tier("file"), digestmod="sha256")
    for piece in pieces:
        mac.update(piece)
    return mac.digest()
