"""Text burned into the pixels, found by the detector that comes inside the PyPI package ``rapidocr`` (extra ``ocr``).

Only that package's file of weights is used; its code is never imported, so that nothing can be downloaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.machinery import PathFinder
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.adapters.inference.onnx_session import OnnxSession
from medcrypt_gui.core.errors import TextReaderMissingError, UnsupportedInputError
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr, trn
from medcrypt_gui.core.mask.labels import ROI
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.domain import UNKNOWN_MODALITIES
from medcrypt_gui.core.segmentation.model_card import ModelCard
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.segmentation.text_boxes import (
    TextBox,
    boxes_in,
    is_plausible,
    network_input,
    paint,
    tiles_of,
)
from medcrypt_gui.core.segmentation.text_frames import (
    EVERY_FRAME_UP_TO,
    first_frames,
    frames_that_inherit,
    pictures_of,
    survey,
    unlike_frames,
    usual_window,
)
from medcrypt_gui.core.segmentation.text_lines import grown_along_line
from medcrypt_gui.core.task import TaskContext

_PACKAGE = "rapidocr"
_WEIGHTS = Path("models", "PP-OCRv6_det_small.onnx")
_SHA256 = "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f"  # as its MODEL_LICENSES.md lists it
_SMALLEST_SIDE = 8  # pixels: in fewer there is no room for a letter


def find_weights(search: Sequence[str] | None = None) -> Path:
    """The detector inside the installed package; ``search`` replaces ``sys.path``.

    Raises `TextReaderMissingError` where the package is not installed, or has not this detector.
    """
    spec = PathFinder.find_spec(_PACKAGE, search)
    for folder in (spec.submodule_search_locations if spec is not None else None) or ():
        if (weights := Path(folder, _WEIGHTS)).is_file():
            return weights
    raise TextReaderMissingError(tr("the text detector (package rapidocr 3.10) is not there"))


class TextBoxSegmenter:
    """The port `Segmenter` for text. Safe to use from several threads; the same image always gives the same mask.

    ``margin`` is what a box is grown by on all sides, as a part of its height.
    """

    margin = 0.15

    def __init__(self, card: ModelCard, search: Sequence[str] | None = None) -> None:
        self.card = card
        self._search = search
        self._session: OnnxSession | None = None

    def load(self) -> None:
        """Read the detector, once. Raises `TextReaderMissingError` where it is not installed."""
        self._loaded().load()

    def propose(self, volume: Volume, modality: str, task: TaskContext) -> Proposal:
        """Boxes around all text, on the volume's own grid; empty when nothing was found.

        Raises `UnsupportedInputError`, `ModelUnavailableError` and, within half a second of the wish, `Cancelled`.
        """
        if modality not in UNKNOWN_MODALITIES and modality not in self.card.modality:
            raise UnsupportedInputError(
                tr("{title} does not work on {modality} images", title=tr(self.card.title), modality=modality)
            )
        count, height, width = volume.geometry.shape
        if min(height, width) < _SMALLEST_SIDE:
            raise UnsupportedInputError(
                tr("an image of {width} x {height} pixels has no room for text", width=width, height=height)
            )
        task.progress(0.0, tr("Loading the text detector"))
        self.load()
        return self._in_all_frames(volume, task) if count <= EVERY_FRAME_UP_TO else self._in_stack(volume, task)

    def find(self, picture: NDArray[np.uint8], task: TaskContext) -> list[TextBox]:
        """The lines of text in one picture, ``(Y, X)`` grey or ``(Y, X, 3)`` RGB, of any size."""
        session = self._loaded()
        shape = (picture.shape[0], picture.shape[1])
        boxes: list[TextBox] = []
        for tile in tiles_of(shape):
            task.checkpoint()
            part = picture[tile.top : tile.top + tile.height, tile.left : tile.left + tile.width]
            if part.max() > part.min():
                boxes += boxes_in(session.run(network_input(picture, tile), task)[0, 0], tile)
        grey = picture if picture.ndim == 2 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
        return [grown_along_line(box, grey) for box in boxes if is_plausible(box, shape)]

    def region(self, picture: NDArray[np.uint8], task: TaskContext) -> NDArray[np.bool_]:
        """``(Y, X)`` bool: the boxes in a picture, with their margin."""
        return paint(self.find(picture, task), (picture.shape[0], picture.shape[1]), self.margin)

    def _in_all_frames(self, volume: Volume, task: TaskContext) -> Proposal:
        regions = self._look_at(volume, range(len(volume.stored)), task)
        labels = np.zeros(volume.geometry.shape, np.uint8)
        for z, region in regions.items():
            labels[z][region] = ROI
        task.progress(1.0, tr("Text marked"))
        return Proposal(RoiMask(labels, volume.geometry))

    def _in_stack(self, volume: Volume, task: TaskContext) -> Proposal:
        task.progress(0.02, tr("Comparing the frames"))
        window = usual_window(volume)
        glance = survey(volume, window, task)
        first = first_frames(len(volume.stored))
        more, left_over = unlike_frames(glance.halves, first, task)
        seen = sorted([*first, *more])
        everywhere = self.region(glance.mean, task)
        regions = self._look_at(volume, seen, task.part(0.1, 1.0))
        labels = np.zeros(volume.geometry.shape, np.uint8)
        for z, sources in enumerate(frames_that_inherit(seen, len(volume.stored))):
            labels[z][everywhere] = ROI
            for source in seen if z in left_over else sources:
                labels[z][regions[source]] = ROI
        task.progress(1.0, tr("Text marked"))
        doubts = _unseen(len(seen), len(volume.stored)) + _too_many(left_over)
        return Proposal(RoiMask(labels, volume.geometry), doubts=doubts)

    def _look_at(self, volume: Volume, frames: Sequence[int], task: TaskContext) -> dict[int, NDArray[np.bool_]]:
        """The region of text in each of the frames."""
        window = usual_window(volume)
        regions = {}
        for done, z in enumerate(frames):
            task.progress(
                done / len(frames),
                tr("Looking for text in image {number} of {count}", number=done + 1, count=len(frames)),
            )
            regions[z] = np.zeros(volume.geometry.shape[1:], bool)
            for picture in pictures_of(volume, z, window):
                regions[z] |= self.region(picture, task)
        return regions

    def _loaded(self) -> OnnxSession:
        if self._session is None:
            self._session = OnnxSession(find_weights(self._search), _SHA256)
        return self._session


def _unseen(seen: int, count: int) -> tuple[str, ...]:
    if seen == count:
        return ()
    return (
        tr(
            "Text was looked for in {seen} of {count} images and in their mean; the others show nothing new where the "
            "picture is at rest. Text that appears for a moment inside a moving picture may be missed.",
            seen=seen,
            count=count,
        ),
    )


def _too_many(left_over: Sequence[int]) -> tuple[str, ...]:
    if not left_over:
        return ()
    return (
        trn(
            "{count} images, the first of them image {first}, show something new but were too many to "
            "look at; the boxes of all other images were put there. Look at them yourself.",
            "{count} images, the first of them image {first}, show something new but were too many to "
            "look at; the boxes of all other images were put there. Look at them yourself.",
            len(left_over),
            first=left_over[0] + 1,
        ),
    )
