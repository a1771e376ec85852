"""One slice as a small picture with the outlines of the mask and its number: what contact sheets are made of."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.compose import compose_view, graphics_layer
from medcrypt_gui.core.imaging.planes import PlaneView
from medcrypt_gui.core.imaging.view_frame import ViewFrame
from medcrypt_gui.ui.viewer.view_state import ViewState

_INK = (230, 230, 230)


def slice_tile(state: ViewState, view: PlaneView, n: int, side: int) -> NDArray[np.uint8]:
    """Slice ``n`` of ``view`` as ``(side, side, 3)`` RGB, in the grey levels and colours of the views."""
    volume, shown = state.volume, state.editor if state.mask_visible else None
    assert volume is not None
    tile: NDArray[np.uint8] = compose_view(
        view.slice_of(volume.shown, n),
        volume.slope,
        volume.intercept,
        state.window,
        ViewFrame.fit(view, side, side),
        inverted=state.shown_inverted,
        mask_plane=view.slice_of(shown.mask.labels, n) if shown is not None else None,
        look=state.look,
        outline=True,
        smooth=state.smooth,
        colour_map=state.colour_map,
        layers=[graphics_layer(view.slice_of(state.graphics, n))] if state.graphics is not None else (),
        padding=volume.padding,
    )
    cv2.putText(tile, str(n + 1), (6, side - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.45, _INK, 1, cv2.LINE_AA)
    return tile
