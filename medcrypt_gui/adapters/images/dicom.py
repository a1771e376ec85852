"""DICOM files as series and volumes, through pydicom."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.adapters.archives.zip_member import same_bytes
from medcrypt_gui.adapters.images import dicom_header, dicom_text
from medcrypt_gui.adapters.images.dicom_entries import header_entries
from medcrypt_gui.adapters.images.dicom_header import Header, NoPixels
from medcrypt_gui.adapters.images.dicom_pixels import read_colours, read_slice
from medcrypt_gui.adapters.images.dicom_values import values_of
from medcrypt_gui.core.errors import InputError, UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.header_entry import HeaderEntry
from medcrypt_gui.core.imaging.series import ImageFormat, OpenResult, Series, Skipped, Unreadable
from medcrypt_gui.core.imaging.stacks import Repeated, Stack, arrange, drop_repeated
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.ports import Filler
from medcrypt_gui.core.task import TaskContext

_NAMES = {".dcm", ".dicom", ".ima"}
_DECODING_THREADS = 2  # codecs release the interpreter; for native files threads are of no use
# What the elements of groups 2 and 8 begin with.
_VRS = (b"AE", b"AS", b"AT", b"CS", b"DA", b"DT", b"LO", b"OB", b"PN", b"SH", b"ST", b"TM", b"UI", b"UL", b"US", b"SQ")


class DicomReader:
    """Reads DICOM images of one or many frames, grey or in colours, in any syntax that a codec is installed for."""

    format = ImageFormat.DICOM
    only_alone = False

    def recognises(self, path: Path) -> bool:
        """By the preamble, the name, or, without either, a plausible first element."""
        with path.open("rb") as file:
            head = file.read(132)
        return head[128:] == b"DICM" or path.suffix.lower() in _NAMES or _begins_like_dicom(head)

    def find(self, paths: Sequence[Path], task: TaskContext) -> OpenResult:
        """The series in these files, from their headers."""
        headers: dict[Path, Header] = {}
        unreadable: list[Unreadable] = []
        skipped: list[Skipped] = []
        with dicom_header.quiet():
            for done, path in enumerate(paths):
                if done % 20 == 0:
                    task.progress(done / len(paths), f"Reading headers: {done} of {len(paths)} files")
                try:
                    headers[path] = dicom_header.read_header(path)
                except NoPixels as exc:
                    skipped.append(Skipped(path, str(exc)))
                except InputError as exc:
                    unreadable.append(Unreadable(path, exc))
            images = (instance for header in headers.values() for instance in header.instances)
            kept, repeated = drop_repeated(images, _same_content)
            contradictions = {entry.other.path: entry for entry in repeated if not entry.identical}
            unreadable += map(_contradiction, contradictions.values())
            series = _all_series(arrange(kept), headers, repeated)
        return OpenResult(tuple(series), tuple(unreadable), tuple(skipped))

    def start(self, series: Series, first: int | None = None) -> tuple[Volume, Filler]:
        """The volume with one slice read, and what reads the others outward from it."""
        loaded = np.zeros(len(series.instances), np.bool_)
        volume = _allocate(series, series.geometry, loaded)
        order = _outward(len(series.instances), len(series.instances) // 2 if first is None else first)
        _fill_slice(series, volume, order[0])
        loaded[order[0]] = True

        def fill(task: TaskContext, on_slice: Callable[[int], None] | None = None) -> None:
            for done, z in enumerate(_read_all(series, volume, order[1:])):
                loaded[z] = True
                if on_slice is not None:
                    on_slice(z)
                task.progress((done + 2) / len(order), f"Loading slices: {done + 2} of {len(order)}")

        return volume, fill

    def header(self, series: Series, z: int, /) -> tuple[HeaderEntry, ...]:
        """Of the file that slice ``z`` comes from."""
        return header_entries(series.instances[z].path)

    def preview(self, series: Series) -> Volume:
        """The middle slice alone."""
        z = len(series.instances) // 2
        affine = series.geometry.affine_lps.copy()
        affine[:3, 3] = series.geometry.to_mm((0.0, 0.0, float(z)))
        geometry = Geometry((1, *series.geometry.shape[1:]), affine, series.geometry.oriented)
        volume = _allocate(series, geometry, None)
        _fill_slice(series, volume, z, at=0)
        return volume

    def load(
        self, series: Series, task: TaskContext, on_slice: Callable[[int], None] | None = None, first: int | None = None
    ) -> Volume:
        """All slices."""
        volume, fill = self.start(series, first)
        fill(task, on_slice)
        return replace(volume, loaded=None)


def _begins_like_dicom(head: bytes) -> bool:
    """Files without preamble begin with an element of group 2 or 8, explicit or implicit, little-endian."""
    if len(head) < 16 or head[:2] not in (b"\x02\x00", b"\x08\x00") or head[3] != 0:
        return False
    return head[4:6] in _VRS or int.from_bytes(head[4:8], "little") < 256


def _same_content(a: Path, b: Path) -> bool:
    try:
        return same_bytes(a, b)
    except OSError:
        return False


def _contradiction(entry: Repeated) -> Unreadable:
    detail = f"it has the same SOP Instance UID as {entry.kept.path.name}, but other content"
    return Unreadable(entry.other.path, UnreadableFileError(detail, path=entry.other.path))


def _all_series(stacks: list[Stack], headers: dict[Path, Header], repeated: list[Repeated]) -> list[Series]:
    seen: dict[str, int] = {}
    series = []
    for stack in stacks:
        uid = stack.instances[0].series_uid
        seen[uid] = seen.get(uid, 0) + 1
        suffix = "" if seen[uid] == 1 else f"#{seen[uid]}"
        paths = {instance.path for instance in stack.instances}
        copies = len({entry.other.path for entry in repeated if entry.identical and entry.kept.path in paths})
        series.append(_series(stack, uid + suffix, headers, copies))
    return series


def _series(stack: Stack, uid: str, headers: dict[Path, Header], copies: int) -> Series:
    members = [headers[instance.path] for instance in stack.instances]
    dataset = members[len(members) // 2].dataset
    description = dicom_text.text(dataset, "SeriesDescription") or dicom_text.text(dataset, "ProtocolName")
    number = dicom_text.number(dataset, "SeriesNumber")
    notes = list(stack.notes)
    if "SeriesInstanceUID" not in dataset:
        notes.append("The files name no series; those of one folder that fit together are shown as one.")
    if copies:
        notes.append(f"{copies} file{'s are' if copies > 1 else ' is'} there twice, byte for byte; one of each counts.")
    header = headers[stack.instances[0].path]
    values = values_of(stack.instances, [member.uptake for member in members], dataset, header.little_endian)
    notes += [*values.notes, *dict.fromkeys(note for member in members for note in member.notes)]
    if dicom_text.text(dataset, "LossyImageCompression") == "01":
        notes.append("The images were compressed with loss.")
    series = Series(
        uid=uid,
        format=ImageFormat.DICOM,
        modality=dicom_text.text(dataset, "Modality"),
        description=f"{description} ({stack.label})".strip() if stack.label else description,
        number=None if number is None else int(number),
        files=tuple(dict.fromkeys(instance.path for instance in stack.instances)),
        geometry=stack.geometry,
        text=dicom_text.patient_text(dataset),
        notes=tuple(notes),
        details=dicom_text.details(dataset),
        protected=any(member.protected for member in members),
        unit=values.unit,
        file_window=values.windows[0] if values.windows else None,
        file_windows=values.windows,
        instances=values.instances,
        frame_ms=dicom_text.frame_ms(dataset),
    )
    if len(series.scales) > 1:
        note = tr("The slices are scaled differently; values are shown after scaling.")
        return replace(series, notes=(*notes, note))
    return series


def _allocate(series: Series, geometry: Geometry, loaded: NDArray[np.bool_] | None) -> Volume:
    """An empty volume; of float32 values when the slices are scaled differently, of a table's entries where one is."""
    scales = series.scales
    layout = series.instances[0].pixels
    alike = next(iter(scales)) if len(scales) == 1 else None
    slope, intercept = alike or (1.0, 0.0)
    dtype = layout.dtype if alike is not None else np.dtype(np.float32 if len(scales) > 1 else np.uint16)
    try:
        stored = np.zeros(geometry.shape, np.uint8 if layout.colour else dtype)
        rgb = np.zeros((*geometry.shape, 3), np.uint8) if layout.colour else None
        drawn = any(instance.overlays for instance in series.instances)
        graphics = np.zeros(geometry.shape, np.uint8) if drawn else None
    except MemoryError as exc:
        raise UnsupportedInputError("the series does not fit into memory", path=series.files[0]) from exc
    return Volume(
        stored=stored,
        geometry=geometry,
        slope=slope,
        intercept=intercept,
        unit=series.unit,
        inverted=layout.inverted,
        file_window=series.file_window,
        loaded=loaded,
        rgb=rgb,
        padding=layout.padding if alike is not None else None,
        graphics=graphics,
    )


