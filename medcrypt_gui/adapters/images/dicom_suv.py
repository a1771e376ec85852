"""Activity concentrations of a PET image as standardised uptake values by body weight.

After the vendor-neutral pseudo-code of the QIBA FDG-PET committee ("Standardized Uptake Value (SUV)", RSNA QIBA wiki,
D. Clunie and others, 2012 to 2016): SUVbw in g/ml is the concentration, times the weight in g, over the dose injected,
decayed to the time that the image was corrected to. Philips scanners that store counts give the factor themselves.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydicom.dataset import Dataset

from medcrypt_gui.adapters.images.dicom_text import PARSER_ERRORS, number, text

_PRIVATE_BLOCKS = range(0x10, 0x20)
_GE, _GE_GROUP, _GE_SCAN_TIME = "GEMS_PETD_01", 0x0009, 0x0D
_PHILIPS, _PHILIPS_GROUP, _SUV_FACTOR, _ACTIVITY_FACTOR = "Philips PET Private Group", 0x7053, 0x00, 0x09
_LONGEST_WAIT = timedelta(days=1)
_TIME = re.compile(r"(\d{2})(\d{2})?(\d{2})?(\.\d{1,6})?")

PRIVATE_TAGS = tuple(
    group << 16 | element
    for group, elements in ((_GE_GROUP, (_GE_SCAN_TIME,)), (_PHILIPS_GROUP, (_SUV_FACTOR, _ACTIVITY_FACTOR)))
    for block in _PRIVATE_BLOCKS
    for element in (block, *(block << 8 | part for part in elements))
)


@dataclass(frozen=True)
class Uptake:
    """``factor`` makes SUV of the rescaled values; None where it cannot be known, and then ``missing`` says why.

    ``missing`` names DICOM attributes by their keywords, or is a few words.
    """

    factor: float | None
    missing: tuple[str, ...] = ()


def uptake_of(dataset: Dataset) -> Uptake | None:
    """How the values of a PET image become SUV; None for other images and for units that are no activity."""
    try:
        return _uptake_of(dataset)
    except (ArithmeticError, ValueError):  # times and doses that no injection has
        return Uptake(None, ("RadiopharmaceuticalInformationSequence",))


def _uptake_of(dataset: Dataset) -> Uptake | None:
    if text(dataset, "Modality") != "PT":
        return None
    units = text(dataset, "Units")
    if units == "GML":
        kind = text(dataset, "SUVType")
        return Uptake(1.0) if kind in ("", "BW") else None
    if units == "CNTS":
        return _of_counts(dataset)
    return _of_activity(dataset, 1.0) if units == "BQML" else None


def _of_counts(dataset: Dataset) -> Uptake | None:
    """Philips: a factor to SUV, or one to Bq/ml, of the rescaled values."""
    factor = _private_number(dataset, _SUV_FACTOR)
    if factor:
        return Uptake(factor)
    to_activity = _private_number(dataset, _ACTIVITY_FACTOR)
    return _of_activity(dataset, to_activity) if to_activity else None


def _of_activity(dataset: Dataset, to_activity: float) -> Uptake:
    drug = next(iter(dataset.get("RadiopharmaceuticalInformationSequence") or []), Dataset())
    weight, dose = number(dataset, "PatientWeight"), number(drug, "RadionuclideTotalDose")
    half_life = number(drug, "RadionuclideHalfLife")
    named = {"PatientWeight": weight, "RadionuclideTotalDose": dose, "RadionuclideHalfLife": half_life}
    missing = [name for name, value in named.items() if value is None or value <= 0]
    missing += [f"CorrectedImage {kind}" for kind in ("ATTN", "DECY") if kind not in _corrections(dataset)]
    corrected_to = text(dataset, "DecayCorrection")
    if corrected_to not in ("START", "ADMIN"):
        missing.append("DecayCorrection")
    if missing or weight is None or dose is None or half_life is None:
        return Uptake(None, tuple(missing))
    if corrected_to == "START":
        waited = _waited(dataset, drug, half_life)
        if isinstance(waited, str):
            return Uptake(None, (waited,))
        dose *= 2.0 ** (-waited.total_seconds() / half_life)
    return Uptake(to_activity * weight * 1000.0 / dose)


def _corrections(dataset: Dataset) -> list[str]:
    return text(dataset, "CorrectedImage").split()


def _waited(dataset: Dataset, drug: Dataset, half_life: float) -> timedelta | str:
    """From the injection to the time that the image was corrected to; a text where that cannot be known."""
    scan = _scan_time(dataset, half_life)
    if scan is None:
        return "SeriesTime, AcquisitionTime"
    start = _moment(text(drug, "RadiopharmaceuticalStartDateTime"))
    if start is None:
        time = text(drug, "RadiopharmaceuticalStartTime")
        start = _moment(f"{scan:%Y%m%d}{time}") if time else None
        if start is None:
            return "RadiopharmaceuticalStartTime"
        # The day is not given: an injection after the scan was before midnight.
        start -= timedelta(days=1) if start > scan else timedelta()
    waited = scan - start
    return waited if timedelta() <= waited < _LONGEST_WAIT else "RadiopharmaceuticalStartDateTime"


def _scan_time(dataset: Dataset, half_life: float) -> datetime | None:
    """When the acquisition of the series began.

    SeriesTime is that, unless it is after the acquisition: then the series was made later from another one, and GE's
    own element, or the time from the beginning to this image, tells.
    """
    series = _moment(text(dataset, "SeriesDate") + text(dataset, "SeriesTime"))
    acquired = _moment(text(dataset, "AcquisitionDate") + text(dataset, "AcquisitionTime"))
    if series is not None and (acquired is None or series <= acquired):
        return series
    said_by_ge = _moment(_private_text(dataset, _GE_GROUP, _GE, _GE_SCAN_TIME))
    if said_by_ge is not None:
        return said_by_ge
    reference, duration = number(dataset, "FrameReferenceTime"), number(dataset, "ActualFrameDuration")
    if acquired is None or reference is None or duration is None or reference < 0 or duration <= 0:
        return None
    decayed = math.log(2.0) / half_life * duration / 1000.0
    # When within the frame the count rate was at its average.
    average_s = half_life / math.log(2.0) * math.log(decayed / -math.expm1(-decayed))
    return acquired - timedelta(milliseconds=reference) + timedelta(seconds=average_s)


def _moment(value: str) -> datetime | None:
    """A DT, or a date followed by a time, without regard to time zones; None when it is none."""
    day, time = value[:8], _TIME.match(value[8:])
    if len(day) != 8 or not day.isdigit() or time is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in time.groups()[:3])
    try:
        start = datetime(int(day[:4]), int(day[4:6]), int(day[6:]), hours, minutes)
    except ValueError:
        return None
    return start + timedelta(seconds=seconds + float(time.group(4) or 0))


def _private_number(dataset: Dataset, element: int) -> float | None:
    said = _private_text(dataset, _PHILIPS_GROUP, _PHILIPS, element)
    try:
        value = float(said.split("\\")[0])
    except ValueError:
        return None
    return value if math.isfinite(value) and value > 0 else None


def _private_text(dataset: Dataset, group: int, creator: str, element: int) -> str:
    """The value of a private element as text, whatever type it was written with; "" when absent."""
    try:
        for block in _PRIVATE_BLOCKS:
            named, entry = dataset.get(group << 16 | block), dataset.get(group << 16 | block << 8 | element)
            if named is not None and entry is not None and _as_text(named.value) == creator:
                return _as_text(entry.value)
    except PARSER_ERRORS:
        return ""
    return ""


def _as_text(value: object) -> str:
    return (value.decode("latin-1") if isinstance(value, bytes) else str(value)).strip("\0 ")
