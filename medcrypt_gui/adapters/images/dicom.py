"""DICOM files as series and volumes, through pydicom."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from medcrypt_gui.adapters.archives.zip_member import same_bytes
from medcrypt_gui.adapters.images import dicom_header, dicom_text
from medcrypt_gui.adapters.images.dicom_directory import files_named_by
from medcrypt_gui.adapters.images.dicom_entries import header_entries
from medcrypt_gui.adapters.images.dicom_header import Header, IsDirectory, NoPixels
from medcrypt_gui.adapters.images.dicom_mosaic import is_mosaic
from medcrypt_gui.adapters.images.dicom_pixels import forget_files, read_colours, read_many, read_slice
from medcrypt_gui.adapters.images.dicom_tiles import read_tile
from medcrypt_gui.adapters.images.dicom_values import Values, values_of
from medcrypt_gui.adapters.images.large_array import Allocator, is_paged, voxel_arrays
from medcrypt_gui.adapters.images.reading_order import outward
from medcrypt_gui.core.errors import InputError, UnreadableFileError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.header_entry import HeaderEntry
from medcrypt_gui.core.imaging.series import ELSEWHERE, ImageFormat, Instance, OpenResult, Series, Skipped, Unreadable
from medcrypt_gui.core.imaging.stacks import Repeated, Stack, arrange, drop_repeated
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr, trn
from medcrypt_gui.core.ports import Filler
from medcrypt_gui.core.task import TaskContext

_NAMES = {".dcm", ".dicom", ".ima"}
_LONG_SERIES = 60
_DECODING_THREADS = 2  # each waits for a process or a codec; for native files threads are of no use
# What the elements of groups 2 and 8 begin with.
_VRS = (b"AE", b"AS", b"AT", b"CS", b"DA", b"DT", b"LO", b"OB", b"PN", b"SH", b"ST", b"TM", b"UI", b"UL", b"US", b"SQ")


_LOCALIZER = re.compile(r"locali[sz]er|scout|survey|topogram|surview|scanogram", re.IGNORECASE)
_MOST_LOCALIZERS = 40  # a scout of more slices is a volume of its own worth


class DicomReader:
    """Reads DICOM images of one or many frames, grey or in colours, in any syntax that a codec is installed for."""

    format = ImageFormat.DICOM
    only_alone = False

    def __init__(self, allocator: Allocator | None = None) -> None:
        self._allocator = allocator or Allocator()

    def recognises(self, path: Path) -> bool:
        """By the preamble, the name, or, without either, a plausible first element."""
        with path.open("rb") as file:
            head = file.read(132)
        return head[128:] == b"DICM" or path.suffix.lower() in _NAMES or _begins_like_dicom(head)

    def find(self, paths: Sequence[Path], task: TaskContext) -> OpenResult:
        """The series in these files, from their headers."""
        forget_files()  # those of the study before
        found = _Found()
        with dicom_header.quiet():
            found.read(paths, task)
            found.read(found.named_elsewhere(paths), task)
            images = (instance for header in found.headers.values() for instance in header.instances)
            kept, repeated = drop_repeated(images, _same_content)
            contradictions = {entry.other.path: entry for entry in repeated if not entry.identical}
            found.unreadable += map(_contradiction, contradictions.values())
            series = _all_series(arrange(kept), found.headers, repeated)
        return OpenResult(tuple(series), tuple(found.unreadable), tuple(found.skipped))

    def start(self, series: Series, first: int | None = None) -> tuple[Volume, Filler]:
        """The volume with one slice read, and what reads the others outward from it."""
        loaded = np.zeros(len(series.instances), np.bool_)
        volume = _allocate(series, series.geometry, loaded, self._allocator)
        order = outward(len(series.instances), len(series.instances) // 2 if first is None else first)
        _fill_slice(series, volume, order[0])
        loaded[order[0]] = True

        def fill(task: TaskContext, on_slice: Callable[[int], None] | None = None) -> None:
            for done, z in enumerate(_read_all(series, volume, order[1:])):
                loaded[z] = True
                if on_slice is not None:
                    on_slice(z)
                task.progress(
                    (done + 2) / len(order), tr("Loading slices: {done} of {count}", done=done + 2, count=len(order))
                )

        return volume, fill

    def header(self, series: Series, z: int, /) -> tuple[HeaderEntry, ...]:
        """Of the file that slice ``z`` comes from."""
        return header_entries(series.instances[z].path)

    def preview(self, series: Series) -> Volume:
        """The middle slice alone."""
        z = len(series.instances) // 2
        volume = _allocate(series, series.geometry.slice_alone(z), None, self._allocator)
        _fill_slice(series, volume, z, at=0)
        return volume

    def load(
        self, series: Series, task: TaskContext, on_slice: Callable[[int], None] | None = None, first: int | None = None
    ) -> Volume:
        """All slices."""
        volume, fill = self.start(series, first)
        fill(task, on_slice)
        return replace(volume, loaded=None)


class _Found:
    """What the files read so far turned out to be."""

    def __init__(self) -> None:
        self.headers: dict[Path, Header] = {}
        self.unreadable: list[Unreadable] = []
        self.skipped: list[Skipped] = []
        self._directories: list[Path] = []

    def read(self, paths: Sequence[Path], task: TaskContext) -> None:
        for done, path in enumerate(paths):
            if done % 20 == 0:
                task.progress(
                    done / len(paths), tr("Reading headers: {done} of {count} files", done=done, count=len(paths))
                )
            try:
                self.headers[path] = dicom_header.read_header(path)
            except IsDirectory as exc:
                self._directories.append(path)
                self.skipped.append(Skipped(path, str(exc)))
            except NoPixels as exc:
                self.skipped.append(Skipped(path, str(exc)))
            except InputError as exc:
                self.unreadable.append(Unreadable(path, exc))

    def named_elsewhere(self, known: Sequence[Path]) -> list[Path]:
        """The files that the DICOMDIRs found name and that are not among ``known``; missing ones are noted."""
        further: list[Path] = []
        for directory in self._directories:
            named, missing = files_named_by(directory, (*known, *further))
            self.unreadable += missing
            further += named
        return further


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
    detail = tr("it has the same SOP Instance UID as {name}, but other content", name=entry.kept.path.name)
    return Unreadable(entry.other.path, UnreadableFileError(detail, path=entry.other.path))


def _all_series(stacks: list[Stack], headers: dict[Path, Header], repeated: list[Repeated]) -> list[Series]:
    series = []
    for stack, uid in zip(stacks, _uids(stacks), strict=True):
        volumes = stack.phase_instances or (stack.instances,)
        paths = {instance.path for volume in volumes for instance in volume}
        copies = len({entry.other.path for entry in repeated if entry.identical and entry.kept.path in paths})
        series.append(_series(stack, uid, headers, copies))
    studies = {study: place for place, study in reversed(list(enumerate(one.study_instance_uid for one in series)))}
    return sorted(series, key=lambda one: (one.localizer, studies[one.study_instance_uid], _place_in_study(one)))


def _uids(stacks: Sequence[Stack]) -> Iterator[str]:
    """What tells stacks of one series from each other: see `Series.uid`.

    Those of one folder are counted, which gives the same numbers whatever else is opened with it.
    """
    folders: dict[str, list[Path]] = {}
    counts: Counter[tuple[str, Path]] = Counter()
    for stack in stacks:
        uid = stack.instances[0].series_uid
        folder = min(instance.path.parent for instance in stack.instances)
        others = folders.setdefault(uid, [])
        if folder not in others:
            others.append(folder)
        counts[uid, folder] += 1
        in_folder, of_folder = counts[uid, folder], others.index(folder) + 1
        yield uid + (f"#{in_folder}" if in_folder > 1 else "") + (f"{ELSEWHERE}{of_folder}" if of_folder > 1 else "")


def _place_in_study(series: Series) -> float:
    """By SeriesNumber, as every list of a department does; those without one last."""
    return float("inf") if series.number is None else series.number


def _series(stack: Stack, uid: str, headers: dict[Path, Header], copies: int) -> Series:
    volumes = stack.phase_instances or (stack.instances,)
    files = tuple(dict.fromkeys(instance.path for volume in volumes for instance in volume))
    dataset = headers[stack.instances[len(stack.instances) // 2].path].dataset
    description = dicom_text.text(dataset, "SeriesDescription") or dicom_text.text(dataset, "ProtocolName")
    number = dicom_text.number(dataset, "SeriesNumber")
    notes = list(stack.notes)
    badges = list(stack.badges)
    if "SeriesInstanceUID" not in dataset:
        notes.append(tr("The files name no series; those of one folder that fit together are shown as one."))
    if copies:
        notes.append(
            trn(
                "{count} file is there twice, byte for byte; one of each counts.",
                "{count} files are there twice, byte for byte; one of each counts.",
                copies,
            )
        )
    values = _values([instance for volume in volumes for instance in volume], dataset, headers)
    of_volumes = _parted(values.instances, volumes)
    notes += [*values.notes, *dict.fromkeys(note for path in files for note in headers[path].notes)]
    if dicom_text.text(dataset, "LossyImageCompression") == "01":
        notes.append(tr("The images were compressed with loss."))
        badges.append(tr("lossy"))
    if is_mosaic(dataset) and stack.instances[0].tile is None:
        notes.append(
            tr("The picture is a mosaic of slices, and the file does not say how they lie; it is shown whole.")
        )
    if "ImagerPixelSpacing" in dataset and "PixelSpacing" not in dataset:
        notes.append(tr("Lengths are those at the detector; what lies before it is shown larger than it is."))
    localizer = _is_localizer(stack, dataset)
    if localizer:
        badges.append(tr("localizer"))
    series = Series(
        uid=uid,
        format=ImageFormat.DICOM,
        modality=dicom_text.text(dataset, "Modality"),
        description=f"{description} ({stack.label})".strip() if stack.label else description,
        number=None if number is None else int(number),
        files=files,
        geometry=stack.geometry,
        text=dicom_text.patient_text(dataset),
        notes=tuple(notes),
        badges=tuple(badges),
        details=dicom_text.details(dataset),
        protected=any(headers[path].protected for path in files),
        unit=values.unit,
        file_window=values.windows[0] if values.windows else None,
        file_windows=values.windows,
        instances=of_volumes[stack.phase_instances.index(stack.instances) if stack.phase_instances else 0],
        frame_ms=dicom_text.frame_ms(dataset),
        phases=stack.phases,
        phase_instances=of_volumes if stack.phase_instances else (),
        localizer=localizer,
    )
    if len(series.scales) > 1:
        note = tr("The slices are scaled differently; values are shown after scaling.")
        return replace(series, notes=(*notes, note))
    return series


def _values(instances: list[Instance], dataset: Dataset, headers: dict[Path, Header]) -> Values:
    """Decided once for all volumes of a series: one unit stands beside all of them."""
    members = [headers[instance.path] for instance in instances]
    return values_of(tuple(instances), [member.uptake for member in members], dataset, members[0].little_endian)


def _parted(instances: tuple[Instance, ...], volumes: Sequence[Sequence[Instance]]) -> tuple[tuple[Instance, ...], ...]:
    """The instances in parts as long as ``volumes``, one after the other."""
    ends = list(itertools.accumulate(map(len, volumes)))
    return tuple(instances[end - len(volume) : end] for end, volume in zip(ends, volumes, strict=True))


def _is_localizer(stack: Stack, dataset: Dataset) -> bool:
    """By the image type; many MR scanners say it in the description alone."""
    words = f"{dicom_text.text(dataset, 'SeriesDescription')} {dicom_text.text(dataset, 'ProtocolName')}"
    named = _LOCALIZER.search(words) is not None and len(stack.instances) <= _MOST_LOCALIZERS
    return stack.instances[0].localizer or named


def _allocate(series: Series, geometry: Geometry, loaded: NDArray[np.bool_] | None, allocator: Allocator) -> Volume:
    """An empty volume; of float32 values when the slices are scaled differently, of a table's entries where one is."""
    scales = series.scales
    layout = series.instances[0].pixels
    alike = next(iter(scales)) if len(scales) == 1 else None
    slope, intercept = alike or (1.0, 0.0)
    dtype = layout.dtype if alike is not None else np.dtype(np.float32 if len(scales) > 1 else np.uint16)
    drawn = any(instance.overlays for instance in series.instances)
    stored, rgb, graphics = voxel_arrays(geometry.shape, dtype, allocator, colour=layout.colour, graphics=drawn)
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
        paged=is_paged(stored),
        padding=layout.padding if alike is not None else None,
        graphics=graphics,
    )


def _read_all(series: Series, volume: Volume, order: list[int]) -> Iterator[int]:
    """Read the slices and name each when it is there; leaving early stops the reading."""
    if all(instance.pixels.offset is not None for instance in series.instances):
        for z in order:
            _fill_slice(series, volume, z)
            yield z
        return
    # Short series are there before the processes would have started.
    begin = read_many if len(order) >= _LONG_SERIES else None
    pool = ThreadPoolExecutor(_DECODING_THREADS, thread_name_prefix="medcrypt-decode", initializer=begin)
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
        _read_plane(instance, target, graphics)
    else:
        plane = np.empty((instance.pixels.rows, instance.pixels.columns), instance.pixels.dtype)
        _read_plane(instance, plane, graphics)
        target[...] = instance.values_of(plane)


def _read_plane(instance: Instance, out: NDArray[np.generic], graphics: NDArray[np.uint8] | None) -> None:
    if instance.tile is None:
        read_slice(instance, out, graphics)
    else:
        read_tile(instance, out)
