"""Images of other programs read as masks: NRRD, MetaImage, MGH."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from medcrypt_gui.adapters.masks.label_values import labels_of
from medcrypt_gui.core.errors import MaskMismatchError, UnreadableFileError, UnsupportedInputError, speaking_of
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.masks_on_grid import bring_to_grid
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.labels import MOST_LABELS
from medcrypt_gui.core.mask.mask_file import MaskKind, MaskMaker, StoredLabel, StoredMask
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.ports import SeriesReader
from medcrypt_gui.core.task import TaskContext

_MOST_VOXELS = 1 << 31


class ImageMask:
    """Read only: NIfTI holds the same."""

    kinds: tuple[MaskKind, ...] = ()

    def __init__(self, readers: Sequence[SeriesReader]) -> None:
        self._readers = tuple(readers)

    def recognises(self, path: Path) -> bool:
        """By the readers of the formats."""
        return any(reader.recognises(path) for reader in self._readers)

    def read(self, path: Path, series: Series, task: TaskContext) -> StoredMask:
        """See `read_image_as_mask`."""
        reader = next(one for one in self._readers if one.recognises(path))
        return read_image_as_mask(path, reader, series, task)

    def refusal(self, _kind: MaskKind, _series: Series) -> str:
        """Never asked: there is no kind to write."""
        return tr("MedCrypt only reads it")

    def encode(
        self, _kind: MaskKind, _name: str, _mask: RoiMask, _series: Series, _maker: MaskMaker, _task: TaskContext
    ) -> bytes:
        """Never asked either."""
        raise UnsupportedInputError(tr("MedCrypt only reads it"))


def read_image_as_mask(
    path: Path, reader: SeriesReader, series: Series, task: TaskContext, names: tuple[StoredLabel, ...] = ()
) -> StoredMask:
    """The image at ``path``, of several volumes the first, as labels on the series' grid.

    Where neither says how it lies in the patient, equal shapes suffice. Raises `MaskMismatchError` when the grids do
    not overlap or do not say how they lie, `UnreadableFileError`, `UnsupportedInputError`, `Cancelled`.
    """
    stored = _only_image(path, reader)
    with speaking_of(path):
        _refuse_early(stored.geometry, series.geometry)
        volume = reader.load(stored, task.part(0.0, 0.7))
        labels, numbers_of, told = labels_of(volume, frozenset(one.number for one in names), path)
        brought = bring_to_grid(labels, stored.geometry, series.geometry, task.part(0.7, 1.0))
    if len(stored.phases) > 1:
        told += (tr("The file holds {count} volumes; the first was taken.", count=len(stored.phases)),)
    moved = ((value, label) for value, label in numbers_of.items() if value > MOST_LABELS)
    described = names or tuple(StoredLabel(label, tr("Label {number}", number=value)) for value, label in moved)
    return StoredMask(brought.labels, described, (*brought.notices, *told), brought.resampled)


def _only_image(path: Path, reader: SeriesReader) -> Series:
    found = reader.find((path,), TaskContext())
    if found.unreadable:
        raise found.unreadable[0].reason
    if not found.series:
        raise UnreadableFileError(tr("there is no image in it"), path=path)
    return found.series[0]


def _refuse_early(source: Geometry, target: Geometry) -> None:
    """What cannot fit, or is larger than any mask, is refused before it is inflated."""
    if source.shape == target.shape:
        return
    mask, image = (" x ".join(map(str, grid.shape[::-1])) for grid in (source, target))
    z, y, x = source.shape
    if not (source.oriented and target.oriented) or z * y * x > _MOST_VOXELS:
        raise MaskMismatchError(tr("the mask is {mask} voxels, the image {image}", mask=mask, image=image))
