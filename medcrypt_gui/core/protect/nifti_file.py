"""Protected NIfTI files: put together and taken apart (format.md, 5)."""

from __future__ import annotations

import base64
import binascii
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from medcrypt_gui.core.errors import IntegrityError, NotProtectedError, UnreadableFileError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.protect.block import BytesLike, Part, ProtectionBlock
from medcrypt_gui.core.protect.envelope import Enclosure, ProtectedInstance
from medcrypt_gui.core.protect.items import decode_items, encode_items
from medcrypt_gui.core.protect.nifti_header import NiftiHeader
from medcrypt_gui.core.protect.restore_record import PLACE_BYTES
from medcrypt_gui.core.protect.samples import Words
from medcrypt_gui.core.protect.tags import TAG_BYTES

_EXTENSION_CODE = 6  # a comment: plain ASCII
_EXTENSION_MAGIC = b"medcrypt-1\n"
_TAIL_MAGIC = b"MCT1"
_TAIL_PARTS = frozenset((Part.FRAME_DIGESTS, Part.FULL_RESTORE_BLOCK, Part.RESTORE_BLOCK, Part.WORDS))
_HAS_EXTENSIONS = b"\1\0\0\0"
_GZIP_HEAD = bytes.fromhex("1f8b08040000000000ff") + struct.pack("<H2sH", TAG_BYTES + 4, b"MC", TAG_BYTES)
_GZIP_TRAILER_BYTES = 8
_DEFLATE_LEVEL = 3  # higher levels cost seconds and gain little beside the incompressible restore block
_MAX_HEADER_BYTES = 1 << 24


@dataclass(frozen=True, eq=False)
class NiftiEnvelope:
    """The visible NIfTI file. ``extensions`` are the original's, as bytes; ``compressed`` asks for ``.nii.gz``.

    ``header`` is the original's with the visible window; the offset of its voxels is set here.
    """

    header: NiftiHeader
    extensions: bytes
    compressed: bool
    key_blob_bytes: int

    @property
    def uids(self) -> tuple[bytes, bytes]:
        return b"", b""

    @property
    def visible_header(self) -> bytes:
        # Every part of our extension but the key blob has a fixed length, so its size is known beforehand.
        parts: dict[int, bytes] = {
            Part.HEADER: bytes(44),
            Part.CARD_FINGERPRINT: bytes(8),
            Part.PLACE: bytes(PLACE_BYTES),
            Part.KEY_BLOB: bytes(self.key_blob_bytes),
            Part.TAG: bytes(TAG_BYTES),
        }
        tag = () if self.compressed else (bytes(TAG_BYTES),)
        ours = _encode_extension(parts, self.header.order, *tag)
        start = self.header.extensions_start + len(self.extensions) + len(ours)
        return self.header.changed(vox_offset=start).data

    def enclose(self, block: ProtectionBlock, samples: Words) -> Enclosure:
        parts = block.parts()
        tail_parts = [(part, value) for part, value in parts.items() if part in _TAIL_PARTS]
        ours = {part: value for part, value in parts.items() if part not in _TAIL_PARTS and part != Part.FILE_TAG}
        front = self.visible_header + _HAS_EXTENSIONS + self.extensions
        tail = _TAIL_MAGIC + encode_items(tail_parts)
        encode_extension = partial(_encode_extension, ours, self.header.order)
        if self.compressed:
            return Enclosure((_GZIP_HEAD,), _deflated((front, encode_extension(), samples.data.cast("B"), tail)))
        return Enclosure((front,), (samples.data.cast("B"), tail), encode_extension)


def read_protected_nifti(data: bytes) -> ProtectedInstance:
    """A protected ``.nii`` or ``.nii.gz`` file, taken apart.

    Raises `NotProtectedError`, `UnreadableFileError`, `UnsupportedInputError` or `IntegrityError`.
    """
    if is_gzip(data):
        return _read_compressed(data)
    header, parts, words, span = _read_plain(data)
    if Part.FILE_TAG not in parts:
        raise UnreadableFileError(tr("the protected file has no file tag"))
    ours = {part: value for part, value in parts.items() if part not in _TAIL_PARTS and part != Part.FILE_TAG}
    view = memoryview(data)
    cleared = _encode_extension(ours, header.order, bytes(TAG_BYTES))
    if _encode_extension(ours, header.order, parts[Part.FILE_TAG]) != view[span]:
        raise IntegrityError(tr("the protection extension is not written as it should be"))
    pieces = (view[: span.start], cleared, view[span.stop :])
    return _instance(header, parts, words, pieces)


def is_gzip(data: bytes) -> bool:
    return data[:2] == b"\x1f\x8b"


