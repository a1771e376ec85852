"""The verified members of an opened set, in their places (format.md, 2.7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from medcrypt_gui.core.errors import InputError, IntegrityError
from medcrypt_gui.core.in_parallel import in_parallel
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.protect.instance import OpenedInstance, open_instance
from medcrypt_gui.core.protect.protected_files import OpenedSet, read_file
from medcrypt_gui.core.protect.recognise import read_protected
from medcrypt_gui.core.protect.restore_record import Place
from medcrypt_gui.core.protect.set_keys import SetKeys
from medcrypt_gui.core.task import TaskContext

Result = TypeVar("Result")


@dataclass(frozen=True)
class PlacedMember(Generic[Result]):
    """A verified member: its protected file, its original's name, its place, and what was made of it."""

    path: Path
    original_path: str
    next_path: str
    place: Place
    result: Result


@dataclass(frozen=True)
class Roll(Generic[Result]):
    """The members by place; ``missing`` names the originals whose protected files are not there."""

    members: tuple[PlacedMember[Result], ...]
    missing: tuple[str, ...]
    duplicates: tuple[Path, ...]


def open_file(path: Path, keys: SetKeys) -> OpenedInstance:
    """Read, verify and decrypt one protected file. Errors name the file."""
    try:
        return open_instance(read_protected(read_file(path)), keys)
    except (InputError, IntegrityError) as error:
        raise type(error)(error.detail, path=path) from error


def call_the_roll(
    opened: OpenedSet, use: Callable[[OpenedInstance, Path], Result], task: TaskContext, text: str
) -> Roll[Result]:
    """Verify every member and apply ``use`` to it, some at a time; then see which are missing or there twice.

    ``use`` sees each member once, duplicates included. Raises `IntegrityError` for the first damaged one.
    """

    def open_and_use(path: Path) -> PlacedMember[Result]:
        instance = open_file(path, opened.keys)
        try:
            result = use(instance, path)
        except IntegrityError as error:
            raise type(error)(error.detail, path=path) from error
        original = instance.original
        return PlacedMember(path, original.path, original.next_path, original.place, result)

    return _roll(tuple(in_parallel(open_and_use, opened.paths, task, text)))


def _roll(found: tuple[PlacedMember[Result], ...]) -> Roll[Result]:
    placed: dict[int, PlacedMember[Result]] = {}
    duplicates = []
    for member in found:
        if placed.setdefault(member.place.index, member) is not member:
            duplicates.append(member.path)
    counts = {member.place.count for member in found}
    names = [member.original_path for member in placed.values()]
    if len(counts) != 1 or len(set(names)) != len(names):
        raise IntegrityError(tr("the members of the set contradict each other"))
    members = tuple(placed[index] for index in sorted(placed))
    return Roll(members, _missing(placed, counts.pop()), tuple(duplicates))


def _missing(placed: dict[int, PlacedMember[Result]], count: int) -> tuple[str, ...]:
    """Each instance names the next one's original, so a single missing one is known by name."""
    names = []
    for index in range(count):
        if index not in placed:
            before = placed.get((index - 1) % count)
            names.append(
                before.next_path if before else tr("number {number} of {count}", number=index + 1, count=count)
            )
    return tuple(names)
