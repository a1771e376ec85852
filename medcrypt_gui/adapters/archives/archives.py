"""Archives among the files to open: ZIP is looked into, others are named for what they are."""

from __future__ import annotations

from pathlib import Path

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.ports import ArchiveKind
from medcrypt_gui.core.task import TaskContext

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OTHERS = (
    (b"7z\xbc\xaf\x27\x1c", 0, mark("a 7-Zip archive; unpack it first")),
    (b"Rar!\x1a\x07", 0, mark("a RAR archive; unpack it first")),
    (b"ustar", 257, mark("a tar archive; unpack it first")),
    (b"\x1f\x8b", 0, mark("a gzipped file; unpack it first")),
    (b"BZh", 0, mark("a bzip2 file; unpack it first")),
    (b"\xfd7zXZ\0", 0, mark("an xz file; unpack it first")),
    (b"\x28\xb5\x2f\xfd", 0, mark("a Zstandard file; unpack it first")),
)
_HEAD_BYTES = 264
_SPLIT = (".z01", ".zip.001")


class Archives:
    """The port `ArchiveOpener`."""

    def kind(self, path: Path) -> ArchiveKind | None:
        """What archive it is, by its first bytes. Raises `OSError`."""
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        if head.startswith(_ZIP):
            named_so = path.suffix.lower() == ".zip"
            return ArchiveKind(True, tr("a ZIP archive; open it by itself") if named_so else tr("not an image"))
        for magic, at, what in _OTHERS:
            if head[at : at + len(magic)] == magic:
                return ArchiveKind(False, tr(what))
        if path.name.lower().endswith(_SPLIT):
            return ArchiveKind(False, tr("a part of a split archive; unpack it first"))
        return None

    def members(self, path: Path, password: str | None, task: TaskContext) -> tuple[Path, ...]:
        """Its files, to be read from memory."""
        from medcrypt_gui.adapters.archives.zip_archive import ZipArchive

        return tuple(ZipArchive(path, password, task).members())
