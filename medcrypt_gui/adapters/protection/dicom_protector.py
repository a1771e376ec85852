"""Protect's view of DICOM files. pydicom rewrites the data sets that are not in Explicit VR Little Endian."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.tag import Tag

from medcrypt_gui.adapters.images.deflated import is_deflated, refuse_bomb
from medcrypt_gui.adapters.protection.read_original import read_original
from medcrypt_gui.core.errors import InputError, UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.imaging.series import ImageFormat
from medcrypt_gui.core.imaging.volume import Window
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.protect.dicom_elements import PIXEL_DATA, is_dicom, parse_data_set, parse_file, parse_meta
from medcrypt_gui.core.protect.dicom_file import EXPLICIT_LITTLE_ENDIAN
from medcrypt_gui.core.protect.dicom_rules import (
    SERIES_INSTANCE,
    SOP_INSTANCE,
    VisibleChanges,
    has_window,
    new_uid,
    readable_identifiers,
)
from medcrypt_gui.core.protect.dicom_source import DicomOriginal
from medcrypt_gui.core.protect.envelope import Source
from medcrypt_gui.core.protect.port import ProtectionJob, Survey
from medcrypt_gui.core.protect.restore_record import Mode
from medcrypt_gui.core.protect.samples import SampleLayout, background_range
from medcrypt_gui.core.protect.set_keys import KeyedSet, RandomBytes
from medcrypt_gui.core.task import TaskContext

_IMPLICIT, _BIG_ENDIAN, _DEFLATED = "1.2.840.10008.1.2", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"
_NATIVE = frozenset((EXPLICIT_LITTLE_ENDIAN, _IMPLICIT, _BIG_ENDIAN, _DEFLATED))
_TRANSFER_SYNTAX = 0x00020010
_SLOPE, _INTERCEPT = 0x00281053, 0x00281052
_BLOCK_BYTES = 8192
_WINDOW_FILES = 9


@dataclass(frozen=True)
class _DicomSurvey(Survey):
    uids: tuple[str, ...] = ()
    windowed: bool = True


class DicomProtector:
    """Native, monochrome, single-frame DICOM images of 8 or 16 bits."""

    format = ImageFormat.DICOM

    def survey(self, files: Sequence[Path], task: TaskContext) -> Survey:
        layouts: list[SampleLayout] = []
        uids: list[str] = []
        readable: dict[str, None] = {}
        size, windowed = 0, True
        for index, path in enumerate(files):
            task.progress(index / len(files), tr("Looking through the files"))
            original = _read(path)
            layouts.append(original.layout)
            uids += [original.uid(SOP_INSTANCE), original.uid(SERIES_INSTANCE)]
            readable.update(dict.fromkeys(readable_identifiers(original.data_set)))
            windowed = windowed and has_window(original.data_set)
            size += len(original.data) * (1 if original.mode is Mode.PATCH else 2) + _BLOCK_BYTES
        if len(set(uids[::2])) != len(files):
            raise UnsupportedInputError(tr("two files of the series have the same SOP Instance UID, or none"))
        return _DicomSurvey(
            tuple(files),
            tuple(layouts),
            tuple(f"IM{number:06d}.dcm" for number in range(1, len(files) + 1)),
            size,
            (*readable, tr("everything outside the region, the face included unless the region covers it")),
            tuple(dict.fromkeys(uid for uid in uids if uid)),
            windowed,
        )

    def begin(
        self,
        survey: Survey,
        masks: Sequence[NDArray[np.bool_]],
        protected_set: KeyedSet,  # noqa: ARG002 (its lengths do not matter here)
        random_bytes: RandomBytes,
    ) -> ProtectionJob:
        if not isinstance(survey, _DicomSurvey):
            raise TypeError("the survey is of another format")
        # The project key is not kept: nobody can link old and new UIDs later, except who restores.
        project_key, job_id = random_bytes(32), random_bytes(16)
        uids = {uid: new_uid(project_key, job_id, uid) for uid in survey.uids}
        window = None if survey.windowed else _background_window(survey, masks)
        return _DicomJob(survey.files, VisibleChanges(uids, window))


@dataclass(frozen=True, eq=False)
class _DicomJob:
    files: tuple[Path, ...]
    changes: VisibleChanges

    def source(self, index: int) -> Source:
        return _read(self.files[index]).source(self.changes)


def _read(path: Path) -> DicomOriginal:
    try:
        original = _original(read_original(path))
        _ = original.words  # cut off pixel data are noticed here
    except InputError as error:
        raise type(error)(error.detail, path=path) from error
    return original


def _original(data: bytes) -> DicomOriginal:
    if not is_dicom(data):
        return _through_pydicom(data, _IMPLICIT)
    meta, _ = parse_meta(data)
    syntax = meta[_TRANSFER_SYNTAX].text if _TRANSFER_SYNTAX in meta else _IMPLICIT
    if syntax not in _NATIVE:
        raise UnsupportedInputError(tr("compressed images are not supported yet"))
    if syntax == EXPLICIT_LITTLE_ENDIAN:
        try:
            data_set = parse_file(data).data_set
        except UnreadableFileError:
            return _through_pydicom(data, syntax)  # such as a sequence without a length, of unknown meaning
        return DicomOriginal(data, data_set, data_set[PIXEL_DATA].value_start if PIXEL_DATA in data_set else None)
    return _through_pydicom(data, syntax)


def _through_pydicom(data: bytes, syntax: str) -> DicomOriginal:
    """The original by way of pydicom, which infers value representations and undoes what is big-endian or deflated."""
    if is_deflated(data):
        refuse_bomb(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd values are kept as they are
            data_set = pydicom.dcmread(io.BytesIO(data), force=True)
            if Tag(PIXEL_DATA) not in data_set:
                raise UnreadableFileError(tr("the file holds no pixels"))
            start = getattr(data_set.get_item(PIXEL_DATA), "value_tell", None)
            explicit = _explicit(data_set)
    except InputError:
        raise
    except Exception as error:  # pydicom raises nearly anything on damaged files
        raise UnreadableFileError(tr("the file cannot be read as DICOM ({name})", name=type(error).__name__)) from error
    native = syntax in (EXPLICIT_LITTLE_ENDIAN, _IMPLICIT)
    elements = parse_data_set(explicit)
    return DicomOriginal(data, elements, start if native else None, swapped=syntax == _BIG_ENDIAN)


def _explicit(data_set: pydicom.Dataset) -> bytes:
    """The data set without file meta, in Explicit VR Little Endian."""
    plain = pydicom.Dataset()
    plain.update({tag: data_set[tag] for tag in list(data_set.keys()) if tag.group != 2})
    stream = pydicom.filebase.DicomBytesIO()
    stream.is_little_endian, stream.is_implicit_VR = True, False
    with pydicom.config.disable_value_validation():
        corrected = pydicom.filewriter.correct_ambiguous_vr(plain, True)
        pydicom.filewriter.write_dataset(stream, corrected)
    return stream.getvalue()


def _background_window(survey: Survey, masks: Sequence[NDArray[np.bool_]]) -> Window:
    """A window for all slices, from what lies outside the region in some of them."""
    last = len(survey.files) - 1
    chosen = sorted({round(i * last / (_WINDOW_FILES - 1)) for i in range(_WINDOW_FILES)})
    values, outside = [], []
    for index in chosen:
        original = _read(survey.files[index])
        if original.layout != survey.layouts[index]:
            raise UnreadableFileError(tr("the original changed while it was being protected"), path=survey.files[index])
        kind = "i" if original.layout.signed else "u"
        stored = original.words.view(f"{kind}{original.layout.bits_allocated // 8}")
        values.append(stored.astype(np.int32))
        outside.append(masks[index])
    low, high = background_range(np.concatenate(values), np.concatenate(outside))
    slope, intercept = _rescale(_read(survey.files[0]))
    ends = sorted((low * slope + intercept, high * slope + intercept))
    return Window(level=(ends[0] + ends[1]) / 2, width=max(ends[1] - ends[0], 1.0))


def _rescale(original: DicomOriginal) -> tuple[float, float]:
    try:
        return float(original.data_set[_SLOPE].text), float(original.data_set[_INTERCEPT].text)
    except (KeyError, ValueError):
        return 1.0, 0.0
