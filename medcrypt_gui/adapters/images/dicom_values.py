"""What the values of one series are: their unit, their scale, the windows that go with them, and what is to be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydicom.dataset import Dataset

from medcrypt_gui.adapters.images import dicom_luts, dicom_text
from medcrypt_gui.adapters.images.dicom_suv import Uptake
from medcrypt_gui.core.imaging.file_window import Curve, FileWindow
from medcrypt_gui.core.imaging.series import Instance
from medcrypt_gui.core.imaging.volume import Window
from medcrypt_gui.core.imaging.windowing import SUV
from medcrypt_gui.core.language import tr

_OF_ONE_BIT = FileWindow(0.5, 1.0)


@dataclass(frozen=True)
class Values:
    """``instances`` with the scale that makes values of ``unit``; ``notes`` are whole sentences for users."""

    instances: tuple[Instance, ...]
    unit: str
    windows: tuple[Window, ...]
    notes: tuple[str, ...]


def values_of(
    instances: tuple[Instance, ...], uptakes: Sequence[Uptake | None], dataset: Dataset, little_endian: bool
) -> Values:
    """``uptakes`` are those of the instances, in their order; ``dataset`` speaks for all of them."""
    tables = any(instance.table is not None for instance in instances)
    unit = dicom_luts.modality_table_unit(dataset) if tables else dicom_text.unit(dataset)
    windows = dicom_luts.file_windows(dataset, little_endian)
    if instances[0].pixels.bits_allocated == 1:
        windows = (_OF_ONE_BIT,)
    notes = [] if tables or not dicom_luts.items_of(dataset, "ModalityLUTSequence") else [_damaged_table()]
    factors = [uptake.factor for uptake in uptakes if uptake is not None and uptake.factor is not None]
    if factors and len(factors) == len(instances):
        scaled = [_scaled(one, factor) for one, factor in zip(instances, factors, strict=True)]
        middle = factors[len(factors) // 2]
        in_suv = (FileWindow(one.level * middle, one.width * middle, Curve.EXACT, one.name) for one in windows)
        return Values(tuple(scaled), SUV, tuple(in_suv), tuple(notes))
    missing = sorted({name for uptake in uptakes if uptake is not None for name in uptake.missing})
    if missing:
        notes.append(_not_in_suv(unit, missing))
    if dicom_text.text(dataset, "Modality") == "SEG":
        notes.append(tr("This is a segmentation, shown as an image. To use it as a mask, load it in step Find ROI."))
    return Values(instances, unit, windows, tuple(notes))


def _scaled(instance: Instance, factor: float) -> Instance:
    return replace(instance, slope=instance.slope * factor, intercept=instance.intercept * factor)


def _damaged_table() -> str:
    return tr("The file scales its values by a table that cannot be read; the values are shown as they are stored.")


def _not_in_suv(unit: str, missing: list[str]) -> str:
    return tr(
        "The values stay in {unit}, since the file does not say what SUV needs: {missing}.",
        unit=unit,
        missing=", ".join(missing),
    )
