"""What a DICOM data set says, as text and numbers; a damaged value counts as absent."""

from __future__ import annotations

import math
import struct
import zlib
from functools import lru_cache
from typing import Any

from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag, Tag

from medcrypt_gui.core.imaging.series import PatientText
from medcrypt_gui.core.language import mark, tr

# What pydicom and the codecs raise on damaged input, as found with its own test files and by cutting and flipping
# bytes.
PARSER_ERRORS = (
    ValueError, KeyError, TypeError, AttributeError, IndexError, EOFError, NotImplementedError, ArithmeticError,
    RecursionError, MemoryError, RuntimeError, struct.error, zlib.error, InvalidDicomError,
    BytesLengthException,
)  # fmt: skip


def patient_text(dataset: Dataset) -> PatientText:
    """Who and when, for the corners."""
    return PatientText(
        name=_person(dataset),
        patient_id=text(dataset, "PatientID"),
        birth_date=_date(text(dataset, "PatientBirthDate")),
        sex=text(dataset, "PatientSex"),
        study_date=_date(text(dataset, "StudyDate")),
        institution=text(dataset, "InstitutionName"),
    )


def details(dataset: Dataset) -> tuple[str, ...]:
    """Short lines on how the image was made."""
    entries = (
        (mark("TR {value} ms"), "RepetitionTime"), (mark("TE {value} ms"), "EchoTime"),
        (mark("TI {value} ms"), "InversionTime"), (mark("{value} kVp"), "KVP"),
        (mark("Thickness {value} mm"), "SliceThickness"),
    )  # fmt: skip
    found = ((form, number(dataset, key)) for form, key in entries)
    lines = [tr(form, value=f"{value:g}") for form, value in found if value is not None]
    kernel = text(dataset, "ConvolutionKernel")
    return tuple([*lines, tr("Kernel {name}", name=kernel)] if kernel else lines)


def frame_ms(dataset: Dataset) -> float | None:
    """Milliseconds from one image of a clip to the next; None where the file does not say."""
    rates = (number(dataset, "RecommendedDisplayFrameRate"), number(dataset, "CineRate"))
    steps = (number(dataset, "FrameTime"), *(1000 / rate for rate in rates if rate))
    return next((step for step in steps if step is not None and step > 0), None)


def unit(dataset: Dataset) -> str:
    """The unit of rescaled values; "" when the file names none."""
    named = text(dataset, "RescaleType") or text(dataset, "Units")
    if not named and text(dataset, "Modality") == "CT" and "RescaleIntercept" in dataset:
        return "HU"
    if not named and text(dataset, "DoseUnits") == "GY":
        return "Gy"
    return "" if named == "US" else named


def text(dataset: Dataset, keyword: str) -> str:
    """A value as text, several joined; "" when absent."""
    value = _value(dataset, keyword)
    if value is None:
        return ""
    parts = value if isinstance(value, (list, MultiValue)) else [value]
    return _as_meant(dataset, " ".join(str(part).strip("\0 ") for part in parts).strip())


def number(dataset: Dataset, keyword: str) -> float | None:
    """The first value as a finite number, or None."""
    found = numbers(dataset, keyword)
    return found[0] if found else None


def numbers(dataset: Dataset, keyword: str) -> tuple[float, ...]:
    """All values as numbers; empty when absent or when one is not a finite number."""
    value = _value(dataset, keyword)
    if value is None or isinstance(value, str):
        return ()
    try:
        found = tuple(float(part) for part in (value if hasattr(value, "__iter__") else [value]))
    except (TypeError, ValueError):
        return ()
    return found if all(map(math.isfinite, found)) else ()


def _value(dataset: Dataset, keyword: str) -> Any:
    """A value as pydicom converts it; None when absent or damaged."""
    tag = _tag(keyword)
    if tag not in dataset:
        return None
    try:
        return dataset[tag].value
    except PARSER_ERRORS:
        return None


@lru_cache(maxsize=1024)
def _tag(keyword: str) -> BaseTag:
    """Looked up once: the same few are asked of thousands of files."""
    number = tag_for_keyword(keyword)
    assert number is not None, keyword
    return Tag(number)


def _person(dataset: Dataset) -> str:
    """ "Family, Given", and the same in ideographs behind it; what cannot be decoded is shown as it is stored."""
    name = _value(dataset, "PatientName")
    if name is None:
        return ""
    spellings = list(getattr(name, "components", ())) or [str(name)]
    written = [_family_and_given(_as_meant(dataset, spelling)) for spelling in spellings[:2]]
    latin, ideographs = written[0], written[1] if len(written) > 1 else ""
    return f"{latin} ({ideographs})" if latin and ideographs else latin or ideographs


def _family_and_given(spelling: str) -> str:
    return ", ".join(part.strip("\0 ") for part in spelling.split("^")[:2] if part.strip("\0 "))


def _as_meant(dataset: Dataset, value: str) -> str:
    """Text of a file that names no character set is often UTF-8, and shows it by being valid; else it is Latin-1."""
    if value.isascii() or _value(dataset, "SpecificCharacterSet"):
        return value
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _date(value: str) -> str:
    return f"{value[:4]}-{value[4:6]}-{value[6:]}" if len(value) == 8 and value.isdigit() else value
