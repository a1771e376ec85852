"""Write a mask to a file, in any format that can keep it, and read it back before that is called done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.errors import InputError, UnsupportedInputError, UsageError, WriteError
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.mask_file import MaskKind, MaskMaker
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.ports import MaskFormat
from medcrypt_gui.core.safe_write import write_atomically
from medcrypt_gui.core.task import TaskContext


@dataclass(frozen=True, eq=False)
class OfferedKind:
    """A way to save a mask; ``refusal`` says why it cannot be used for this series, empty where it can."""

    kind: MaskKind
    format: MaskFormat
    refusal: str


def offered_kinds(series: Series, formats: Sequence[MaskFormat]) -> tuple[OfferedKind, ...]:
    """All ways to save a mask of the series, in the order in which they are offered."""
    return tuple(OfferedKind(kind, one, one.refusal(kind, series)) for one in formats for kind in one.kinds)


def kind_of(path: Path, formats: Sequence[MaskFormat], wanted: MaskKind | None = None) -> MaskKind:
    """The kind that a file's name asks for, ``wanted`` where it may be called so.

    Raises `UsageError` for a name that no kind has.
    """
    kinds = [kind for one in formats for kind in one.kinds]
    fitting = [kind for kind in kinds if path.name.lower().endswith(kind.suffixes)]
    if wanted in fitting and wanted is not None:
        return wanted
    if not fitting:
        suffixes = ", ".join(dict.fromkeys(suffix for kind in kinds for suffix in kind.suffixes))
        raise UsageError(tr("the mask's name must end in one of {suffixes}", suffixes=suffixes))
    return fitting[0]


def save_mask(
    path: Path,
    mask: RoiMask,
    series: Series,
    formats: Sequence[MaskFormat],
    *,
    kind: MaskKind | None = None,
    maker: MaskMaker | None = None,
    force: bool = False,
    task: TaskContext | None = None,
) -> None:
    """Write ``mask``, which lies on the series' grid, to ``path``: whole or not at all.

    The kind is what the name asks for, of several ``kind``. The file is read back through its own reader, and gets its
    name only when every voxel lies where it did. An existing file is replaced only with ``force``. Raises `UsageError`,
    `UnsupportedInputError` when the kind cannot keep this series' masks, `UnreadableFileError` for images that changed,
    `WriteError` and its kinds, `Cancelled`.
    """
    task, chosen = task or TaskContext(), kind_of(path, formats, kind)
    offered = next(one for one in offered_kinds(series, formats) if one.kind == chosen)
    if offered.refusal:
        detail = tr(
            "{kind} cannot be written: {reason}. Save the mask as NIfTI.", kind=tr(chosen.title), reason=offered.refusal
        )
        raise UnsupportedInputError(detail, path=path)
    task.progress(0.0, tr("Writing the mask"))
    content = offered.format.encode(chosen, path.name, mask, series, maker or MaskMaker(), task.part(0.0, 0.5))
    task.progress(0.5, tr("Reading the mask back"))
    write_atomically(
        path, content, force=force, check=lambda written: _compare(written, path, mask, series, offered.format, task)
    )


def _compare(written: Path, path: Path, mask: RoiMask, series: Series, one: MaskFormat, task: TaskContext) -> None:
    """Raise `WriteError` unless the file gives back the same voxels at the same places."""
    try:
        found = one.read(written, series, task.part(0.5, 1.0))
    except InputError as exc:
        raise WriteError(tr("the file could not be read back: {reason}", reason=exc.detail), path=path) from exc
    if found.resampled or found.foreign or not _same(found.labels, mask.labels):
        raise WriteError(tr("what was read back differs from what was written"), path=path)


def _same(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> bool:
    """Slice by slice, which is four times as quick as comparing whole volumes."""
    return first.shape == second.shape and all(map(np.array_equal, first, second))
