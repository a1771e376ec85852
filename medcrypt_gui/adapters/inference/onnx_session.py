"""One ONNX file, checked against its checksum, run by ONNX Runtime on this machine's processor."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, InvalidGraph, InvalidProtobuf

from medcrypt_gui.adapters.inference.onnx_file import check_self_contained
from medcrypt_gui.core.errors import ModelUnavailableError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.task import TaskContext

_CANCEL_POLL_S = 0.05
_LARGEST_FILE_BYTES = 512 << 20
_RUNTIME_ERRORS = (Fail, InvalidArgument, InvalidGraph, InvalidProtobuf, RuntimeError)


@dataclass(frozen=True)
class Tensor:
    """An input or output: ``dtype`` as ONNX Runtime writes it; None stands for a size that is not fixed."""

    name: str
    dtype: str
    shape: tuple[int | None, ...]


class OnnxSession:
    """Weights that are read when they are first needed. Safe to use from several threads."""

    def __init__(self, weights: Path, sha256: str) -> None:
        self._weights = weights
        self._sha256 = sha256
        self._session: onnxruntime.InferenceSession | None = None
        self._loading = threading.Lock()

    def load(self) -> onnxruntime.InferenceSession:
        """Read the weights, once. Raises `ModelUnavailableError` when the file is missing, is not the one expected, is
        no model, or needs more than itself.
        """
        with self._loading:
            if self._session is None:
                self._session = _open(self._weights, self._sha256)
            return self._session

    def tensors(self) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
        """The model's inputs and its outputs."""
        session = self.load()
        return tuple(map(_tensor, session.get_inputs())), tuple(map(_tensor, session.get_outputs()))

    def run(self, values: NDArray[np.float32], task: TaskContext) -> NDArray[np.float32]:
        """The first output, float32, for the only input, which is given float16 where the model wants that.

        Raises `ModelUnavailableError` and, within half a second of the wish, `Cancelled`.
        """
        session = self.load()
        options = onnxruntime.RunOptions()
        options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")  # give back what the run needed
        try:
            with _terminated_on_cancel(options, task):
                wanted = session.get_inputs()[0]
                given = values.astype(np.float16) if wanted.type == "tensor(float16)" else values
                result = session.run(None, {wanted.name: given}, options)[0]
        except _RUNTIME_ERRORS as exc:
            task.checkpoint()  # the runtime reports a wished-for end as a failure
            raise ModelUnavailableError(tr("the model failed to run"), path=self._weights) from exc
        task.checkpoint()
        return np.asarray(result, dtype=np.float32)


def _open(path: Path, sha256: str) -> onnxruntime.InferenceSession:
    """The model's weights, if they are the ones that are expected."""
    try:
        if path.stat().st_size > _LARGEST_FILE_BYTES:
            raise ModelUnavailableError(tr("the model file is larger than 512 MB"), path=path)
        weights = path.read_bytes()
    except OSError as exc:
        raise ModelUnavailableError(
            tr("the model file cannot be read: {strerror}", strerror=exc.strerror), path=path
        ) from exc
    if hashlib.sha256(weights).hexdigest() != sha256:
        raise ModelUnavailableError(tr("the model file is not the one its card names"), path=path)
    try:
        check_self_contained(weights)
    except ModelUnavailableError as exc:
        raise ModelUnavailableError(exc.detail, path=path) from exc
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = processors()  # fixed, so that sums are added up in one order
    options.use_deterministic_compute = True
    options.log_severity_level = 4  # fatal only: errors reach us as exceptions
    try:
        return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
    except _RUNTIME_ERRORS as exc:
        raise ModelUnavailableError(tr("the model file is not a model that can be run"), path=path) from exc


def processors() -> int:
    """How many processor cores this program may use; two threads of one core count once where the system tells."""
    if not hasattr(os, "sched_getaffinity"):
        return os.cpu_count() or 1
    usable = os.sched_getaffinity(0)
    topology = (Path(f"/sys/devices/system/cpu/cpu{number}/topology/thread_siblings_list") for number in usable)
    try:
        return len({path.read_text("ascii") for path in topology})
    except OSError:
        return len(usable)


def _tensor(described: onnxruntime.NodeArg) -> Tensor:
    shape = tuple(size if isinstance(size, int) else None for size in described.shape)
    return Tensor(described.name, described.type, shape)


@contextmanager
def _terminated_on_cancel(options: onnxruntime.RunOptions, task: TaskContext) -> Iterator[None]:
    """Ask the runtime to stop at its next layer as soon as the task is cancelled."""
    finished = threading.Event()

    def watch() -> None:
        while not finished.wait(_CANCEL_POLL_S):
            if task.cancelled:
                options.terminate = True
                return

    watcher = threading.Thread(target=watch, name="cancel-watch")
    watcher.start()
    try:
        yield
    finally:
        finished.set()
        watcher.join()
