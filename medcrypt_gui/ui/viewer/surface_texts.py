"""What the surface view says: why it shows nothing, what is remarkable, what to beware of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.viewer.surface_controls import SkinLook

if TYPE_CHECKING:
    from medcrypt_gui.ui.viewer.surface_view import SurfaceView


def statement(view: SurfaceView) -> str:
    """Why nothing is drawn and what to do about it; empty while something is."""
    if view.layers:
        return ""
    builder = view.builder
    if view.state.volume is None:
        return tr("Nothing is open.")
    if builder.is_flat:
        return tr("This is a single image or a clip. A surface needs slices that lie side by side.")
    if builder.problem:
        return builder.problem
    if builder.waiting:
        return tr("The slices are still being read. The surface follows.")
    if builder.progress is not None or builder.updating:
        return tr("Building the surface…")
    if not builder.masks and builder.skin is None:
        return tr("No air around a body was found, so there is no skin, and nothing is marked. Mark a region first.")
    return _skin_hidden(view) or tr("Skin and mask are both hidden. S shows the mask, the button below the skin.")


def caption(view: SurfaceView) -> str:
    """A remark on what is drawn; empty when there is nothing to remark."""
    builder = view.builder
    if builder.updating:
        return tr("The mask was changed: building its surface…")
    if builder.progress is not None:
        return tr("Building the surface of the skin… {percent} %", percent=round(builder.progress * 100))
    if not builder.masks:
        return tr("No mask yet: the skin alone is shown.")
    return _skin_hidden(view)


def badges(view: SurfaceView) -> tuple[str, ...]:
    """Warnings about the picture."""
    shows_skin = any(layer.surface is view.builder.skin for layer in view.layers)
    return (*view.state.badges, *((tr("may show the face"),) if shows_skin else ()))


def _skin_hidden(view: SurfaceView) -> str:
    """That the skin goes with the names, where the user asked for both."""
    hidden = view.state.names_hidden and view.skin_look is not SkinLook.NONE and view.builder.skin is not None
    return tr("The skin can show who this is: it is hidden with the names.") if hidden else ""
