"""Files of plain samples under a header, as series and volumes: what NRRD, MetaImage and MGH have in common."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.adapters.archives.zip_member import stamp_of
from medcrypt_gui.adapters.images.inflated import inflated, unbzipped, unzlibbed
from medcrypt_gui.adapters.images.large_array import Allocator, is_paged, voxel_arrays
from medcrypt_gui.adapters.images.raw_image import MOST_TEXT_BYTES, Packing, RawImage, VoxelFile
from medcrypt_gui.adapters.images.reading_order import outward
from medcrypt_gui.core.errors import InputError, UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.header_entry import HeaderEntry
from medcrypt_gui.core.imaging.series import ImageFormat, OpenResult, Series, Unreadable
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.ports import Filler
from medcrypt_gui.core.task import TaskContext

_CHUNK_BYTES = 1 << 22
_FAILURES = (OSError, EOFError, zlib.error, ValueError, MemoryError)


class RawReader:
    """A reader of files whose header ``read_header`` understands and whose kind ``recognises`` tells."""

    only_alone = False

    def __init__(
        self,
        image_format: ImageFormat,
        recognises: Callable[[Path], bool],
        read_header: Callable[[Path], RawImage],
    ) -> None:
        self.format = image_format
        self._recognises, self._read_header = recognises, read_header

    def recognises(self, path: Path) -> bool:
        return self._recognises(path)

    def find(self, paths: Sequence[Path], task: TaskContext) -> OpenResult:
        """One series a file."""
        series: list[Series] = []
        unreadable: list[Unreadable] = []
        for done, path in enumerate(paths):
            text = tr("Reading headers: {done} of {count} files", done=done, count=len(paths))
            task.progress(done / len(paths), text)
            try:
                series.append(_series(self.format, self._header(path)))
            except InputError as exc:
                unreadable.append(Unreadable(path, exc))
            except ValueError as exc:  # a grid that is none, such as voxels without a size
                reason = tr("the header contradicts itself about its grid")
                unreadable.append(Unreadable(path, UnreadableFileError(f"{reason} ({type(exc).__name__})", path=path)))
        return OpenResult(tuple(series), tuple(unreadable))

    def start(self, series: Series, first: int | None = None) -> tuple[Volume, Filler]:
        """The volume and what reads the rest; of a compressed file nothing is there yet."""
        image = self._header(series.files[0])
        count = image.geometry.shape[0]
        loaded = np.zeros(count, np.bool_)
        volume = _allocate(image, image.geometry, loaded)
        middle = count // 2 if first is None else first
        order = outward(count, middle)
        if image.packing is Packing.RAW:
            _read_slices(image, volume, series.phase, [middle], loaded, TaskContext(), None)

        def fill(task: TaskContext, on_slice: Callable[[int], None] | None = None) -> None:
            missing = [z for z in (order if image.packing is Packing.RAW else range(count)) if not loaded[z]]
            _read_slices(image, volume, series.phase, missing, loaded, task, on_slice)

        return volume, fill

    def header(self, series: Series, _z: int, /) -> tuple[HeaderEntry, ...]:
        """The fields of the file's header; all slices have the same."""
        return self._header(series.files[0]).entries

    def preview(self, series: Series) -> Volume:
        """The middle slice alone; a compressed file is inflated up to it."""
        image = self._header(series.files[0])
        z = image.geometry.shape[0] // 2
        volume = _allocate(image, image.geometry.slice_alone(z), None)
        with _errors(image), _Samples(image) as samples:
            samples.read(volume, series.phase, z, at=0)
        return volume

    def load(
        self, series: Series, task: TaskContext, on_slice: Callable[[int], None] | None = None, first: int | None = None
    ) -> Volume:
        """All slices."""
        volume, fill = self.start(series, first)
        fill(task, on_slice)
        return replace(volume, loaded=None)

    def _header(self, path: Path) -> RawImage:
        try:
            return self._read_header(path)
        except OSError as exc:
            raise UnreadableFileError(tr("cannot be read: {reason}", reason=exc.strerror or ""), path=path) from exc
        except (EOFError, zlib.error) as exc:
            raise UnreadableFileError(tr("the file is cut off or damaged within its header"), path=path) from exc


def _series(image_format: ImageFormat, image: RawImage) -> Series:
    return Series(
        uid=str(image.path),
        format=image_format,
        modality="",
        description=image.path.name,
        number=None,
        files=(image.path,),
        geometry=image.geometry,
        notes=image.notes,
        details=image.details,
        phases=_phases(image),
    )


def _phases(image: RawImage) -> tuple[str, ...]:
    if image.phases == 1:
        return ()
    volumes, components = image.volumes, image.phases // image.volumes
    if components == 1:
        return tuple(tr("Volume {n} of {count}", n=n + 1, count=volumes) for n in range(volumes))
    return tuple(
        tr("Component {n} of {count}", n=n + 1, count=components)
        if volumes == 1
        else tr(
            "Volume {v} of {volumes}, component {n} of {count}", v=v + 1, volumes=volumes, n=n + 1, count=components
        )
        for v in range(volumes)
        for n in range(components)
    )


