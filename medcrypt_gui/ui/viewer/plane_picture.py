"""The composed picture of a plane along the grid, made anew only when something in it has changed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from medcrypt_gui.core.imaging.compose import PlaneLayer, Rgb, compose_view, graphics_layer, lay_over
from medcrypt_gui.core.imaging.nearby_planes import NearbyPlanes
from medcrypt_gui.core.imaging.planes import Place, PlaneView, around_both
from medcrypt_gui.core.imaging.view_frame import OUTLINE_REACH, ViewFrame
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.labels import ROI
from medcrypt_gui.ui.viewer.view_state import ViewState


class PlanePicture:
    """Keeps the last picture. What it cannot see for itself it is told: `mask_changed`, `all_changed` and `forget`."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] | None = None
        self._mask_revision = 0
        self._touched: Place | None = None  # the only place where the mask changed since the picture was made
        self._bare_key: tuple[object, ...] | None = None
        self._bare = np.zeros((1, 1, 3), np.uint8)  # without the mask: kept while it is edited
        self._pixels = np.zeros((1, 1, 4), np.uint8)
        self._image = QImage()
        self._nearby, self._nearby_mask = NearbyPlanes(), NearbyPlanes()

    def forget(self) -> None:
        """Another volume is shown, or the view has another size."""
        self._key = self._bare_key = None

    def all_changed(self) -> None:
        """The mask, a trial or marks changed anywhere in the slice that is shown."""
        self._mask_revision += 1

    def mask_changed(self, place: Place) -> None:
        """The mask changed in this place of the slice that is shown, and nowhere else in it."""
        self._touched = place if self._touched is None else around_both(self._touched, place)

    def of(self, state: ViewState, view: PlaneView, n: int, frame: ViewFrame, ratio: float) -> QImage:
        """Slice ``n`` of ``view`` as ``frame`` shows it, with ``ratio`` device pixels to one of the widget."""
        volume, editor = state.volume, state.editor if state.mask_visible else None
        assert volume is not None
        look = (state.opacity, state.outline, state.look, state.graphics_visible)
        grey = (state.window, state.shown_inverted, state.smooth, state.colour_map)
        bare = (n, frame, grey, state.loaded_revision, state.slab)
        key = (bare, look, id(editor), self._mask_revision)
        touched, self._touched = self._touched, None
        if key != self._key or (touched is not None and not self._can_mend(state, frame, bare)):
            rgb = self._without_mask(state, volume, view, n, frame, bare)
            mask, layers = self._mask_plane(state, editor, view, n), _layers(state, view, n)
            lay_over(rgb, frame, mask, state.look, state.opacity, state.outline, layers)
            self._take(rgb)
            self._image.setDevicePixelRatio(ratio)
            self._key = key
        elif touched is not None:
            self._mend(state, self._mask_plane(state, editor, view, n), frame, touched)
        return self._image

    def _can_mend(self, state: ViewState, frame: ViewFrame, bare: tuple[object, ...]) -> bool:
        """Whether a part of the picture can be made that fits the rest to the pixel."""
        alone = state.graphics is None and not state.marks
        return bare == self._bare_key and alone and (frame.is_fine or not state.outline)

    def _mend(self, state: ViewState, mask: NDArray[np.uint8] | None, frame: ViewFrame, touched: Place) -> None:
        """Compose anew what the mask touched; what is drawn is larger than what is taken, so that no edge is seen."""
        drawn, taken = (frame.area_of(*touched, border) for border in (2 * OUTLINE_REACH, OUTLINE_REACH))
        if taken.is_empty:
            return
        rgb = self._bare[drawn.pixels].copy()
        lay_over(rgb, frame.cut(drawn), mask, state.look, state.opacity, state.outline)
        self._pixels[taken.pixels] = _painted(rgb)[taken.within(drawn).pixels]

    def _without_mask(
        self, state: ViewState, volume: Volume, view: PlaneView, n: int, frame: ViewFrame, key: tuple[object, ...]
    ) -> Rgb:
        """The slice alone, to be drawn upon. While the mask is edited a copy is kept: only the mask changes then."""
        if key == self._bare_key:
            return self._bare.copy()
        rgb = compose_view(
            self._plane(state, volume, view, n),
            volume.slope,
            volume.intercept,
            state.window,
            frame,
            inverted=state.shown_inverted,
            smooth=state.smooth,
            colour_map=state.colour_map,
            padding=volume.padding if state.slab is None else None,
        )
        self._bare_key = key if state.editing else None
        if state.editing:
            self._bare = rgb.copy()
        return rgb

    def _take(self, rgb: Rgb) -> None:
        self._pixels = _painted(rgb)
        height, width = self._pixels.shape[:2]
        self._image = QImage(self._pixels.data, width, height, width * 4, QImage.Format.Format_RGB32)

    def _plane(self, state: ViewState, volume: Volume, view: PlaneView, n: int) -> NDArray[np.generic]:
        if state.slab is not None:
            return state.slab.of(view, volume.shown, n)
        return self._nearby.plane(view, volume.shown, n, state.loaded_revision)

    def _mask_plane(
        self, state: ViewState, editor: MaskEditor | None, view: PlaneView, n: int
    ) -> NDArray[np.uint8] | None:
        if editor is None:
            return None
        if state.trial is not None:
            tried, kept = state.trial.plane(view, n), view.slice_of(editor.labels, n)
            return np.where((tried == 0) & (kept != ROI), kept, tried)
        return self._nearby_mask.plane(view, editor.mask.labels, n, editor.revision)


def _painted(rgb: Rgb) -> NDArray[np.uint8]:
    """Qt paints 32-bit pixels as they are; 24-bit ones it would convert at every paint, slower than OpenCV does."""
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGRA), np.uint8)


def _layers(state: ViewState, view: PlaneView, n: int) -> list[PlaneLayer]:
    """The file's graphics, and marks over them."""
    drawn = [] if state.graphics is None else [graphics_layer(view.slice_of(state.graphics, n))]
    planes = ((mark, mark.plane(view, n)) for mark in state.marks)
    return [*drawn, *(PlaneLayer(plane, mark.colour, mark.hatched) for mark, plane in planes if plane is not None)]
