"""Which files belong to a protected set, found before and with a key (format.md, 2.7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from medcrypt_gui.core import age
from medcrypt_gui.core.errors import (
    InputError,
    IntegrityError,
    KeyMaterialError,
    MedcryptError,
    NotProtectedError,
    UnreadableFileError,
    WrongKeyError,
)
from medcrypt_gui.core.keys.identity import fingerprint
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.protect.dicom_elements import is_dicom
from medcrypt_gui.core.protect.key_blob import open_key
from medcrypt_gui.core.protect.nifti_file import is_gzip
from medcrypt_gui.core.protect.nifti_header import is_nifti
from medcrypt_gui.core.protect.recognise import read_protected
from medcrypt_gui.core.protect.restore_record import Place
from medcrypt_gui.core.protect.set_keys import SetKeys
from medcrypt_gui.core.staged_folder import is_staging

_HEAD_BYTES = 1024
_SEARCH_BYTES = 1 << 22


@dataclass(frozen=True)
class Member:
    """A file that says it is protected; nothing of this is verified."""

    path: Path
    set_id: bytes
    card_fingerprint: bytes
    key_blob: bytes
    place: Place


@dataclass(frozen=True)
class Outsider:
    """A file that could not be read as a protected one, and why; ``image`` says that it at least begins as one."""

    path: Path
    reason: InputError | IntegrityError
    image: bool


@dataclass(frozen=True)
class FoundFiles:
    """All files under some paths."""

    members: tuple[Member, ...]
    outsiders: tuple[Outsider, ...]


@dataclass(frozen=True)
class OpenedSet:
    """A set whose key was found, the files that claim to belong to it, and image files that do not."""

    keys: SetKeys
    card_fingerprint: bytes
    paths: tuple[Path, ...]
    strays: tuple[Path, ...]


def find_protected(paths: Iterable[Path]) -> FoundFiles:
    """Look through files and folders (recursively).

    Raises `NotProtectedError` if no file claims to be protected, or the reason why the only candidate cannot be read.
    """
    members: list[Member] = []
    outsiders: list[Outsider] = []
    for path in _files(paths):
        image = True
        try:
            head = _first_bytes(path)
            image = is_dicom(head) or is_gzip(head) or is_nifti(head)
            instance = read_protected(read_file(path) if image else head)
        except (InputError, IntegrityError) as error:
            outsiders.append(Outsider(path, error, image))
            continue
        block = instance.block
        members.append(Member(path, block.header.set_id, block.card_fingerprint, block.key_blob, block.place))
    if not members:
        damaged = [outsider for outsider in outsiders if not isinstance(outsider.reason, NotProtectedError)]
        if damaged:
            raise _named(damaged[0].reason, damaged[0].path)
        raise NotProtectedError(tr("no protected image was found"))
    return FoundFiles(tuple(members), tuple(outsiders))


def open_set(found: FoundFiles, identities: Sequence[age.Identity]) -> OpenedSet:
    """The set that one of ``identities`` opens.

    Raises `WrongKeyError` if none does; `IntegrityError` if a file of the set is damaged so that it names another set,
    or none at all.
    """
    opened = _opened_blobs(found.members, identities)
    if not opened:
        fingerprints = {bytes(fingerprint(str(identity.recipient))) for identity in identities}
        if any(member.card_fingerprint in fingerprints for member in found.members):
            raise IntegrityError(tr("the key is the right one, but the key blob is damaged"))
        raise WrongKeyError(tr("the key belongs to another study"))
    keys = next(iter(opened.values()))
    if any(other.set_id != keys.set_id for other in opened.values()):
        raise KeyMaterialError(tr("the keys open several protected studies; restore them one by one"))
    ours = [member for member in found.members if member.set_id == keys.set_id]
    strays = [member.path for member in found.members if member.set_id != keys.set_id]
    _refuse_disfigured(found, keys, opened)
    return OpenedSet(
        keys,
        _fingerprint_of(ours, opened),
        tuple(member.path for member in ours),
        (*strays, *(outsider.path for outsider in found.outsiders if outsider.image)),
    )


def read_file(path: Path) -> bytes:
    """The file's bytes. Raises `UnreadableFileError`."""
    with _unreadable_if_it_fails(path):
        return path.read_bytes()


def _first_bytes(path: Path) -> bytes:
    """As much as tells an image from another file, which may be of any size."""
    with _unreadable_if_it_fails(path), path.open("rb") as stream:
        return stream.read(_HEAD_BYTES)


@contextmanager
def _unreadable_if_it_fails(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnreadableFileError(error.strerror or tr("the file cannot be read"), path=path) from error


def _files(paths: Iterable[Path]) -> list[Path]:
    files: dict[Path, None] = {}
    for path in paths:
        with _unreadable_if_it_fails(path):
            folder, there = path.is_dir(), path.exists()
        if folder:
            files.update(dict.fromkeys(sorted(inner for inner in path.rglob("*") if _counts(inner, path))))
        elif there:
            files[path] = None
        else:
            raise UnreadableFileError(tr("there is no such file or folder"), path=path)
    return list(files)


def _counts(file: Path, folder: Path) -> bool:
    """Whether it is a file, and none that a killed process left half-written."""
    return file.is_file() and not any(is_staging(part) for part in file.relative_to(folder).parts)


def _opened_blobs(members: Sequence[Member], identities: Sequence[age.Identity]) -> dict[bytes, SetKeys]:
    opened: dict[bytes, SetKeys] = {}
    for blob in dict.fromkeys(member.key_blob for member in members):
        try:
            opened[blob] = SetKeys(*open_key(blob, identities))
        except (InputError, KeyMaterialError, IntegrityError):
            continue  # of another set, or damaged; the file's own tag will tell
    return opened


def _refuse_disfigured(found: FoundFiles, keys: SetKeys, opened: Mapping[bytes, SetKeys]) -> None:
    """A file of our set must not pass for a stray because of a flipped bit."""
    for member in found.members:
        if member.key_blob in opened and member.set_id != keys.set_id:
            raise IntegrityError(tr("the file is damaged: it names another set than its key does"), path=member.path)
    for outsider in found.outsiders:
        if _mentions(outsider.path, keys.set_id):
            raise IntegrityError(tr("the file is damaged: {detail}", detail=outsider.reason.detail), path=outsider.path)


def _mentions(path: Path, set_id: bytes) -> bool:
    """Whether the set id stands anywhere in the file, whatever its size; not in one that cannot be read."""
    kept = b""
    with suppress(OSError), path.open("rb") as stream:
        while piece := stream.read(_SEARCH_BYTES):
            if set_id in kept + piece:
                return True
            kept = piece[1 - len(set_id) :]
    return False


def _fingerprint_of(ours: Sequence[Member], opened: Mapping[bytes, SetKeys]) -> bytes:
    return next((member.card_fingerprint for member in ours if member.key_blob in opened), b"")


def _named(error: MedcryptError, path: Path) -> MedcryptError:
    return type(error)(error.detail, path=path)
