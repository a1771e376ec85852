"""NIfTI files as series and volumes, through nibabel."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.adapters.archives.zip_member import stamp_of
from medcrypt_gui.adapters.images.large_array import Allocator, is_paged, voxel_arrays
from medcrypt_gui.adapters.images.nifti_header import (
    NiftiHeader,
    as_input_error,
    header_entries,
    open_inflated,
    read_header,
)
from medcrypt_gui.adapters.images.reading_order import outward
from medcrypt_gui.core.errors import InputError, UnreadableFileError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.header_entry import HeaderEntry
from medcrypt_gui.core.imaging.series import ImageFormat, OpenResult, Series, Unreadable
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.ports import Filler
from medcrypt_gui.core.task import TaskContext

_NAMES = (".nii", ".nii.gz", ".hdr")
_CHUNK_BYTES = 1 << 22  # inflated in some 30 ms, so that cancelling is prompt
_FAILURES = (OSError, EOFError, zlib.error, MemoryError)


class NiftiReader:
    """Reads NIfTI-1 and NIfTI-2, plain or gzipped, single files or pairs: numbers, complex ones, colours, 4D."""

    format = ImageFormat.NIFTI
    only_alone = False

    def __init__(self, allocator: Allocator | None = None) -> None:
        self._allocator = allocator or Allocator()

    def recognises(self, path: Path) -> bool:
        """By the name."""
        return path.name.lower().endswith(_NAMES)

    def find(self, paths: Sequence[Path], task: TaskContext) -> OpenResult:
        """One series a file."""
        series: list[Series] = []
        unreadable: list[Unreadable] = []
        for done, path in enumerate(paths):
            task.progress(
                done / len(paths), tr("Reading headers: {done} of {count} files", done=done, count=len(paths))
            )
            try:
                header = read_header(path)
                if header.compressed:
                    _refuse_cut_gzip(header, task)
                series.append(_series(header))
            except InputError as exc:
                unreadable.append(Unreadable(path, exc))
        return OpenResult(tuple(series), tuple(unreadable))

    def start(self, series: Series, first: int | None = None) -> tuple[Volume, Filler]:
        """The volume and what reads the rest; of a gzipped file, inflated from its start, nothing is there yet."""
        header = read_header(series.files[0])
        count = header.geometry.shape[0]
        loaded = np.zeros(count, np.bool_)
        volume = _allocate(series, header, header.geometry, loaded, self._allocator)
        middle = count // 2 if first is None else first
        order = range(count) if header.compressed else outward(count, middle)
        if not header.compressed:
            _read_slices(header, volume, series.phase, [middle], loaded, TaskContext(), None)

        def fill(task: TaskContext, on_slice: Callable[[int], None] | None = None) -> None:
            missing = [z for z in order if not loaded[z]]
            _read_slices(header, volume, series.phase, missing, loaded, task, on_slice)

        return volume, fill

    def header(self, series: Series, _z: int, /) -> tuple[HeaderEntry, ...]:
        """The fields of the file's header; all slices have the same."""
        return header_entries(series.files[0])

    def preview(self, series: Series) -> Volume:
        """The middle slice alone; a gzipped file is inflated up to it."""
        header = read_header(series.files[0])
        z = header.geometry.shape[0] // 2
        volume = _allocate(series, header, header.geometry.slice_alone(z), None, self._allocator)
        try:
            with open_inflated(header.voxel_path) as file:
                _read_slice(file, header, volume, series.phase, z, at=0)
        except _FAILURES as exc:
            raise as_input_error(exc, header.path) from exc
        return volume

    def load(
        self, series: Series, task: TaskContext, on_slice: Callable[[int], None] | None = None, first: int | None = None
    ) -> Volume:
        """All slices."""
        volume, fill = self.start(series, first)
        fill(task, on_slice)
        return replace(volume, loaded=None)


def _series(header: NiftiHeader) -> Series:
    low, high = header.cal_range
    sensible = np.isfinite([low, high]).all() and high > low
    return Series(
        uid=str(header.path),
        format=ImageFormat.NIFTI,
        modality="",
        description=header.path.name,
        number=None,
        files=(header.path,),
        geometry=header.geometry,
        notes=header.notes,
        details=(header.description,) if header.description else (),
        protected=header.protected,
        file_window=Window((low + high) / 2, high - low) if sensible else None,
        phases=_phases(header.volumes),
    )


