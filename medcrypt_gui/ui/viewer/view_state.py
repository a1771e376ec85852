"""What the three views show and how: shared by them, changed by the panel, free of Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.compose import Colour
from medcrypt_gui.core.imaging.measurements import Measurement
from medcrypt_gui.core.imaging.planes import PlaneView
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.slab import Slab
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.tools.base import Tool


class LeftDrag(Enum):
    """What dragging with the left button does while no tool is in hand; the value is what users read."""

    WINDOW = "Window/level"
    PAN = "Pan"
    ZOOM = "Zoom"
    CROSSHAIR = "Crosshair"
    DISTANCE = "Distance"
    ELLIPSE = "Ellipse"
    RECTANGLE = "Rectangle"


class MaskTrial(Protocol):
    """A mask of which single slices can be had quickly."""

    def plane(self, view: PlaneView, n: int) -> NDArray[np.uint8]: ...


@dataclass(frozen=True, eq=False)
class Mark:
    """A region ``(Z, Y, X)`` bool on the volume's grid, drawn over the mask; stripes where ``hatched``."""

    region: NDArray[np.bool_]
    colour: Colour
    hatched: bool = False


@dataclass
class ViewState:
    """The volume, the mask being edited, the tool in hand, and how all is shown.

    ``crosshair`` is an index ``(x, y, z)``; each view shows the slice that it lies in. ``opacity`` is 0 to 1.
    """

    volume: Volume | None = None
    series: Series | None = None
    editor: MaskEditor | None = None
    tool: Tool | None = None
    options: Any = None
    badges: tuple[str, ...] = ()
    crosshair: tuple[int, int, int] = (0, 0, 0)
    window: Window = field(default_factory=lambda: Window(0.5, 1.0))
    inverted: bool = False
    mask_visible: bool = True
    graphics_visible: bool = True
    """Whether the graphics that the file lays over its images are shown."""
    opacity: float = 0.4
    outline: bool = False
    names_hidden: bool = False
    crosshair_visible: bool = True
    neurological: bool = False
    left_drag: LeftDrag = LeftDrag.WINDOW
    tool_resting: bool = False
    """Space is held: view mode although a tool is in hand."""
    loaded_revision: int = 0
    """Grows whenever more slices have been read."""
    trial: MaskTrial | None = None
    """A mask that is only tried: shown in place of the editor's, which stays as it is."""
    slab: Slab | None = None
    """Several slices shown as one; masks and values stay those of the middle slice."""
    playing: float | None = None
    """Slices a second while the slices run by themselves."""
    measurements: tuple[Measurement, ...] = ()
    draft: Measurement | None = None
    """The measurement that is being drawn."""
    marks: tuple[Mark, ...] = ()
    """Further regions over the image, such as where the model was in doubt."""
    exact: tuple[float, float, float] | None = None
    """The fractional index of a linked place, of which ``crosshair`` is the nearest voxel; it may lie outside."""

    @property
    def editing(self) -> bool:
        """Whether the left button paints."""
        return self.tool is not None and self.editor is not None and not self.tool_resting

    @property
    def exact_crosshair(self) -> tuple[float, float, float]:
        """Where the crosshair is drawn."""
        x, y, z = self.crosshair
        return self.exact or (float(x), float(y), float(z))

    @property
    def graphics(self) -> NDArray[np.uint8] | None:
        """The file's graphics, where there are any and they are shown."""
        return self.volume.graphics if self.volume is not None and self.graphics_visible else None

    @property
    def shown_inverted(self) -> bool:
        """Whether low values are bright: the user's wish on top of MONOCHROME1."""
        return self.inverted != (self.volume is not None and self.volume.inverted)
