"""The surfaces of skin and labels in three dimensions: turned with the mouse, clicked to move the crosshair."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from medcrypt_gui.core.imaging.camera import Camera, Side
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.render_surface import Layer, SurfacePicture, render
from medcrypt_gui.core.imaging.surface import Surface
from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.palette import SKIN
from medcrypt_gui.ui.viewer import markings, surface_markings, surface_texts
from medcrypt_gui.ui.viewer.extra_views import Extra
from medcrypt_gui.ui.viewer.surface_builder import SurfaceBuilder
from medcrypt_gui.ui.viewer.surface_controls import SkinLook, SurfaceControls
from medcrypt_gui.ui.viewer.surface_pointer import SurfacePointer

if TYPE_CHECKING:
    from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

_BACKGROUND = QColor("#0a0c0e")
_VEIL = 0.38  # opacity of the skin over a mask
_REST_MS = 160  # the fine picture follows once nothing moved for so long
_MOST_SAMPLES = 3.2e6  # of a fine picture, so that it comes in a tenth of a second
_FINE = 2.0
_ROUGH_LIMITS = (0.35, 1.0)  # samples per pixel while it turns
_ROUGH_MS = (14.0, 32.0)  # quicker than this: finer; slower: rougher
_TURN = 2.4  # radians, when dragged across the view: a little more than across the ball
_KEY_TURN = np.deg2rad(15)
_ZOOM_PER_PRESS = 1.15
_BEHIND_MM = 2.0  # the crosshair counts as hidden when it lies so far behind a surface
_CAPTION_ABOVE = 44.0
_TURNS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}


class SurfaceView(QWidget):
    """Shows what its builder has built; reports wishes about the crosshair and the arrangement."""

    crosshair_requested = Signal(object)  # an index (x, y, z), maybe just outside the volume
    maximise_requested = Signal()
    menu_requested = Signal(QPoint)  # global position

    def __init__(self, panel: ViewerPanel) -> None:
        super().__init__(panel)
        self._panel, self.state = panel, panel.state
        self.builder = SurfaceBuilder(panel, self)
        self.controls = SurfaceControls(self)
        self.skin_look = SkinLook.VEIL
        self.camera: Camera | None = None
        self._grid: Geometry | None = None
        self._fitted_to: Surface | None = None
        self._untouched = True
        self._moving = False
        self._rough = _ROUGH_LIMITS[1]
        self._picture: SurfacePicture | None = None
        self._image = QImage()
        self._key: tuple[object, ...] | None = None
        self._pointer = SurfacePointer(self)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.come_to_rest)
        self.setObjectName("surfaceView")
        self.setAccessibleName(tr("3D surface"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFont(markings.annotation_font(self.font()))
        self.controls.show_skin(self.skin_look)
        self.controls.hide()
        self.controls.side_chosen.connect(self.look_from)
        self.controls.skin_chosen.connect(self.show_skin)
        self.builder.changed.connect(self._on_built)
        panel.volume_shown.connect(self._on_volume_shown)
        panel.redrawn.connect(self.update)
        self._on_volume_shown()

    # What is shown

    def look_from(self, side: Side) -> None:
        """Turn to that side of the patient."""
        self.look(lambda camera: camera.seen_from(side), moving=False)

    def show_skin(self, look: SkinLook) -> None:
        """Show the skin so from now on."""
        self.skin_look = look
        self.controls.show_skin(look)
        self.update()

    def reset(self) -> None:
        """From the front, all of it."""
        self._untouched = True
        self._fit()

    @property
    def layers(self) -> tuple[Layer, ...]:
        """What is drawn now. While names are hidden there is no skin: a head's shows the face."""
        state, builder = self.state, self.builder
        shown = []
        if state.mask_visible:
            coloured = (one for one in state.look.colours if one[0] in builder.masks)
            shown += [Layer(builder.masks[number], colour) for number, colour in coloured]
        if builder.skin is not None and self.skin_look is not SkinLook.NONE and not state.names_hidden:
            veiled = bool(shown) and self.skin_look is SkinLook.VEIL
            shown.append(Layer(builder.skin, SKIN, _VEIL if veiled else 1.0))
        return tuple(shown)

    def _on_volume_shown(self) -> None:
        """Another image is looked at from the front; the same grid with other voxels from where the user stands."""
        volume = self.state.volume
        self.controls.show_oriented(volume is None or volume.geometry.oriented)
        self._fitted_to = None
        self._picture, self._key, self._image = None, None, QImage()
        grid = volume.geometry if volume is not None else None
        before, self._grid = self._grid, grid
        if grid is None or before is None or not grid.same_grid(before):
            self.camera, self._untouched = None, True
        self.update()

    def _on_built(self) -> None:
        surface = self.builder.largest
        if surface is not None and (self.camera is None or (self._untouched and self._outdated(surface))):
            self._fit()
        self.controls.setVisible(bool(self.layers) or self.builder.skin is not None)
        self.update()

    def _outdated(self, surface: Surface) -> bool:
        """Whether the camera was set for the mask and the skin came since."""
        return surface is self.builder.skin and self._fitted_to is not surface

    def _fit(self) -> None:
        surface = self.builder.largest
        if surface is None:
            return
        self.camera, self._fitted_to = Camera.fitting(surface.vertices), surface
        self.update()

    # Moving

    def look(self, change: Callable[[Camera], Camera], moving: bool = True) -> None:
        """Look otherwise from now on; ``moving`` says that more is to come, so that speed counts more than beauty."""
        if self.camera is None:
            return
        self.camera = change(self.camera)
        self._untouched = False
        self._moving = moving
        if moving:
            self._rest.start()
        self.update()

    def come_to_rest(self) -> None:
        """Nothing moves any more: the fine picture is wanted."""
        self._rest.stop()
        self._moving = False
        self.update()

    def turn_by(self, delta: QPointF) -> None:
        """Turn as if the front of the scene were dragged by so many widget pixels."""
        per_pixel = _TURN / max(min(self.width(), self.height()), 1)
        self.look(lambda camera: camera.turned(delta.x() * per_pixel, -delta.y() * per_pixel))

    def pan_by(self, delta: QPointF) -> None:
        """Move the picture by so many widget pixels."""
        scale = self._pixels_per_mm()
        self.look(lambda camera: camera.moved(delta.x() / scale, -delta.y() / scale))

    def zoom_by(self, factor: float, around: QPointF) -> None:
        """Enlarge by ``factor``; what lies under ``around`` stays there."""
        scale, middle = self._pixels_per_mm(), QRectF(self.rect()).center()
        right, up = (around.x() - middle.x()) / scale, (middle.y() - around.y()) / scale
        self.look(lambda camera: camera.zoomed(factor, right, up))

    def _pixels_per_mm(self) -> float:
        """In the widget's own pixels."""
        return self.camera.pixels_per_mm(self.width(), self.height()) if self.camera is not None else 1.0

    def pick(self, position: QPointF) -> None:
        """Ask for the crosshair at the surface under a widget position."""
        volume, picture = self.state.volume, self._picture
        if volume is None or picture is None:
            return
        ratio = self.devicePixelRatioF()
        place = picture.place_at(int(position.x() * ratio), int(position.y() * ratio))
        if place is not None:
            x, y, z = np.floor(volume.geometry.to_index(place) + 0.5).astype(int)
            self.crosshair_requested.emit((int(x), int(y), int(z)))

    # Events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.maximise_requested.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._pointer.wheel(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()  # a right-click is told from a right-drag when the button comes up

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows turn, plus and minus zoom, R looks from the front again; other keys mean what they do elsewhere."""
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
        )
        key = Qt.Key(event.key())
        if plain and key in _TURNS:
            right, up = _TURNS[key]
            self.look(lambda camera: camera.turned(right * _KEY_TURN, up * _KEY_TURN))
        elif plain and key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            factor = _ZOOM_PER_PRESS if key is Qt.Key.Key_Plus else 1 / _ZOOM_PER_PRESS
            self.zoom_by(factor, QRectF(self.rect()).center())
        elif plain and key is Qt.Key.Key_R:
            self.reset()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keys act on this view now, so no other is framed."""
        self._panel.active_canvas.is_active = False
        self._panel.redraw()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._panel.activate(self._panel.active_canvas)
        self.update()
        super().focusOutEvent(event)

    def showEvent(self, _event: QShowEvent) -> None:
        self.builder.wake()

    def hideEvent(self, event: QHideEvent) -> None:
        """Behind a maximised view it is kept; put away for good, its memory is given back."""
        if event.spontaneous():
            return
        self.builder.doze()
        if not self._panel.hanging.shows_extra(Extra.SURFACE):
            self.builder.release()
            self._picture, self._key, self._image = None, None, QImage()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self.controls.fit(self.width() - 16)
        self.controls.move(8, self.height() - self.controls.height() - 8)

    def sizeHint(self) -> QSize:
        return QSize(480, 480)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 96)

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect())
        statement = surface_texts.statement(self)
        if statement or self.camera is None:
            painter.fillRect(area, _BACKGROUND)
            surface_markings.paint_statement(painter, area, statement, self.builder.progress)
        else:
            self._compose()
            painter.drawImage(0, 0, self._image)
            self._annotate(painter, area)
        if self.hasFocus():
            markings.paint_frame(painter, area)
        painter.end()

    def _annotate(self, painter: QPainter, area: QRectF) -> None:
        volume, camera = self.state.volume, self.camera
        assert volume is not None
        assert camera is not None
        if self.state.crosshair_visible:
            self._paint_crosshair(painter)
        if volume.geometry.oriented and not markings.is_small(area):
            surface_markings.paint_cube(painter, area, camera)
        markings.paint_badges(painter, area, surface_texts.badges(self))
        if not markings.is_small(area):
            surface_markings.paint_caption(painter, area, surface_texts.caption(self), _CAPTION_ABOVE)

    def _paint_crosshair(self, painter: QPainter) -> None:
        volume, picture, camera = self.state.volume, self._picture, self.camera
        assert volume is not None
        assert picture is not None
        assert camera is not None
        x, y, z = self.state.crosshair
        height, width = picture.nearness.shape
        place = volume.geometry.to_mm((float(x), float(y), float(z)))
        column, row, near = camera.to_picture(place, width, height)
        inside = 0 <= round(column) < width and 0 <= round(row) < height
        surface = float(picture.nearness[round(row), round(column)]) if inside else -np.inf
        ratio = self.devicePixelRatioF()
        at = QPointF((column + 0.5) / ratio, (row + 0.5) / ratio)
        surface_markings.paint_place(painter, at, surface > near + _BEHIND_MM)

    def _compose(self) -> None:
        """Draw the surfaces, unless the last picture still holds: roughly while they move, finely at rest."""
        assert self.camera is not None
        ratio = self.devicePixelRatioF()
        width, height = max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))
        finest = min(_FINE, max(1.0, (_MOST_SAMPLES / (width * height)) ** 0.5))
        sampling = self._rough if self._moving else finest
        layers = self.layers
        look = tuple((layer.surface, layer.colour, layer.opacity) for layer in layers)
        key = (self.camera, width, height, self._moving, look)
        if key == self._key:
            return
        began = time.perf_counter()
        background = (_BACKGROUND.red(), _BACKGROUND.green(), _BACKGROUND.blue())
        self._picture = render(layers, self.camera, width, height, background, sampling)
        if self._moving:
            self._keep_pace((time.perf_counter() - began) * 1e3)
        rgb = self._picture.rgb
        self._image = QImage(rgb.data, width, height, width * 3, QImage.Format.Format_RGB888)
        self._image.setDevicePixelRatio(ratio)
        self._key = key

    def _keep_pace(self, took_ms: float) -> None:
        """Choose how rough the next picture in motion is, by how long this one took."""
        if took_ms > _ROUGH_MS[1]:
            self._rough = max(self._rough * 0.8, _ROUGH_LIMITS[0])
        elif took_ms < _ROUGH_MS[0]:
            self._rough = min(self._rough * 1.15, _ROUGH_LIMITS[1])
