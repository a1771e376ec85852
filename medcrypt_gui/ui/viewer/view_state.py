"""What the three views show and how: shared by them, changed by the panel, free of Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.colour_maps import ColourMap
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.label_look import Colour, LabelLook
from medcrypt_gui.core.imaging.measurements import Measurement
from medcrypt_gui.core.imaging.oblique import ObliquePlane
from medcrypt_gui.core.imaging.planes import PlaneView
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.shear import shear_badge
from medcrypt_gui.core.imaging.slab import Slab
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.box import Box, box_shape
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.tools.base import Draft, Sketch, Tool

_PLAIN_LOOK = LabelLook()


class LeftDrag(Enum):
    """What dragging with the left button does while no tool is in hand; the value is what users read."""

    WINDOW = mark("Window/level")
    WINDOW_BOX = mark("Window from a box")
    PAN = mark("Pan")
    ZOOM = mark("Zoom")
    CROSSHAIR = mark("Crosshair")
    DISTANCE = mark("Distance")
    ANGLE = mark("Angle")
    ELLIPSE = mark("Ellipse")
    RECTANGLE = mark("Rectangle")


class MaskTrial(Protocol):
    """A mask of which single slices can be had quickly."""

    def plane(self, view: PlaneView, n: int) -> NDArray[np.uint8]: ...


@dataclass(frozen=True, eq=False)
class Mark:
    """A region bool, drawn over the mask; stripes where ``hatched``.

    It fills ``box`` of the volume's grid, or without one the whole grid ``(Z, Y, X)``.
    """

    region: NDArray[np.bool_]
    colour: Colour
    hatched: bool = False
    box: Box | None = None

    def plane(self, view: PlaneView, n: int) -> NDArray[np.bool_] | None:
        """What slice ``n`` of the view shows of it, as `PlaneView.slice_of` gives one; None where that is nothing."""
        if self.box is None:
            return view.slice_of(self.region, n)
        through, v, u = (2 - axis for axis in (view.through_axis, view.v_axis, view.u_axis))
        here = self.box[through]
        if not here.start <= n < here.stop:
            return None
        plane = np.zeros((view.height, view.width), np.bool_)
        plane[self.box[v], self.box[u]] = self.region.transpose(through, v, u)[n - here.start]
        return plane[:: view.v_sign, :: view.u_sign]

    def grid(self, geometry: Geometry) -> Geometry:
        """Where the region itself lies, on the grid of the volume."""
        if self.box is None:
            return geometry
        z, y, x = self.box
        affine = geometry.affine_lps.copy()
        affine[:3, 3] = geometry.to_mm((float(x.start), float(y.start), float(z.start)))
        return Geometry(box_shape(self.box), affine)


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
    tilted_as_stored: bool = False
    """Whether a sheared grid is shown as if its axes were perpendicular."""
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
    tool_drafts: tuple[Draft, ...] = ()
    """What the tool in hand shows before it changes the mask."""
    sketches: dict[str, Sketch] = field(default_factory=dict)
    """What was drawn with each tool that draws over several presses, by its id, for as long as the mask is this one."""
    selected: Measurement | None = None
    """The one of the measurements that was clicked."""
    smooth: bool = True
    """Whether voxels are interpolated or shown as they are."""
    colour_maps: dict[str, ColourMap] = field(default_factory=dict)
    """By modality, as long as the program runs."""
    oblique: ObliquePlane | None = None
    """The plane of the oblique view while that is shown: the other views draw where it cuts them."""
    marks: tuple[Mark, ...] = ()
    """Further regions over the image, such as where the model was in doubt."""
    exact: tuple[float, float, float] | None = None
    """The fractional index of a linked place, of which ``crosshair`` is the nearest voxel; it may lie outside."""

    @property
    def modality(self) -> str:
        return self.series.modality if self.series is not None else ""

    @property
    def colour_map(self) -> ColourMap:
        """What grey levels of this modality are shown in; colours are shown as they are."""
        coloured = self.volume is not None and self.volume.rgb is not None
        return ColourMap.GREY if coloured else self.colour_maps.get(self.modality, ColourMap.GREY)

    @property
    def editing(self) -> bool:
        """Whether the left button paints."""
        return self.tool is not None and self.editor is not None and not self.tool_resting

    @property
    def why_not_paint(self) -> str:
        """Why the tool in hand changes nothing now; empty while it does."""
        return self.editor.table.why_not_paint if self.editor is not None else ""

    @property
    def exact_crosshair(self) -> tuple[float, float, float]:
        """Where the crosshair is drawn."""
        x, y, z = self.crosshair
        return self.exact or (float(x), float(y), float(z))

    @property
    def layout_badges(self) -> tuple[str, ...]:
        """What must be said about how the planes are laid out."""
        tilt = shear_badge(self.volume.geometry, self.tilted_as_stored) if self.volume is not None else ""
        flipped = tr("neurological") if self.neurological else ""
        return tuple(badge for badge in (tilt, flipped) if badge)

    @property
    def calibrated(self) -> bool:
        """Whether the file says how large a pixel is."""
        return self.volume is not None and self.volume.geometry.calibrated

    @property
    def shows_crosshair(self) -> bool:
        """Not over a radiograph or a clip, of which no other view shows where it is: it would only cover something."""
        return self.crosshair_visible and not (self.series is not None and self.series.is_flat)

    @property
    def graphics(self) -> NDArray[np.uint8] | None:
        """The file's graphics, where there are any and they are shown."""
        return self.volume.graphics if self.volume is not None and self.graphics_visible else None

    @property
    def look(self) -> LabelLook:
        """How the labels of the mask look."""
        return self.editor.table.look if self.editor is not None else _PLAIN_LOOK

    @property
    def shown_inverted(self) -> bool:
        """Whether low values are bright: the user's wish on top of MONOCHROME1."""
        return self.inverted != (self.volume is not None and self.volume.inverted)