def extensions_of(header: NiftiHeader, file: bytes | memoryview) -> Iterator[tuple[int, slice]]:
    """Code and span (with its 8-byte head) of each extension; ends at the first that is malformed."""
    at, end = header.extensions_start, min(header.voxels_start, len(file))
    if file[len(header.data)] == 0:
        return
    while at + 16 <= end:
        size, code = struct.unpack_from(header.order + "ii", file, at)
        if size < 16 or size % 16 or at + size > end:
            return
        yield code, slice(at, at + size)
        at += size


def _read_plain(file: bytes) -> tuple[NiftiHeader, dict[int, bytes], Words, slice]:
    header = NiftiHeader.parse(file)
    span = next((span for code, span in extensions_of(header, file) if _is_ours(code, file[span])), None)
    if span is None:
        raise NotProtectedError(tr("the NIfTI file carries no protection"))
    layout = header.layout()
    start, end = header.voxels_start, header.voxels_start + layout.value_bytes
    view = memoryview(file)
    if bytes(view[end : end + 4]) != _TAIL_MAGIC:
        raise UnreadableFileError(tr("the protected file is cut off"))
    parts = dict(_decode_extension(file[span]))
    parts.update(decode_items(view[end + 4 :]))
    return header, parts, np.frombuffer(view[start:end], layout.word_dtype), span


def _read_compressed(data: bytes) -> ProtectedInstance:
    if data[: len(_GZIP_HEAD)] != _GZIP_HEAD or len(data) < len(_GZIP_HEAD) + TAG_BYTES + _GZIP_TRAILER_BYTES:
        raise NotProtectedError(tr("the compressed file carries no protection"))
    tag_end = len(_GZIP_HEAD) + TAG_BYTES
    file = _inflated(data, tag_end)
    header, parts, words, _ = _read_plain(file)
    view = memoryview(data)
    parts[Part.FILE_TAG] = bytes(view[len(_GZIP_HEAD) : tag_end])
    pieces = (view[: len(_GZIP_HEAD)], bytes(TAG_BYTES), view[tag_end:])
    return _instance(header, parts, words, pieces)


def _instance(
    header: NiftiHeader, parts: dict[int, bytes], words: Words, pieces: tuple[BytesLike, ...]
) -> ProtectedInstance:
    block = ProtectionBlock.from_parts(parts)
    return ProtectedInstance(block, header.data, (b"", b""), header.layout(), words, pieces, header.order == ">")


def _encode_extension(parts: Mapping[int, bytes], order: str, file_tag: bytes | None = None) -> bytes:
    """Our extension: ``parts`` in Base64, with the file tag as the last one if there is one."""
    items = [*parts.items(), *([(int(Part.FILE_TAG), file_tag)] if file_tag is not None else [])]
    text = _EXTENSION_MAGIC + base64.b64encode(encode_items(items)) + b"\n"
    size = -(-(len(text) + 8) // 16) * 16
    return struct.pack(order + "ii", size, _EXTENSION_CODE) + text.ljust(size - 8, b"\n")


def _decode_extension(extension: bytes) -> tuple[tuple[int, bytes], ...]:
    try:
        encoded = base64.b64decode(extension[8 + len(_EXTENSION_MAGIC) :].rstrip(b"\n"), validate=True)
    except binascii.Error as error:
        raise IntegrityError(tr("the protection extension is damaged")) from error
    return decode_items(encoded)


def _is_ours(code: int, extension: bytes) -> bool:
    return code == _EXTENSION_CODE and extension[8:].startswith(_EXTENSION_MAGIC)


def _deflated(pieces: tuple[BytesLike, ...]) -> tuple[bytes, ...]:
    """A gzip member's deflate stream and trailer."""
    deflater = zlib.compressobj(_DEFLATE_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    checksum, size, stream = 0, 0, []
    for piece in pieces:
        checksum, size = zlib.crc32(piece, checksum), size + len(piece)
        stream.append(deflater.compress(piece))
    return (*stream, deflater.flush(), struct.pack("<II", checksum, size & 0xFFFFFFFF))


def _inflated(data: bytes, start: int) -> bytes:
    """The content of our gzip member. What is announced by the NIfTI header bounds what is inflated."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        front = inflater.decompress(memoryview(data)[start:], 1024)
        header = NiftiHeader.parse(front)
        limit = min(header.voxels_start, _MAX_HEADER_BYTES) + header.layout().value_bytes + len(data) + 1024
        file = front + inflater.decompress(inflater.unconsumed_tail, limit)
    except zlib.error as error:
        raise UnreadableFileError(tr("the compressed file is damaged")) from error
    if not inflater.eof or len(inflater.unused_data) != _GZIP_TRAILER_BYTES:
        raise UnreadableFileError(tr("the compressed file is cut off, or something follows it"))
    if struct.unpack("<II", inflater.unused_data) != (zlib.crc32(file), len(file) & 0xFFFFFFFF):
        raise UnreadableFileError(tr("the compressed file is damaged"))
    return file
