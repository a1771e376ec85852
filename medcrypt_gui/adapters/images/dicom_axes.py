"""What may tell images at the same place apart: image type, b-value, echo, heartbeat, time (`core.imaging.phases`)."""

from __future__ import annotations

import math

from pydicom.dataset import Dataset

from medcrypt_gui.adapters.images.dicom_text import number, numbers, text

_NAMED = {
    "echo time": ("EchoTime", "EffectiveEchoTime"), "echo": ("EchoNumbers",),
    "inversion time": ("InversionTime",), "flip angle": ("FlipAngle",),
    "phase": ("TemporalPositionIdentifier", "TemporalPositionIndex"),
    "heartbeat": ("NominalPercentageOfCardiacPhase",),
    "trigger time": ("TriggerTime", "NominalCardiacTriggerDelayTime"),
    "time": ("FrameReferenceDateTime", "FrameAcquisitionDateTime", "AcquisitionDateTime", "AcquisitionTime"),
    "segment": ("ReferencedSegmentNumber",), "kernel": ("ConvolutionKernel",),
    "acquisition": ("AcquisitionNumber",), "stack": ("StackID",),
}  # fmt: skip
# Vendors kept the b-value to themselves before the standard had it: creator of the block, group and element.
_B_VALUES = (
    ("SIEMENS MR HEADER", 0x0019, 0x0C),
    ("GEMS_PARM_01", 0x0043, 0x39),
    ("Philips Imaging DD 001", 0x2001, 0x03),
)
_GE_OFFSET = 1_000_000_000  # which GE adds to some b-values
KEYWORDS = (*(key for keys in _NAMED.values() for key in keys), "DiffusionBValue", "DiffusionGradientOrientation")
PRIVATE_TAGS = tuple(
    tag for _, group, element in _B_VALUES for tag in (group << 16 | 0x10, group << 16 | 0x1000 | element)
)


def phases_of(dataset: Dataset) -> tuple[tuple[str, str], ...]:
    """Names of `core.imaging.phases` with the values of one image, as text; "" where the header is silent."""
    kind = " ".join(text(dataset, "FrameType" if "FrameType" in dataset else "ImageType").split()[2:])
    values = {name: next(filter(None, (text(dataset, key) for key in keys)), "") for name, keys in _NAMED.items()}
    return (
        ("image type", kind),
        ("b-value", _b_value(dataset)),
        ("direction", _direction(dataset)),
        *values.items(),
    )


def _b_value(dataset: Dataset) -> str:
    value = number(dataset, "DiffusionBValue")
    if value is not None:
        return f"{value:g}"
    for creator, group, element in _B_VALUES:
        named = dataset.get((group, 0x10))
        entry = dataset.get((group, 0x1000 | element)) if named is not None else None
        if entry is not None and _plain(named.value) == creator:
            found = _first_number(entry.value)
            return "" if found is None else f"{found % _GE_OFFSET:g}"
    return ""


def _plain(value: object) -> str:
    return (value.decode("latin-1") if isinstance(value, bytes) else str(value)).strip("\0 ")


def _first_number(value: object) -> float | None:
    """The first of the values of a private element, which implicit files give as bytes."""
    first = value if isinstance(value, (bytes, str)) or not hasattr(value, "__getitem__") else value[0]
    try:
        found = float(_plain(first).split("\\")[0])
    except ValueError:
        return None
    return found if math.isfinite(found) and found >= 0 else None


def _direction(dataset: Dataset) -> str:
    """The gradient's direction; in enhanced files it lies one sequence deeper than other functional groups."""
    nested = dataset.get("DiffusionGradientDirectionSequence")
    found = numbers(nested[0] if nested else dataset, "DiffusionGradientOrientation")
    return " ".join(f"{part:.3f}" for part in found)
