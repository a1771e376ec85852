"""Time napari on the same volume and labels, for `bench_viewer.py`: ``PYTHON napari_peer.py`` where it is installed.

Needs a display with OpenGL (Xvfb will do). Prints one JSON line: milliseconds of each slice change, from the change to
the end of the draw it causes, in one view of about 1000 px and the memory in MB; with ``--start`` only, prints
``painted`` once its empty window is drawn and ends; with ``--dabs`` milliseconds of each dab with a brush of 28 pixels
in the slice, and of 81 voxels in three dimensions.
"""

import json
import os
import sys
import time

import napari
from qtpy.QtWidgets import QApplication
from subject import volume_and_labels

FRAMES = 120
SIZE = 1000


def main() -> None:
    viewer = napari.Viewer(show=True)
    canvas = viewer.window._qt_viewer.canvas._scene_canvas
    drawn = [0]
    canvas.events.draw.connect(lambda _event: drawn.__setitem__(0, drawn[0] + 1), position="last")
    if "--start" in sys.argv:
        wait(drawn, 0)
        print("painted", flush=True)
        os._exit(0)
    stored, labels = volume_and_labels()
    viewer.add_image(stored, contrast_limits=(-750, 750), scale=(1.0, 0.7, 0.7))
    layer = viewer.add_labels(labels, opacity=0.4, scale=(1.0, 0.7, 0.7))
    native = viewer.window._qt_viewer.canvas.native
    native.setFixedSize(SIZE, SIZE)
    viewer.reset_view()
    settle()
    if "--dabs" in sys.argv:
        viewer.dims.set_current_step(0, 300)
        settle()
        found = {"disc": dabs(layer, drawn, 28, 2), "sphere": dabs(layer, drawn, 81, 3)}
        print(json.dumps({**found, "version": napari.__version__}))
        sys.stdout.flush()
        os._exit(0)
    times = []
    for n in range(200, 200 + FRAMES):
        before, start = drawn[0], time.perf_counter()
        viewer.dims.set_current_step(0, n)
        wait(drawn, before)
        times.append((time.perf_counter() - start) * 1e3)
        settle()
    print(json.dumps({"times": times, "size": [native.width(), native.height()], "version": napari.__version__}))
    sys.stdout.flush()
    os._exit(0)


def dabs(layer, drawn: list[int], size: int, dimensions: int) -> list[float]:
    """Strokes of twenty dabs that add and take away by turns, each from the call of its own brush to the draw."""
    layer.brush_size, layer.n_edit_dimensions = size, dimensions
    times = []
    for stroke in range(3):
        layer.selected_label = stroke % 2
        with layer.block_history():
            for n in range(20):
                before, start = drawn[0], time.perf_counter()
                layer.paint((300, 200 + 4 * n, 200 + 5 * n), stroke % 2)
                wait(drawn, before)
                times.append((time.perf_counter() - start) * 1e3)
                settle()
    return times


def wait(drawn: list[int], before: int) -> None:
    while drawn[0] == before:
        QApplication.processEvents()


def settle() -> None:
    for _ in range(20):
        QApplication.processEvents()


if __name__ == "__main__":
    main()
