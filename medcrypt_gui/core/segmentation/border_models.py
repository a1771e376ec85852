"""The light model that learns a border from some of its voxels, and the test it must pass.

scikit-learn is loaded when something is learned first: that takes longer than the learning.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.task import TaskContext

Features = NDArray[np.float32]
Predict = Callable[[Features, TaskContext], NDArray[np.float32]]
"""``predict(features (N, F), task)``: probabilities ``(N,)``."""

_CHUNK = 100_000  # voxels asked about between two checkpoints


def fitted(features: Features, answer: NDArray[np.bool_], task: TaskContext) -> Predict:
    """Boosted trees after learning ``answer`` (which has both values) from ``features`` (N, F).

    Trees, and no line fitted along with them: beyond all that it was learnt from, such as far above the highest
    corrected slice, a tree answers as it does at the nearest voxel that it knows. A line goes on rising.
    """
    model = _trees()
    task.checkpoint()
    with _one_thread():
        model.fit(features, answer)

    def predict(asked: Features, asking: TaskContext) -> NDArray[np.float32]:
        found = np.empty(len(asked), np.float32)
        for start in range(0, len(asked), _CHUNK):
            asking.checkpoint()
            with _one_thread():
                found[start : start + _CHUNK] = model.predict_proba(asked[start : start + _CHUNK])[:, 1]
        return found

    return predict


def cross_validated(
    features: Features,
    answer: NDArray[np.bool_],
    otherwise: NDArray[np.bool_],
    fold: NDArray[np.intp],
    task: TaskContext,
) -> NDArray[np.float32]:
    """Probabilities ``(N,)``, each from models that did not see its fold; ``otherwise`` where those had one answer."""
    found = otherwise.astype(np.float32)
    for number in np.unique(fold):
        seen = fold != number
        if answer[seen].any() and not answer[seen].all():
            found[~seen] = fitted(features[seen], answer[seen], task)(features[~seen], task)
    return found


def _one_thread() -> Any:
    """So little work gains nothing from threads, which wait for each other ten times as long when a core is busy."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)


def _trees() -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        max_iter=40,
        learning_rate=0.15,
        max_leaf_nodes=15,
        min_samples_leaf=30,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=0,
    )
