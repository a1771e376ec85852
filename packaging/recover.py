#!/usr/bin/env python3
"""Give the originals of a protected study back, without MedCrypt.

    python3 recover.py KEYFILE PROTECTED... -o FOLDER [--passphrase-file FILE]

KEYFILE is a text file with an age identity (AGE-SECRET-KEY-PQ-1...) or with the text of a key card (MC1K... or MC1P...,
spaces and line ends do not matter). PROTECTED are protected files, or folders of them. Needs Python 3.11, numpy and
cryptography >= 50, nothing else. Written from docs/format.md alone; it is the second implementation that proves it.
Files that were damaged, and files of other studies, are named and left out; exit 1 tells of either, or of missing ones.
"""

import argparse
import base64
import functools
import hashlib
import hmac
import struct
import sys
import unicodedata
import zlib
from pathlib import Path, PurePosixPath

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HEADER, BLOB, FULL_BLOCK, BLOCK, WORDS, TAG, FILE_TAG = 0x00, 0x11, 0x20, 0x21, 0x31, 0x41, 0x51
NIFTI_INTEGERS = {2: "u1", 256: "i1", 4: "i2", 512: "u2", 8: "i4", 768: "u4", 1024: "i8", 1280: "u8"}


class Damaged(Exception):
    """A file is not what Protect wrote."""


def need(condition, message):
    if not condition:
        raise Damaged(message)


# ---------------------------------------------------------------- keys


def seed_from(text, passphrase_file):
    """The 32-byte seed in an age identity or in a key card."""
    for line in text.splitlines():
        if line.strip().upper().startswith("AGE-SECRET-KEY-PQ-1"):
            return bech32_data(line.strip().lower())
    card = "".join(text.split()).upper()
    need(card[:4] in ("MC1K", "MC1P"), "the key file holds neither an age identity nor a key card")
    data = base64.b32decode(card[4:] + "=" * (-len(card[4:]) % 8))
    body, checksum = data[:-4], data[-4:]
    need(zlib.crc32(body).to_bytes(4, "big") == checksum, "the checksum of the key card fails")
    need(body[0] == 0 and body[1] == 2, "a key card of another version or kind")
    if card[3] == "K":
        return body[11:43]
    need(passphrase_file is not None, "the key card needs --passphrase-file")
    line = passphrase_file.read_text(encoding="utf-8-sig").split("\n")[0].removesuffix("\r")
    memory, passes, lanes, salt = body[11], body[12], body[13], body[14:30]
    need(16 <= memory <= 21 and 1 <= passes <= 10 and 1 <= lanes <= 16, "the key card is damaged")
    kdf = Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=1 << memory)
    key = kdf.derive(unicodedata.normalize("NFC", line).encode())
    try:
        return ChaCha20Poly1305(key).decrypt(bytes(12), body[30:], body[:30])
    except InvalidTag:
        raise Damaged("the passphrase is wrong") from None


def bech32_data(text):
    alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    prefix, _, tail = text.rpartition("1")
    values = [alphabet.index(character) for character in tail]
    check = 1
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + values
    for value in expanded:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> bit & 1 else 0
    need(check == 1, "the age identity is mistyped")
    number = 0
    for value in values[:-6]:
        number = number << 5 | value
    return (number >> (5 * (len(values) - 6)) % 8).to_bytes(32, "big")


def hkdf(key, salt, info, algorithm, length=32):
    return HKDF(algorithm, length, salt=salt, info=info).derive(key)


def derive(key, salt, label):
    return hkdf(key, salt, b"medcrypt/v1/" + label.encode(), hashes.SHA512())


def open_age(data, seed):
    """The content of an age file, or None if it is not for this seed."""
    try:
        head, rest = data.split(b"\n--- ", 1)
        mac, body = rest.split(b"\n", 1)
        lines = head.split(b"\n")
        need(lines[0] == b"age-encryption.org/v1", "not an age file")
        file_key = unwrapped_file_key(lines[1:], seed)
    except (ValueError, IndexError):
        return None
    if file_key is None:
        return None
    expected = hmac.digest(hkdf(file_key, None, b"header", hashes.SHA256()), head + b"\n---", "sha256")
    need(hmac.compare_digest(expected, base64.b64decode(mac + b"=")), "the key blob was changed")
    return open_stream(hkdf(file_key, body[:16], b"payload", hashes.SHA256()), body[16:])