def _outward(count: int, first: int) -> list[int]:
    """All slices, those near ``first`` first."""
    return sorted(range(count), key=lambda z: (abs(z - first), z))


def _read_all(series: Series, volume: Volume, order: list[int]) -> Iterator[int]:
    """Read the slices and name each when it is there; leaving early stops the reading."""
    if all(instance.pixels.offset is not None for instance in series.instances):
        for z in order:
            _fill_slice(series, volume, z)
            yield z
        return
    pool = ThreadPoolExecutor(_DECODING_THREADS, thread_name_prefix="medcrypt-decode")
    try:
        futures = [(z, pool.submit(_fill_slice, series, volume, z)) for z in order]
        for z, future in futures:
            future.result()
            yield z
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _fill_slice(series: Series, volume: Volume, z: int, at: int | None = None) -> None:
    instance = series.instances[z]
    at = z if at is None else at
    target, graphics = volume.stored[at], None if volume.graphics is None else volume.graphics[at]
    if volume.rgb is not None:
        read_colours(instance, volume.rgb[at], graphics)
        cv2.cvtColor(volume.rgb[at], cv2.COLOR_RGB2GRAY, dst=target)
    elif not series.holds_values:
        read_slice(instance, target, graphics)
    else:
        plane = np.empty((instance.pixels.rows, instance.pixels.columns), instance.pixels.dtype)
        read_slice(instance, plane, graphics)
        target[...] = instance.values_of(plane)