def _allocate(image: RawImage, geometry: Geometry, loaded: NDArray[np.bool_] | None) -> Volume:
    stored, rgb, _ = voxel_arrays(geometry.shape, image.value_dtype, Allocator(), colour=image.colour)
    return Volume(stored, geometry, image.slope, image.intercept, loaded=loaded, rgb=rgb, paged=is_paged(stored))


@contextmanager
def _errors(image: RawImage) -> Iterator[None]:
    """What reading the voxels raises, in our words."""
    try:
        yield
    except MemoryError as exc:
        raise UnsupportedInputError(tr("the image does not fit into memory"), path=image.path) from exc
    except OSError as exc:
        # gzip tells damage as an OSError without a number.
        reason = tr("cannot be read: {reason}", reason=exc.strerror) if exc.strerror else tr("the voxels are damaged")
        raise UnreadableFileError(reason, path=image.path) from exc
    except _FAILURES as exc:
        raise UnreadableFileError(tr("the voxels are cut off or damaged"), path=image.path) from exc


def _read_slices(
    image: RawImage,
    volume: Volume,
    phase: int,
    order: Sequence[int],
    loaded: NDArray[np.bool_],
    task: TaskContext,
    on_slice: Callable[[int], None] | None,
) -> None:
    if not order:
        return
    with _errors(image), _Samples(image) as samples:
        for done, z in enumerate(order):
            task.checkpoint()
            samples.read(volume, phase, z, at=z)
            loaded[z] = True
            if on_slice is not None:
                on_slice(z)
            if done % 8 == 0 or done + 1 == len(order):
                text = tr("Loading slices: {done} of {count}", done=done + 1, count=len(order))
                task.progress((done + 1) / len(order), text)
        samples.verify(task)


class _Samples:
    """The samples of an image's files, slice by slice; use it in a ``with``."""

    def __init__(self, image: RawImage) -> None:
        self._image = image
        self._each = image.byte_count // len(image.files)
        self._opened: tuple[int, BinaryIO] | None = None
        self._stack = ExitStack()
        self._raw = np.empty((*image.geometry.shape[1:], image.components), image.dtype)

    def __enter__(self) -> _Samples:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def read(self, volume: Volume, phase: int, z: int, at: int) -> None:
        """Slice ``z`` of what ``phase`` shows into slice ``at``."""
        image = self._image
        number, component = (phase, 0) if image.colour else divmod(phase, image.components)
        self._read_bytes((number * image.geometry.shape[0] + z) * image.slice_bytes)
        if volume.rgb is not None:
            volume.rgb[at] = self._raw[..., :3]
            cv2.cvtColor(volume.rgb[at], cv2.COLOR_RGB2GRAY, dst=volume.stored[at])
        else:
            volume.stored[at] = self._raw[..., component]

    def verify(self, task: TaskContext) -> None:
        """Up to the end of a compressed stream, where its checksum is."""
        if self._opened is not None and self._image.packing in (Packing.GZIP, Packing.ZLIB, Packing.BZIP2):
            while self._opened[1].read(_CHUNK_BYTES):
                task.checkpoint()

    def _read_bytes(self, at: int) -> None:
        number, within = divmod(at, self._each)
        file = self._file(number)
        start = self._image.files[number].offset if self._image.packing is Packing.RAW else self._image.lead
        file.seek(within + start)
        target = self._raw.reshape(-1).view(np.uint8).data
        filled = 0
        while filled < len(target):
            count = file.readinto(target[filled:])  # type: ignore[attr-defined]
            if not count:
                raise EOFError("the voxels end early")
            filled += count

    def _file(self, number: int) -> BinaryIO:
        if self._opened is None or self._opened[0] != number:
            self._stack.close()
            self._opened = number, self._stack.enter_context(self._open(number))
        return self._opened[1]

    def _open(self, number: int) -> BinaryIO:
        voxels, image = self._image.files[number], self._image
        with voxels.path.open("rb") as file:
            if stamp_of(voxels.path, file) != image.stamps[number]:
                raise UnreadableFileError(tr("the file changed while it was opened; open it again"), path=image.path)
        if image.packing is Packing.TEXT:
            return _from_text(voxels, image)
        if image.packing is Packing.RAW:
            return cast(BinaryIO, voxels.path.open("rb"))
        unpack = {Packing.GZIP: inflated, Packing.ZLIB: unzlibbed, Packing.BZIP2: unbzipped}[image.packing]
        return unpack(voxels.path, voxels.offset)


def _from_text(voxels: VoxelFile, image: RawImage) -> BinaryIO:
    with voxels.path.open("rb") as file:
        file.seek(voxels.offset)
        words = file.read(MOST_TEXT_BYTES).replace(b",", b" ").split()
    count = image.byte_count // image.dtype.itemsize
    if len(words) < count:
        raise EOFError("the voxels end early")
    plain = image.dtype.newbyteorder("=")
    if plain.kind == "f":
        values = np.array([float(word) for word in words[:count]], plain)
    else:
        limits = np.iinfo(plain)  # type: ignore[type-var]
        numbers = [int(word) for word in words[:count]]
        if min(numbers) < limits.min or max(numbers) > limits.max:
            raise ValueError("a number is too large for its type")
        values = np.array(numbers, plain)
    return io.BytesIO(values.astype(image.dtype).tobytes())
