"""One instance protected, and opened again (format.md, section 2)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.age import decrypt_stream, encrypt_stream
from medcrypt_gui.core.errors import IntegrityError, RewrittenError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.protect.block import BytesLike, ProtectionBlock
from medcrypt_gui.core.protect.envelope import ProtectedInstance, Source
from medcrypt_gui.core.protect.header_record import HeaderRecord
from medcrypt_gui.core.protect.restore_record import Mode, OriginalRecord, Place, RegionRecord
from medcrypt_gui.core.protect.run_lengths import decode_mask, encode_mask
from medcrypt_gui.core.protect.samples import Words, fill_words, frame_digests, keystream_xored, xor_region
from medcrypt_gui.core.protect.set_keys import InstanceKeys, KeyedSet, RandomBytes, SetKeys
from medcrypt_gui.core.protect.tags import TAG_BYTES, file_tag, instance_tag


@dataclass(frozen=True)
class Membership:
    """An instance's name and place in its series; ``next_path`` names the next one, the last names the first."""

    path: str
    next_path: str
    place: Place


def protect_instance(
    source: Source,
    mask: NDArray[np.bool_],
    protected_set: KeyedSet,
    member: Membership,
    keystream_id: str,
    random_bytes: RandomBytes,
) -> tuple[BytesLike, ...]:
    """The protected file, in pieces. ``mask`` is flat, in the order of the samples."""
    sha256 = hashlib.sha256(source.original).digest()
    original = OriginalRecord(sha256, member.path, member.place, member.next_path, source.mode, source.kept)
    region = RegionRecord(
        sha256, member.place, keystream_id, encode_mask(mask), source.mode, source.envelope.visible_header
    )
    records = (original.encode(), region.encode())
    keys = protected_set.keys.new_instance(records, random_bytes)
    samples, words = _protected_samples(source, mask, keystream_id, keys)
    block = ProtectionBlock(
        header=HeaderRecord(protected_set.keys.set_id, keys.salt),
        frame_digests=frame_digests(samples, source.layout),
        card_fingerprint=protected_set.card_fingerprint,
        place=member.place,
        key_blob=protected_set.key_blob,
        restore_blocks=(encrypt_stream(keys.full("blob"), records[0]), encrypt_stream(keys.tier("blob"), records[1])),
        words=words,
        tag=bytes(TAG_BYTES),
        file_tag=bytes(TAG_BYTES),
    )
    block = replace(block, tag=instance_tag(keys, block, source.envelope.uids, source.layout))
    enclosure = source.envelope.enclose(block, samples)
    return enclosure.pieces(file_tag(keys, enclosure.pieces(bytes(TAG_BYTES))))


@dataclass(frozen=True, eq=False)
class OpenedInstance:
    """A protected file whose tags were found right and whose records were decrypted."""

    instance: ProtectedInstance
    keys: InstanceKeys
    original: OriginalRecord
    region: RegionRecord

    def words(self) -> Words:
        """The samples as they were before protection. Raises `IntegrityError` for an impossible mask."""
        instance, keystream_id = self.instance, self.region.keystream_id
        mask = decode_mask(self.region.mask_stream, instance.layout.pixel_count)
        if instance.layout.in_place:
            return xor_region(instance.words, mask, instance.layout, keystream_id, self.keys)
        hidden = np.frombuffer(instance.block.words, instance.layout.word_dtype)
        if hidden.size != np.count_nonzero(mask):
            raise IntegrityError(tr("the words block does not fit the mask"))
        words = instance.words.copy()
        words[mask] = keystream_xored(hidden, keystream_id, self.keys)
        return words

    def original_pieces(self) -> tuple[BytesLike, ...]:
        """The original file, its SHA-256 checked. Raises `IntegrityError`."""
        kept = self.original.kept
        pieces: tuple[BytesLike, ...] = kept
        if self.original.mode is Mode.PATCH:
            pieces = (kept[0], self.words().data.cast("B"), kept[1])
        digest = hashlib.sha256()
        for piece in pieces:
            digest.update(piece)
        if not hmac.compare_digest(digest.digest(), self.original.sha256):
            raise IntegrityError(tr("the restored file is not the one that was protected"))
        return pieces


def open_instance(instance: ProtectedInstance, set_keys: SetKeys) -> OpenedInstance:
    """Verify and decrypt a protected file. Nothing of it is used before its tags were found right.

    Raises `IntegrityError`; `RewrittenError` if pixels and records are intact but the file around them is another.
    """
    block = instance.block
    if block.header.set_id != set_keys.set_id:
        raise IntegrityError(tr("the file names another set than its key does"))
    keys = set_keys.instance(block.header.salt)
    whole = hmac.compare_digest(block.file_tag, file_tag(keys, instance.pieces))
    _verify_tag(instance, keys)
    if not whole:
        raise RewrittenError(tr("another program changed the file after it was protected"))
    opened = OpenedInstance(
        instance,
        keys,
        OriginalRecord.decode(decrypt_stream(keys.full("blob"), block.restore_blocks[0])),
        RegionRecord.decode(decrypt_stream(keys.tier("blob"), block.restore_blocks[1])),
    )
    if _contradictions(opened):
        raise IntegrityError(tr("the two restore records contradict each other or the file"))
    return opened


def _protected_samples(
    source: Source, mask: NDArray[np.bool_], keystream_id: str, keys: InstanceKeys
) -> tuple[Words, bytes]:
    """The visible samples, and the words block (empty where samples are XORed in place)."""
    if source.layout.in_place:
        return xor_region(source.words, mask, source.layout, keystream_id, keys), b""
    hidden = keystream_xored(source.words[mask], keystream_id, keys)
    visible = source.words.copy()
    visible[mask] = fill_words(
        hidden.size, source.noise, source.layout, big_endian=source.big_endian, key=keys.tier("fill")
    )
    return visible, hidden.tobytes()


def _verify_tag(instance: ProtectedInstance, keys: InstanceKeys) -> None:
    digests = frame_digests(instance.words, instance.layout)
    tag = instance_tag(keys, replace(instance.block, frame_digests=digests), instance.uids, instance.layout)
    if not hmac.compare_digest(instance.block.tag, tag):
        raise IntegrityError(tr("the protected file is damaged or was tampered with"))


def _contradictions(opened: OpenedInstance) -> bool:
    original, region = opened.original, opened.region
    instance = opened.instance
    if original.place != instance.block.place or region.visible_header != instance.visible_header:
        return True
    return any(_differences(original, region))


def _differences(original: OriginalRecord, region: RegionRecord) -> Iterator[bool]:
    yield original.sha256 != region.sha256
    yield original.place != region.place
    yield original.mode != region.mode
