"""ZIP archives of all kinds."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pyzipper

from medcrypt_gui.adapters.archives.zip_crypto import _CRC_TABLE, _step

PASSWORD = "Geheimnis ä1"


def zip_folder(folder: Path, archive: Path, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """All files of a folder."""
    with zipfile.ZipFile(archive, "w", compression) as written:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                written.write(path, path.relative_to(folder).as_posix())
    return archive


def zip_with_aes(folder: Path, archive: Path, password: str = PASSWORD) -> Path:
    """Encrypted with AES-256."""
    with pyzipper.AESZipFile(archive, "w", pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as written:
        written.setpassword(password.encode())
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                written.write(path, path.relative_to(folder).as_posix())
    return archive


def zip_with_zipcrypto(folder: Path, archive: Path, password: str = PASSWORD) -> Path:
    """Encrypted as old programs do; nothing at hand writes that on every system, so an ordinary archive is encrypted.

    The flag bit 0 is set, each member's data get the twelve bytes of the encryption header, and all positions move.
    """
    zip_folder(folder, archive)
    plain = archive.read_bytes()
    with zipfile.ZipFile(archive) as opened:
        infos, directory = opened.infolist(), opened.start_dir
    out, moved = bytearray(), {}
    for info in infos:
        name_at = info.header_offset + 26
        lengths = [int.from_bytes(plain[at : at + 2], "little") for at in (name_at, name_at + 2)]
        data_at = info.header_offset + 30 + sum(lengths)
        local = bytearray(plain[info.header_offset : data_at])
        local[6] |= 1
        local[18:22] = (info.compress_size + 12).to_bytes(4, "little")
        moved[info.header_offset] = len(out)
        data = bytes(11) + bytes([info.CRC >> 24]) + plain[data_at : data_at + info.compress_size]
        out += local + encrypted(data, password.encode())
    start, at = len(out), directory
    for info in infos:
        entry = bytearray(plain[at : at + 46])
        length = 46 + sum(int.from_bytes(entry[k : k + 2], "little") for k in (28, 30, 32))
        entry[8] |= 1
        entry[20:24] = (info.compress_size + 12).to_bytes(4, "little")
        entry[42:46] = moved[info.header_offset].to_bytes(4, "little")
        out += entry + plain[at + 46 : at + length]
        at += length
    end = bytearray(plain[at:])
    end[16:20] = start.to_bytes(4, "little")
    archive.write_bytes(out + end)
    return archive


def encrypted(data: bytes, password: bytes) -> bytes:
    """ZipCrypto, byte by byte as the specification has it."""
    keys = np.array([0x12345678, 0x23456789, 0x34567890], np.uint32)
    nothing = np.empty(0, np.uint8)
    _step(keys, np.frombuffer(bytearray(password), np.uint8), nothing, _CRC_TABLE, True)
    out = bytearray()
    for byte in data:
        k = (int(keys[2]) | 2) & 0xFFFF
        out.append(byte ^ ((k * (k ^ 1)) >> 8 & 0xFF))
        _step(keys, np.array([byte], np.uint8), nothing, _CRC_TABLE, True)
    return bytes(out)