def unwrapped_file_key(lines, seed):
    expanded = hashlib.shake_256(seed).digest(96)
    private = MLKEM768X25519PrivateKey(
        MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])
    )
    suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
    for number, line in enumerate(lines):
        if line.startswith(b"-> mlkem768x25519 "):
            parts = [line.split(b" ")[2], lines[number + 1]]
            sealed = b"".join(base64.b64decode(part + b"=" * (-len(part) % 4)) for part in parts)
            try:
                return suite.decrypt(sealed, private, info=b"age-encryption.org/mlkem768x25519")
            except InvalidTag:
                continue
    return None


def open_stream(key, data):
    """age's STREAM: chunks of 64 KiB, nonce = 11-byte counter and a byte that marks the last."""
    size = 65536 + 16
    count = max(1, -(-len(data) // size))
    try:
        return b"".join(
            ChaCha20Poly1305(key).decrypt(
                i.to_bytes(11, "big") + bytes([i == count - 1]), data[i * size : (i + 1) * size], None
            )
            for i in range(count)
        )
    except InvalidTag:
        raise Damaged("encrypted data were changed") from None


# ---------------------------------------------------------------- keystreams


def chacha20(key, length):
    return Cipher(ChaCha20(key, bytes(16)), None).encryptor().update(bytes(length))


def henon(key, length):
    """henon-w: 64 lanes; an epoch discards 64 steps and uses 4096, of which every second gives a word."""
    out = bytearray()
    blocks = np.frombuffer(chacha20(key, 4096 * (length // 262144 + 1)), "<u8").reshape(-1, 64, 8)
    for seeds in blocks:
        x = (seeds[:, 0] % 2**30).astype(np.int64) - 2**29
        y = (seeds[:, 1] % 2**28).astype(np.int64) - 2**27
        w, d = seeds[:, 2].copy(), seeds[:, 3] | np.uint64(1)
        for step in range(1, 64 + 4096 + 1):
            w += d
            kick = (w >> np.uint64(49)).astype(np.int64) - 16384
            x, y = 2**30 - ((1503238554 * ((x * x) >> 30)) >> 30) + y, ((322122547 * x) >> 30) + kick
            if step > 64 and step % 2 == 0:
                out += (((x >> 2) ^ (y << 3) ^ (x >> 13)) & 0xFFFF).astype("<u2").tobytes()
            if len(out) >= length:
                return bytes(out[:length])
    return bytes(out[:length])


def keystream(name, key_of, length):
    need(name in (b"henon-w", b"none"), "an unknown keystream")
    stream = np.frombuffer(chacha20(key_of("white"), length), np.uint8)
    if name == b"henon-w":
        stream = stream ^ np.frombuffer(henon(key_of("chaos/henon-w"), length), np.uint8)
    return stream


# ---------------------------------------------------------------- records


def items_of(data, record=False):
    """{type: bytes} of an item list, or of a restore record with its end mark and padding."""
    items, at = {}, 0
    while at < len(data):
        kind, length = struct.unpack_from("<BQ", data, at)
        at += 9
        if record and kind == 0 and length == 0:
            break
        need(length <= len(data) - at and kind not in items, "an item list is malformed")
        items[kind] = bytes(data[at : at + length])
        at += length
    return items


def mask_of(stream, count):
    runs, value, shift = [], 0, 0
    for byte in zlib.decompressobj().decompress(stream, 2 * count + 16):
        value, shift = value | (byte & 127) << shift, shift + 7
        if byte < 128:
            runs.append(value)
            value, shift = 0, 0
    need(sum(runs) == count, "the stored mask does not cover its image")
    return np.repeat(np.arange(len(runs)) % 2 == 1, runs)


# ---------------------------------------------------------------- files

# Every reader gives: parts, the file with its file tag zeroed, UIDs, (frames, rows, columns, 1, allocated, stored, high
# bit, sign), and the pixel bytes.


def elements_of(data, at):
    """{tag: (start, end of value)} of an Explicit VR Little Endian data set, top level only."""
    found = {}
    while at < len(data):
        group, number, vr, length = struct.unpack_from("<HH2sH", data, at)
        at += 8
        if vr in (b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"):
            length, at = struct.unpack_from("<I", data, at)[0], at + 4
        need(length <= len(data) - at, "the file is cut off")  # Protect writes defined lengths only
        found[group << 16 | number] = (at, at + length)
        at += length
    return found


def read_dicom(data):
    found = elements_of(data, 132)
    value = {tag: data[start:end] for tag, (start, end) in found.items()}
    creators = [tag for tag, raw in value.items() if tag >> 8 == 0x009900 and raw.rstrip() == b"MEDCRYPT 1"]
    if not creators:
        return None
    first = 0x00990000 | (creators[0] & 0xFF) << 8
    parts = {}
    for tag, raw in value.items():
        if first <= tag <= first | 0xFF:
            parts[tag & 0xFF] = raw[8 : 8 + struct.unpack_from("<Q", raw)[0]]
    tag_at = found[first | FILE_TAG][0] + 8
    zeroed = data[:tag_at] + bytes(32) + data[tag_at + 32 :]
    uids = tuple(value[tag].rstrip(b"\0 ") for tag in (0x00080018, 0x0020000E))
    number = [int.from_bytes(value[0x00280000 | low], "little") for low in (0x10, 0x11, 0x100, 0x101, 0x102, 0x103)]
    layout = (1, number[0], number[1], 1, *number[2:])
    return parts, zeroed, uids, layout, value[0x7FE00010][: layout[1] * layout[2] * layout[4] // 8]


def encoded_extension(parts, order):
    items = b"".join(struct.pack("<BQ", kind, len(value)) + value for kind, value in parts.items())
    text = b"medcrypt-1\n" + base64.b64encode(items) + b"\n"
    size = -(-(len(text) + 8) // 16) * 16
    return struct.pack(order + "ii", size, 6) + text.ljust(size - 8, b"\n")


def read_nifti(file):
    """As above, with the extension's parts not yet zeroed: (…, start and end of our extension, order)."""
    order = next((o for o in "<>" if struct.unpack_from(o + "i", file)[0] in (348, 540)), None)
    if order is None:
        return None
    size = struct.unpack_from(order + "i", file)[0]
    dim, code, offset = {348: ("8h", 40, 70), 540: ("8q", 16, 12)}[size]
    dims = struct.unpack_from(order + dim, file, code)
    sign, size_bytes = NIFTI_INTEGERS[struct.unpack_from(order + "h", file, offset)[0]]
    start = int(struct.unpack_from(order + ("f" if size == 348 else "q"), file, 108 if size == 348 else 168)[0])
    bits, sign = int(size_bytes) * 8, int(sign == "i")
    columns, rows, frames = (*dims[1 : dims[0] + 1], 1, 1)[:3]
    layout = (frames, rows, columns, 1, bits, bits, bits - 1, sign)
    at = size + 4
    while at + 16 <= start:
        length, ecode = struct.unpack_from(order + "ii", file, at)
        if ecode == 6 and file[at + 8 : at + 19] == b"medcrypt-1\n":
            end = start + frames * rows * columns * bits // 8
            need(file[end : end + 4] == b"MCT1", "the file is cut off")
            ours = items_of(base64.b64decode(file[at + 19 : at + length]))
            return {**ours, **items_of(file[end + 4 :])}, layout, file[start:end], ours, (at, at + length), order
        need(length >= 16, "the extensions are damaged")
        at += length
    return None


def read_any(data):
    if data[128:132] == b"DICM":
        return read_dicom(data)
    if data[:2] == b"\x1f\x8b":
        if data[:16] != bytes.fromhex("1f8b08040000000000ff24004d432000"):
            return None
        inner = read_nifti(zlib.decompressobj(-15).decompress(data[48:]))
        if inner is None:
            return None
        parts, layout, pixels, *_ = inner
        return {**parts, FILE_TAG: data[16:48]}, data[:16] + bytes(32) + data[48:], (b"", b""), layout, pixels
    inner = read_nifti(data) if len(data) > 352 else None
    if inner is None:
        return None
    parts, layout, pixels, ours, (start, end), order = inner
    need(encoded_extension(ours, order) == data[start:end], "the extension was changed")
    zeroed = data[:start] + encoded_extension({**ours, FILE_TAG: bytes(32)}, order) + data[end:]
    return parts, zeroed, (b"", b""), layout, pixels


# ---------------------------------------------------------------- restoring


def restored(read, set_key):
    """(path, next path, index, count, original bytes) of one protected file, everything verified first."""
    parts, zeroed, uids, layout, pixels = read
    set_id, salt = parts[HEADER][4:20], parts[HEADER][20:44]
    full_key = derive(set_key, set_id, "full")
    key_of = functools.partial(derive, set_key, salt)
    expected = hmac.digest(key_of("file"), zeroed, "sha256")
    need(hmac.compare_digest(expected, parts[FILE_TAG]), "the file was changed since it was protected")
    words = np.frombuffer(pixels, f"<u{layout[4] // 8}")
    low = words.dtype.type((1 << layout[5]) - 1)
    digests = b"".join(hashlib.sha256(f.tobytes()).digest() for f in (words & low).reshape(layout[0], -1))
    blocks = b"".join(hashlib.sha256(parts[part]).digest() for part in (FULL_BLOCK, BLOCK))
    hidden = parts.get(WORDS, b"")
    fields = (parts[HEADER], *uids, struct.pack("<8I", *layout), blocks, hashlib.sha256(hidden).digest(), digests)
    message = b"MEDCRYPT-TAG-1\0" + b"".join(struct.pack("<Q", len(field)) + field for field in fields)
    need(hmac.compare_digest(hmac.digest(key_of("tag"), message, "sha256"), parts[TAG]), "the tag is wrong")

    original = items_of(open_stream(derive(full_key, salt, "blob"), parts[FULL_BLOCK]), record=True)
    region = items_of(open_stream(key_of("blob"), parts[BLOCK]), record=True)
    if original[8] == b"\x02":
        data = original[11]
    else:
        mask = mask_of(region[7], words.size)
        words = words.copy()
        source = np.frombuffer(hidden, words.dtype) if layout[4] > 16 else words[mask]
        stream = keystream(region[6], key_of, source.nbytes)
        plain = (source.view(np.uint8) ^ stream).view(words.dtype) & low
        if layout[7] and layout[5] < layout[4]:
            sign = words.dtype.type(1 << layout[6])
            plain = (plain ^ sign) - sign
        words[mask] = plain
        data = original[9] + words.tobytes() + original[10]
    need(hashlib.sha256(data).digest() == original[1] == region[1], "the SHA-256 of the original is another")
    index, count = struct.unpack_from("<II", original[4])
    path, following = (original[item].decode("utf-8", "surrogateescape") for item in (3, 5))
    return path, following, index, count, data


def set_key_of(parts, seed, known):
    """The key of a file's set, or None if the key file does not open it."""
    blob = parts[BLOB]
    if blob not in known:
        plain = open_age(blob, seed)
        known[blob] = (plain[8:24], plain[24:56]) if plain and plain[:8] == b"MCK1\x01\x01\0\0" else (None, None)
    set_id, key = known[blob]
    need(key is None or set_id == parts[HEADER][4:20], "the file names another set than its key")
    return key


def write(folder, path, data):
    name = PurePosixPath(path)
    need(not name.is_absolute() and ".." not in name.parts and "\\" not in path and path[1:2] != ":", "a bad name")
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("xb") as stream:
        stream.write(data)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("key_file", type=Path)
    parser.add_argument("protected", type=Path, nargs="+")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--passphrase-file", type=Path)
    options = parser.parse_args()
    seed = seed_from(options.key_file.read_text(encoding="utf-8"), options.passphrase_file)
    files = [f for p in options.protected for f in (sorted(p.rglob("*")) if p.is_dir() else [p]) if f.is_file()]
    known, seen, following, counts, failed = {}, set(), {}, set(), 0
    for file in files:
        try:
            read = read_any(file.read_bytes())
            key = set_key_of(read[0], seed, known) if read else None
            if key is None:
                print(f"skipped: {file}")
                continue
            path, after, index, count, data = restored(read, key)
            if index not in seen:
                write(options.output, path, data)
                print(f"restored: {path}")
            seen.add(index)
            counts.add(count)
            following[index + 1] = after
        except (Damaged, KeyError, IndexError, ValueError, struct.error, zlib.error, FileExistsError) as error:
            print(f"FAILED: {file}: {error}", file=sys.stderr)
            failed += 1
    for index in sorted(set(range(max(counts, default=1))) - seen):
        print(f"MISSING: {following.get(index, f'number {index + 1}')}", file=sys.stderr)
        failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
