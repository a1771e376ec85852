"""Pictures (PNG, JPEG, TIFF, BMP) as series of one image, or of the pages of a TIFF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.adapters.images.large_array import Allocator, is_paged, voxel_arrays
from medcrypt_gui.adapters.images.reading_order import outward
from medcrypt_gui.core.errors import InputError, UnreadableFileError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.header_entry import HeaderEntry
from medcrypt_gui.core.imaging.series import ImageFormat, OpenResult, Series, Skipped, Unreadable
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr, trn
from medcrypt_gui.core.ports import Filler
from medcrypt_gui.core.task import TaskContext

if TYPE_CHECKING:  # Pillow is loaded when it is needed
    from medcrypt_gui.adapters.images.picture_file import PictureHeader

_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_MM_PER_INCH = 25.4


class PictureReader:
    """Reads pictures, but none of a key card, which ``is_key_card`` tells."""

    format = ImageFormat.PICTURE
    only_alone = True

    def __init__(self, is_key_card: Callable[[Path], bool] = lambda _path: False) -> None:
        self._is_key_card = is_key_card

    def recognises(self, path: Path) -> bool:
        """By the first bytes."""
        with path.open("rb") as file:
            head = file.read(8)
        # The two letters of BMP say little, so its name counts as well.
        return head.startswith(_MAGIC) or (head.startswith(b"BM") and path.suffix.lower() == ".bmp")

    def find(self, paths: Sequence[Path], task: TaskContext) -> OpenResult:
        """One series a file."""
        from medcrypt_gui.adapters.images.picture_file import read_header

        series: list[Series] = []
        unreadable: list[Unreadable] = []
        skipped: list[Skipped] = []
        for done, path in enumerate(paths):
            text = tr("Reading headers: {done} of {count} files", done=done, count=len(paths))
            task.progress(done / len(paths), text)
            try:
                header = read_header(path)
                if self._is_key_card(path):
                    skipped.append(Skipped(path, tr("a MedCrypt key card"), key_card=True))
                else:
                    series.append(_series(path, header))
            except InputError as exc:
                unreadable.append(Unreadable(path, exc))
        return OpenResult(tuple(series), tuple(unreadable), tuple(skipped))

    def start(self, series: Series, first: int | None = None) -> tuple[Volume, Filler]:
        """The volume with one page read, and what reads the others."""
        header = _header(series.files[0])
        count = series.geometry.shape[0]
        loaded = np.zeros(count, np.bool_)
        volume = _allocate(series, header, series.geometry, loaded)
        middle = count // 2 if first is None else first
        _read(series.files[0], header, volume, [(middle, middle)], loaded, TaskContext(), None)

        def fill(task: TaskContext, on_slice: Callable[[int], None] | None = None) -> None:
            order = [z for z in outward(count, middle) if not loaded[z]]
            _read(series.files[0], header, volume, [(z, z) for z in order], loaded, task, on_slice)

        return volume, fill

    def header(self, series: Series, _z: int, /) -> tuple[HeaderEntry, ...]:
        """What the file says about itself."""
        return _header(series.files[0]).entries

    def preview(self, series: Series) -> Volume:
        """The middle page alone."""
        header = _header(series.files[0])
        geometry = Geometry((1, *series.geometry.shape[1:]), series.geometry.affine_lps, oriented=False)
        volume = _allocate(series, header, geometry, None)
        middle = series.geometry.shape[0] // 2
        _read(series.files[0], header, volume, [(middle, 0)], np.zeros(1, np.bool_), TaskContext(), None)
        return volume

    def load(
        self, series: Series, task: TaskContext, on_slice: Callable[[int], None] | None = None, first: int | None = None
    ) -> Volume:
        """All pages."""
        volume, fill = self.start(series, first)
        fill(task, on_slice)
        return replace(volume, loaded=None)


def _series(path: Path, header: PictureHeader) -> Series:
    down, across = (1.0, 1.0) if header.dpi is None else (_MM_PER_INCH / header.dpi[1], _MM_PER_INCH / header.dpi[0])
    count = len(header.pages)
    return Series(
        uid=str(path),
        format=ImageFormat.PICTURE,
        modality="",
        description=path.name,
        number=None,
        files=(path,),
        geometry=Geometry(
            (count, header.rows, header.columns), np.diag([across, down, 1.0, 1.0]), False, header.dpi is not None
        ),
        notes=_notes(header),
        pages=count > 1,
    )


def _notes(header: PictureHeader) -> tuple[str, ...]:
    notes = []
    if header.dpi is None:
        notes.append(tr("The picture does not say how large a pixel is; lengths are in pixels."))
    else:
        notes.append(tr("Lengths follow the picture's own resolution, which may be that of a print or a screen."))
    if header.animated:
        notes.append(tr("The picture is animated; its first image is shown."))
    if header.others:
        notes.append(
            trn(
                "{count} page of another size or kind is left out.",
                "{count} pages of another size or kind are left out.",
                header.others,
            )
        )
    return tuple(notes)


def _header(path: Path) -> PictureHeader:
    from medcrypt_gui.adapters.images.picture_file import read_header

    return read_header(path)


def _allocate(series: Series, header: PictureHeader, geometry: Geometry, loaded: NDArray[np.bool_] | None) -> Volume:
    if (header.rows, header.columns) != series.geometry.shape[1:] or len(header.pages) != series.geometry.shape[0]:
        reason = tr("the file changed after it was opened; open it again")
        raise UnreadableFileError(reason, path=series.files[0])
    stored, rgb, _ = voxel_arrays(geometry.shape, header.dtype, Allocator(), colour=header.colour)
    return Volume(stored, geometry, inverted=header.inverted, loaded=loaded, rgb=rgb, paged=is_paged(stored))


def _read(
    path: Path,
    header: PictureHeader,
    volume: Volume,
    order: Sequence[tuple[int, int]],
    loaded: NDArray[np.bool_],
    task: TaskContext,
    on_slice: Callable[[int], None] | None,
) -> None:
    """Pages, each with the slice of ``volume`` that it becomes."""
    from medcrypt_gui.adapters.images.picture_file import opened, read_page

    if not order:
        return
    with opened(path) as image:
        for done, (page, z) in enumerate(order):
            array = read_page(image, header.pages[page], header, path)
            if volume.rgb is not None:
                volume.rgb[z] = array
                cv2.cvtColor(volume.rgb[z], cv2.COLOR_RGB2GRAY, dst=volume.stored[z])
            else:
                volume.stored[z] = array
            loaded[z] = True
            if on_slice is not None:
                on_slice(z)
            text = tr("Loading slices: {done} of {count}", done=done + 1, count=len(order))
            task.progress((done + 1) / len(order), text)
