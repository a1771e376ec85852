"""The composed picture of an oblique plane, made anew only when something in it has changed."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from medcrypt_gui.core.imaging.compose import PlaneLayer, compose_view
from medcrypt_gui.core.imaging.reslice import Raster, reslice, reslice_labels, slab_samples
from medcrypt_gui.core.imaging.view_frame import ViewFrame
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.ui.viewer.view_state import ViewState

_LEAST_COARSE = 1.5  # view pixels to one that is computed, while it turns
_POINTS_TURNING, _POINTS_STILL = (
    600_000,
    12_000_000,
)  # that are computed for one picture, a slab's through its thickness


class ObliquePicture:
    """Keeps the last picture."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] | None = None
        self._pixels = np.zeros((1, 1, 4), np.uint8)
        self._image = QImage()

    def of(self, state: ViewState, raster: Raster, turning: bool, ratio: float) -> QImage:
        """The plane at every pixel of ``raster``; while it is ``turning``, coarser, so that it follows."""
        volume, editor = state.volume, state.editor if state.mask_visible else None
        assert volume is not None
        place = (*raster.middle_mm, *raster.right, *raster.down, raster.width, raster.height, raster.pixel_mm)
        look = (
            state.window,
            state.shown_inverted,
            state.opacity,
            state.outline,
            state.slab,
            state.loaded_revision,
            state.colour_map,
            state.look,
        )
        mask = (id(editor), editor.revision if editor is not None else 0, state.marks)
        key = (place, look, mask, id(volume), turning)
        if key != self._key:
            self._compose(state, volume, raster.coarser(_coarse(volume, state, raster, turning)), raster)
            self._image.setDevicePixelRatio(ratio)
            self._key = key
        return self._image

    def _compose(self, state: ViewState, volume: Volume, sampled: Raster, shown: Raster) -> None:
        scale = sampled.pixel_mm / shown.pixel_mm
        middle = ((sampled.width - 1) / 2, (sampled.height - 1) / 2)
        frame = ViewFrame(shown.width, shown.height, scale, middle, (1.0, 1.0))
        rgb = compose_view(
            reslice(volume.shown, volume.geometry, sampled, state.slab),
            volume.slope,
            volume.intercept,
            state.window,
            frame,
            inverted=state.shown_inverted,
            mask_plane=self._mask(state, volume, sampled),
            look=state.look,
            opacity=state.opacity,
            outline=state.outline,
            colour_map=state.colour_map,
            layers=[
                PlaneLayer(
                    reslice_labels(one.region.view(np.uint8), one.grid(volume.geometry), sampled),
                    one.colour,
                    one.hatched,
                )
                for one in state.marks
            ],
        )
        self._pixels = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGRA), np.uint8)
        height, width = self._pixels.shape[:2]
        self._image = QImage(self._pixels.data, width, height, width * 4, QImage.Format.Format_RGB32)

    def _mask(self, state: ViewState, volume: Volume, sampled: Raster) -> NDArray[np.uint8] | None:
        """A trial of another threshold is had by slices only, so the mask as it stands is shown meanwhile."""
        if state.editor is None or not state.mask_visible:
            return None
        return reslice_labels(state.editor.mask.labels, volume.geometry, sampled)


def _coarse(volume: Volume, state: ViewState, raster: Raster, turning: bool) -> float:
    """How many pixels of the view share a computed one, so that the window never stands still for long."""
    points = raster.width * raster.height * slab_samples(volume.geometry, state.slab)
    least, most_points = (_LEAST_COARSE, _POINTS_TURNING) if turning else (1.0, _POINTS_STILL)
    return max(least, math.sqrt(points / most_points))
