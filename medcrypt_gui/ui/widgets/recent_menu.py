"""File > Recent: paths only, read each time the menu opens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QMenu, QWidget

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.ports import RecentStudies


class RecentMenu(QMenu):
    """``open_paths`` is called with the path that was chosen."""

    def __init__(
        self, recent: RecentStudies, open_paths: Callable[[Sequence[Path]], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("&Recent"), parent)
        self.setObjectName("menuRecent")
        self._recent = recent
        self._open_paths = open_paths
        self.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        self.clear()
        for path in self._recent.list():
            # An ampersand in a folder's name is no mnemonic.
            action = self.addAction(f"{path.name}   ({path.parent})".replace("&", "&&"))
            action.triggered.connect(lambda _checked=False, chosen=path: self._open_paths((chosen,)))
        if self.isEmpty():
            self.addAction(tr("Nothing opened yet")).setEnabled(False)
        else:
            self.addSeparator()
            self.addAction(tr("Forget all")).triggered.connect(lambda _checked=False: self._recent.clear())
