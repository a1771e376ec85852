"""What the views ask before they change: how many, which series to compare with, how thick a slab."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from medcrypt_gui.core.imaging.linking import LinkBasis, basis_of
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.slab import Projection
from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.viewer.cells import Arrangement, compared_first
from medcrypt_gui.ui.viewer.guest import title_of
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel
from medcrypt_gui.ui.widgets.layout_picker import LayoutPicker


class ViewChoices(QObject):
    """Small popups over the views."""

    said = Signal(str)

    def __init__(self, viewer: ViewerPanel, window: QWidget) -> None:
        super().__init__(window)
        self._viewer, self._window = viewer, window

    def ask_layout(self) -> None:
        """How many rows and columns of views."""
        picker = LayoutPicker(self._window)
        picker.picked.connect(lambda rows, columns: self._viewer.set_arrangement(Arrangement(rows, columns)))
        picker.adjustSize()
        picker.move(self._middle(picker))
        picker.show()

    def ask_comparison(self) -> None:
        """Which other series of the study is shown beside the open one; not asked where there is only one."""
        main, study = self._viewer.state.series, self._viewer.hanging.study
        others = compared_first(main, study) if main is not None else []
        if main is None or not others:
            self.said.emit(tr("There is no other series to compare with. Open a folder that holds both."))
        elif len(others) == 1:
            self._viewer.hanging.compare(others[0])
        else:
            self._ask_which(main, others)

    def _ask_which(self, main: Series, others: list[Series]) -> None:
        menu = QMenu(self._window)
        menu.setObjectName("compareMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Compare with")).setEnabled(False)
        for series in others:
            title = title_of(series, self._viewer.state.names_hidden).replace("&", "&&")
            linked = basis_of(main, series) is not LinkBasis.NONE
            text = title if linked else tr("{series} (other frame of reference)", series=title)
            menu.addAction(text).triggered.connect(self._comparing(series))
        menu.setActiveAction(menu.actions()[1])
        menu.popup(self._middle(menu))

    def _comparing(self, series: Series) -> Callable[[], None]:
        return lambda: self._viewer.hanging.compare(series)

    def ask_slab_thickness(self) -> None:
        now, slab = self._viewer.slab_mm, self._viewer.active_state.slab
        thick, chosen = QInputDialog.getDouble(self._window, tr("Slab"), tr("Thickness in mm"), now, 0.5, 500.0, 1)
        if chosen:
            self._viewer.set_slab(slab.projection if slab is not None else Projection.MEAN, thick)

    def _middle(self, popup: QWidget) -> QPoint:
        """Where a popup begins that lies in the middle of the views."""
        size = popup.sizeHint()
        return self._viewer.mapToGlobal(self._viewer.rect().center()) - QPoint(size.width() // 2, size.height() // 2)
