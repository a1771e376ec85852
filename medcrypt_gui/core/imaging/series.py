"""What opening files yields: the series found, and the files that are none.

A *series* here is one stack of slices that makes one volume. A DICOM series that holds several stacks (a localizer in
three directions, two echoes) becomes several of these, told apart by a suffix of their ``uid``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.errors import InputError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.lookup_table import LookupTable
from medcrypt_gui.core.imaging.overlay_plane import OverlayPlane
from medcrypt_gui.core.imaging.volume import Padding, Window
from medcrypt_gui.core.language import mark

ELSEWHERE = "\0"  # before the number of the folder: stands in no identifier and in no path


class ImageFormat(Enum):
    """How the files are written."""

    DICOM = "DICOM"
    NIFTI = "NIfTI"
    NRRD = "NRRD"
    META_IMAGE = "MetaImage"
    MGH = "MGH"
    PICTURE = mark("Picture")


@dataclass(frozen=True)
class PatientText:
    """Who and when, as text for the corners of a view only, never for logs or messages; empty where unknown."""

    name: str = ""
    patient_id: str = ""
    birth_date: str = ""
    sex: str = ""
    study_date: str = ""
    institution: str = ""


@dataclass(frozen=True)
class PixelLayout:
    """How one instance stores its samples (DICOM PS3.3 C.7.6.3).

    ``offset`` is the byte position of native samples in the file, or None when they must be decoded first; of samples
    of one bit it is that of the first frame, since the frames follow each other within bytes. ``colour`` says that
    decoding gives red, green and blue, of 8 bits each. ``padding`` are the stored values that mean "no image here".
    """

    rows: int
    columns: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    inverted: bool = False  # MONOCHROME1
    offset: int | None = None
    big_endian: bool = False
    floating: bool = False
    colour: bool = False
    padding: Padding | None = None

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """The native-endian type that holds one stored value; of a colour image, its grey value."""
        if self.colour or self.bits_allocated == 1:
            return np.dtype(np.uint8)
        kind = "f" if self.floating else "i" if self.signed else "u"
        return np.dtype(f"{kind}{self.bits_allocated // 8}")

    @property
    def byte_count(self) -> int:
        """Bytes of the decoded slice."""
        return self.rows * self.columns * self.dtype.itemsize


@dataclass(frozen=True)
class Tile:
    """Where one slice lies in a Siemens mosaic: its first row and column in the picture, and the picture's layout."""

    top: int
    left: int
    whole: PixelLayout


@dataclass(frozen=True)
class Instance:
    """One DICOM image: what decides into which stack it belongs, and where in it.

    ``position`` and ``orientation`` are ImagePositionPatient and ImageOrientationPatient (LPS mm), ``spacing`` is
    PixelSpacing (between rows, between columns), ``thickness_mm`` the nominal distance of slices. ``phases`` names what
    may distinguish instances at the same place, such as ``("echo time", "4.6 ms")``. ``stamp`` is size and modification
    time of the file when it was read, so that a file replaced meanwhile is noticed. ``frame`` is the number, from 0, of
    this image in a file that holds several; None in a file of one. ``tile`` says that it is a part of a larger picture,
    whose layout it carries (``pixels`` is that of the part). ``table`` gives the values of the stored ones where no
    line (``slope`` and ``intercept``) does; ``overlays`` are the graphics that the file lays over the image.
    """

    path: Path
    sop_instance_uid: str
    study_uid: str
    series_uid: str
    frame_of_reference_uid: str
    number: int | None
    position: tuple[float, float, float] | None
    orientation: tuple[float, float, float, float, float, float] | None
    spacing: tuple[float, float] | None
    thickness_mm: float | None
    localizer: bool
    slope: float
    intercept: float
    phases: tuple[tuple[str, str], ...]
    pixels: PixelLayout
    stamp: tuple[int, int] = (0, 0)
    frame: int | None = None
    tile: Tile | None = None
    table: LookupTable | None = None
    overlays: tuple[OverlayPlane, ...] = ()

    def values_of(self, stored: NDArray[np.generic]) -> NDArray[np.generic]:
        """What is shown for stored values of this image."""
        if self.table is not None:
            return self.table.of(stored)
        values = stored.astype(np.float32)
        values *= np.float32(self.slope)
        values += np.float32(self.intercept)
        return values

    @cached_property
    def normal(self) -> NDArray[np.float64] | None:
        """Unit vector across the slice: along a row cross down a column; None without an orientation."""
        if self.orientation is None:
            return None
        normal = np.cross(self.orientation[:3], self.orientation[3:])
        return np.asarray(normal / np.linalg.norm(normal), dtype=np.float64)

    @cached_property
    def position_mm(self) -> float | None:
        """Where the slice lies along its normal."""
        normal = self.normal
        if normal is None or self.position is None:
            return None
        return float(np.dot(normal, self.position))


