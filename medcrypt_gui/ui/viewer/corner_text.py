"""The words in the corners of a view and under the cursor. No Qt, so that they can be read in tests."""

from __future__ import annotations

from dataclasses import dataclass

from medcrypt_gui.core.imaging.file_window import Curve, FileWindow
from medcrypt_gui.core.imaging.lookup_table import LookupTable
from medcrypt_gui.core.imaging.planes import PlaneView
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.viewer.view_state import ViewState

Lines = tuple[str, ...]


@dataclass(frozen=True)
class Corners:
    """Lines of text by corner, top to bottom."""

    top_left: Lines = ()
    top_right: Lines = ()
    bottom_left: Lines = ()
    bottom_right: Lines = ()


def corners(state: ViewState, view: PlaneView, zoom: float, under_cursor: Lines, skipped: int) -> Corners:
    """All four corners of one view; ``zoom`` is 1 when the plane fits, ``skipped`` counts slices not painted."""
    return Corners(
        top_left=_patient_lines(state.series, state.names_hidden),
        top_right=_series_lines(state.series, state.names_hidden),
        bottom_left=_display_lines(state, view, zoom),
        bottom_right=(*under_cursor, *_active_label_lines(state), _slice_line(state, view, skipped)),
    )


def cursor_lines(state: ViewState, index: tuple[int, int, int]) -> Lines:
    """Value, place and label of a voxel; empty outside the volume."""
    volume = state.volume
    if volume is None or not is_inside(volume, index):
        return ()
    x, y, z = index
    label = state.editor.table.name_of(int(state.editor.labels[z, y, x])) if state.editor is not None else ""
    value = _value_text(volume, index)
    return tuple(line for line in (value, position_text(volume, index), label) if line)


def _value_text(volume: Volume, index: tuple[int, int, int]) -> str:
    x, y, z = index
    if volume.rgb is not None:
        red, green, blue = volume.rgb[z, y, x]
        return f"R {red}  G {green}  B {blue}"
    return f"{volume.value_at(x, y, z):.6g} {volume.unit}".rstrip()


def position_text(volume: Volume, index: tuple[int, int, int]) -> str:
    """The place in the patient, such as ``L 12.3  P 40.0  S 7.5 mm``; plain x y z where orientation is unknown.

    In pixels where their size is unknown, too.
    """
    geometry = volume.geometry
    mm = volume.geometry.to_mm((float(index[0]), float(index[1]), float(index[2])))
    if not geometry.oriented:
        axes = "xyz" if geometry.shape[0] > 1 else "xy"
        decimals, unit = (1, "mm") if geometry.calibrated else (0, "px")
        return "  ".join(f"{axis} {value:.{decimals}f}" for axis, value in zip(axes, mm, strict=False)) + f" {unit}"
    sides = zip(("RL", "AP", "IS"), mm, strict=True)
    return "  ".join(f"{pair[int(value >= 0)]} {abs(value):.1f}" for pair, value in sides) + " mm"


def is_inside(volume: Volume, index: tuple[int, int, int]) -> bool:
    return all(0 <= i < n for i, n in zip(index, volume.geometry.shape[::-1], strict=True))


def _patient_lines(series: Series | None, hidden: bool) -> Lines:
    if series is None:
        return ()
    if hidden:
        return (tr("Names hidden"),)
    text = series.text
    born = "  ".join(part for part in (text.birth_date, text.sex) if part)
    return tuple(line for line in (text.name, text.patient_id, born, text.study_date) if line)


def _series_lines(series: Series | None, hidden: bool) -> Lines:
    if series is None:
        return ()
    number = tr("Series {number}", number=series.number) if series.number is not None else ""
    title = "  ".join(part for part in (series.modality, number) if part)
    # Descriptions may carry names as well, so they go with the names.
    private = () if hidden else (series.text.institution, series.description)
    return tuple(line for line in (*private[:1], title, *private[1:]) if line)


def _display_lines(state: ViewState, view: PlaneView, zoom: float) -> Lines:
    volume = state.volume
    details = state.series.details if state.series is not None else ()
    window = window_text(state.window)
    shown = tr("{window}  inverted", window=window) if state.inverted else window
    magnified = tr("Zoom {percent} %", percent=f"{zoom * 100:.0f}")
    slices = _slice_text(state, view)
    # A slab says more than fits beside the zoom. The window is the third from below: small views show it alone.
    if state.slab is not None:
        lines = [slices, shown, magnified]
    else:
        lines = [shown, "   ".join(part for part in (magnified, slices) if part)]
    if volume is not None:
        lines.append(position_text(volume, state.crosshair))
    return (*details, *lines)


def window_text(window: Window) -> str:
    """Width and level, and along what else than a line the grey runs between them."""
    values = tr("W {width}  L {level}", width=f"{window.width:.5g}", level=f"{window.level:.5g}")
    if isinstance(window, FileWindow) and isinstance(window.curve, LookupTable):
        return tr("Table {name}", name=window.name).rstrip()
    if isinstance(window, FileWindow) and window.curve is Curve.SIGMOID:
        return tr("{window}  sigmoid", window=values)
    return values


def _active_label_lines(state: ViewState) -> Lines:
    """Into which of several labels the tool in hand writes."""
    if not state.editing or state.editor is None or len(state.editor.table) < 2:
        return ()
    active = state.editor.table.active
    return (tr("Into label {number}: {name}", number=active.number, name=active.name),)


def _slice_text(state: ViewState, view: PlaneView) -> str:
    """Of a single image, or of the pages of a clip, no thickness is known."""
    if state.slab is None:
        flat = state.series is not None and state.series.is_flat
        return "" if flat else tr("slice {thickness} mm", thickness=f"{view.thickness_mm:.3g}")
    shown = state.slab.slices(view, state.crosshair[view.through_axis])
    return tr(
        "{projection} of {count} slices, {thickness} mm",
        projection=tr(state.slab.projection.value),
        count=len(shown),
        thickness=f"{len(shown) * view.thickness_mm:.3g}",
    )


def _slice_line(state: ViewState, view: PlaneView, skipped: int) -> str:
    oriented = state.volume is None or state.volume.geometry.oriented
    plane = tr(view.plane.value) if oriented else tr("Image")
    parts = [f"{plane}  {state.crosshair[view.through_axis] + 1} / {view.count}"]
    if state.playing is not None:
        parts.append(tr("playing {rate}/s", rate=f"{state.playing:.0f}"))
    if skipped > 0:
        parts.append(tr("{count} skipped", count=skipped))
    return "   ".join(parts)
