"""Masks of pictures as PNG: the labels' numbers as pixels, shown in their colours."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from medcrypt_gui.adapters.masks import kept_labels
from medcrypt_gui.adapters.masks.label_values import labels_of
from medcrypt_gui.core.errors import MaskMismatchError, UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.labels import LabelTable
from medcrypt_gui.core.mask.mask_file import MaskKind, MaskMaker, StoredMask
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext

PNG = MaskKind("png", mark("PNG picture"), (".png",))
_MAGIC = (b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b"BM")
_GREY = {"1", "L", "P", "I", "F", "I;16", "I;16B", "I;16L"}
_COMMENT = "Comment"
_DAMAGE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    MemoryError,
    Image.DecompressionBombError,
)


class PictureMask:
    """Labels on the pixels of a single image that does not say where it lies."""

    kinds = (PNG,)

    def recognises(self, path: Path) -> bool:
        """By the first bytes: PNG, TIFF and BMP; a JPEG would not keep the numbers."""
        with path.open("rb") as file:
            return file.read(8).startswith(_MAGIC)

    def read(self, path: Path, series: Series, _task: TaskContext) -> StoredMask:
        """A picture in grey or with a palette, of as many pixels as the image.

        Raises `MaskMismatchError`, `UnreadableFileError`, `UnsupportedInputError`.
        """
        pixels, comment = _pixels(path, series)
        names = kept_labels.read(comment)
        volume = Volume(pixels[None], series.geometry)
        labels, _numbers, told = labels_of(volume, frozenset(one.number for one in names), path)
        return StoredMask(labels, names, told)

    def refusal(self, _kind: MaskKind, series: Series) -> str:
        """It keeps neither slices nor places."""
        if series.geometry.shape[0] > 1:
            return tr("it holds one image only")
        return tr("it does not say where an image lies in the patient") if series.geometry.oriented else ""

    def encode(
        self, _kind: MaskKind, _name: str, mask: RoiMask, _series: Series, _maker: MaskMaker, _task: TaskContext
    ) -> bytes:
        """With a palette of the labels' colours; their names are in a comment."""
        picture = Image.fromarray(mask.labels[0]).convert("L")
        picture.putpalette(_palette(mask.table))
        comment = PngInfo()
        comment.add_itxt(_COMMENT, kept_labels.written(mask.table))
        file = io.BytesIO()
        picture.save(file, "PNG", pnginfo=comment)
        return file.getvalue()


def _palette(table: LabelTable) -> bytes:
    colours = bytearray(256 * 3)
    for label in table.naming(frozenset(range(256))):
        colours[3 * label.number : 3 * label.number + 3] = bytes(label.colour)
    return bytes(colours)


def _pixels(path: Path, series: Series) -> tuple[NDArray[np.generic], str]:
    """``(Y, X)`` numbers and the comment."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as picture:
                shape = (1, picture.height, picture.width)
                if shape != series.geometry.shape:
                    mask, image = (" x ".join(map(str, one[::-1])) for one in (shape, series.geometry.shape))
                    detail = tr("the mask is {mask} voxels, the image {image}", mask=mask, image=image)
                    raise MaskMismatchError(detail, path=path)
                if picture.mode not in _GREY:
                    raise UnsupportedInputError(tr("a mask has grey values or a palette, not colours"), path=path)
                picture.load()
                pixels = np.asarray(picture)
                return pixels.astype(np.uint8 if pixels.dtype == np.bool_ else pixels.dtype), str(
                    picture.info.get(_COMMENT, "")
                )
    except _DAMAGE as exc:
        raise UnreadableFileError(tr("the picture is damaged"), path=path) from exc