def _phases(count: int) -> tuple[str, ...]:
    return tuple(tr("Volume {n} of {count}", n=k + 1, count=count) for k in range(count)) if count > 1 else ()


def _allocate(
    series: Series,
    header: NiftiHeader,
    geometry: Geometry,
    loaded: NDArray[np.bool_] | None,
    allocator: Allocator,
) -> Volume:
    """Zeros in native byte order: the file's first index runs fastest, so its bytes are ``(Z, Y, X)`` in C order."""
    stored, rgb, _ = voxel_arrays(geometry.shape, header.value_dtype, allocator, colour=header.colour)
    scale = (1.0, 0.0) if header.colour else (header.slope, header.intercept)
    return Volume(
        stored, geometry, *scale, file_window=series.file_window, loaded=loaded, rgb=rgb, paged=is_paged(stored)
    )


def _read_slices(
    header: NiftiHeader,
    volume: Volume,
    phase: int,
    order: Sequence[int],
    loaded: NDArray[np.bool_],
    task: TaskContext,
    on_slice: Callable[[int], None] | None,
) -> None:
    if not order:
        return
    try:
        with open_inflated(header.voxel_path) as file:
            if not header.compressed:
                _refuse_changed(file, header)
            for done, z in enumerate(order):
                task.checkpoint()
                _read_slice(file, header, volume, phase, z, at=z)
                loaded[z] = True
                if on_slice is not None:
                    on_slice(z)
                if done % 8 == 0 or done + 1 == len(order):
                    task.progress(
                        (done + 1) / len(order),
                        tr("Loading slices: {done} of {count}", done=done + 1, count=len(order)),
                    )
            if header.compressed:
                _read_to_end(file, task)
    except _FAILURES as exc:
        raise as_input_error(exc, header.path) from exc


def _read_slice(file: BinaryIO, header: NiftiHeader, volume: Volume, phase: int, z: int, at: int) -> None:
    """Slice ``z`` of volume ``phase`` of the file into slice ``at`` of ``volume``."""
    target = volume.stored[at]
    direct = header.dtype.newbyteorder("=") == target.dtype
    raw = target if direct else np.empty(target.shape, header.dtype.newbyteorder("="))
    file.seek(header.offset + phase * header.volume_bytes + z * raw.nbytes)
    _read_exactly(file, raw, header)
    if volume.rgb is not None:
        channels = raw.view(np.uint8).reshape(*target.shape, -1)
        volume.rgb[at] = channels[..., :3]
        cv2.cvtColor(volume.rgb[at], cv2.COLOR_RGB2GRAY, dst=target)
    elif not direct:
        np.abs(raw, out=target)


def _read_exactly(file: BinaryIO, plane: NDArray[np.generic], header: NiftiHeader) -> None:
    target = plane.reshape(-1).view(np.uint8).data
    filled = 0
    while filled < len(target):
        count = file.readinto(target[filled : filled + _CHUNK_BYTES])  # type: ignore[attr-defined]
        if not count:
            raise UnreadableFileError(tr("the file is cut off: its voxels end early"), path=header.path)
        filled += count
    if not header.colour and not header.dtype.isnative:
        plane.byteswap(inplace=True)


def _refuse_changed(file: BinaryIO, header: NiftiHeader) -> None:
    if stamp_of(header.voxel_path, file) != header.stamp:
        raise UnreadableFileError(tr("the file changed while it was opened; open it again"), path=header.path)


def _read_to_end(file: BinaryIO, task: TaskContext) -> None:
    """Up to the end of the stream, where gzip checks its CRC."""
    while file.read(_CHUNK_BYTES):
        task.checkpoint()


def _refuse_cut_gzip(header: NiftiHeader, task: TaskContext) -> None:
    """A complete gzip file ends with its inflated size; only when that does not fit is it inflated to find out."""
    with header.voxel_path.open("rb") as file:
        file.seek(-4, os.SEEK_END)
        declared = int.from_bytes(file.read(4), "little")
    needed = header.offset + header.byte_count
    if needed <= declared < needed + (1 << 24) or needed >= 1 << 32:
        return
    try:
        size = 0
        with open_inflated(header.voxel_path) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                task.checkpoint()
                size += len(chunk)
    except _FAILURES as exc:
        raise as_input_error(exc, header.path) from exc
    if size < needed:
        raise UnreadableFileError(
            tr("the file is cut off: {there} of {needed} bytes", there=size, needed=needed), path=header.path
        )