@dataclass(frozen=True, eq=False)
class Series:
    """One stack of slices, ready to be loaded.

    ``uid`` is the SeriesInstanceUID (with a suffix ``#2``, ``#3`` when the series was split, and another one when
    another folder that was opened with it holds a series of the same UID) or the path of a file of another format.
    ``files`` are in display order, volume by volume; a DICOM series has one per slice, or one of many frames.
    ``notes`` are whole sentences about what is unusual, ``badges`` the same in two words for a corner of the view;
    ``details`` are short lines for another corner. ``protected`` says that the files carry a MedCrypt block.
    ``phases`` names the volumes where there are several on the same grid (4D), one of which, ``phase``, is shown:
    ``instances`` are its slices, ``phase_instances`` those of all of them (DICOM only). ``localizer`` says that the
    images only serve to plan others. ``archive`` is the ZIP file that the files lie in; the disk has no such files
    then. ``file_windows`` are all that the file offers, ``file_window`` first.
    """

    uid: str
    format: ImageFormat
    modality: str
    description: str
    number: int | None
    files: tuple[Path, ...]
    geometry: Geometry
    text: PatientText = PatientText()
    notes: tuple[str, ...] = ()
    badges: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    protected: bool = False
    unit: str = ""
    file_window: Window | None = None
    file_windows: tuple[Window, ...] = ()
    instances: tuple[Instance, ...] = ()
    phases: tuple[str, ...] = ()
    phase: int = 0
    frame_ms: float | None = None  # how fast a clip was taken
    archive: Path | None = None
    pages: bool = False  # several images in a file that says nothing of how they lie to each other
    phase_instances: tuple[tuple[Instance, ...], ...] = ()
    localizer: bool = False

    @property
    def lasting_uid(self) -> str:
        """What stays whatever else is opened: of two folders with one SeriesInstanceUID it is the same."""
        return self.uid.partition(ELSEWHERE)[0] if self.format is ImageFormat.DICOM else self.uid

    def at_phase(self, phase: int) -> Series:
        """The same series with another of its volumes chosen."""
        if not self.phase_instances:
            return replace(self, phase=phase)
        return replace(self, phase=phase, instances=self.phase_instances[phase])

    @property
    def shown_files(self) -> tuple[Path, ...]:
        """The files of the chosen volume, in display order; for NIfTI the whole file."""
        return tuple(dict.fromkeys(one.path for one in self.instances)) if self.instances else self.files

    @property
    def is_flat(self) -> bool:
        """Whether only its own plane makes sense: a single image, or a clip, whose images do not lie side by side."""
        clip = bool(self.instances) and self.instances[0].frame is not None and self.instances[0].position is None
        return clip or self.pages or self.geometry.shape[0] == 1

    @cached_property
    def scales(self) -> frozenset[tuple[float, float] | None]:
        """Each different line from stored values to those that are shown; None where it is a table."""
        return frozenset(None if one.table is not None else (one.slope, one.intercept) for one in self.instances)

    @cached_property
    def holds_values(self) -> bool:
        """Whether its volume holds what is shown rather than what is stored: no one line makes the one of the other."""
        return None in self.scales or len(self.scales) > 1

    @property
    def series_instance_uid(self) -> str:
        """The identifier without the suffix of a split series."""
        return self.lasting_uid.split("#", 1)[0] if self.format is ImageFormat.DICOM else self.uid

    @property
    def study_instance_uid(self) -> str:
        """The DICOM study that the series belongs to; empty where the file does not say."""
        return self.instances[0].study_uid if self.instances else ""

    @property
    def frame_of_reference_uid(self) -> str:
        """What its coordinates refer to: series with the same one can be laid over each other; empty where unknown."""
        return self.instances[0].frame_of_reference_uid if self.instances else ""


@dataclass(frozen=True)
class Unreadable:
    """A file that is, or claims to be, an image and could not be opened; ``reason.detail`` says why."""

    path: Path
    reason: InputError


@dataclass(frozen=True)
class Skipped:
    """A file that is no image at all, or none to be shown here, with a few words on what it is."""

    path: Path
    reason: str
    key_card: bool = False


@dataclass(frozen=True)
class OpenResult:
    """Everything that was found under the paths given."""

    series: tuple[Series, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    skipped: tuple[Skipped, ...] = ()
