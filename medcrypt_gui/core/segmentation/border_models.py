"""The two light models that learn a border from some of its voxels, and the test they must pass.

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
    """The mean of both models after learning ``answer`` (which has both values) from ``features`` (N, F)."""
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    models = _models()
    for model in models:
        task.checkpoint()
        model.fit((features - mean) / spread, answer)

    def predict(asked: Features, asking: TaskContext) -> NDArray[np.float32]:
        found = np.empty(len(asked), np.float32)
        for start in range(0, len(asked), _CHUNK):
            asking.checkpoint()
            part = (asked[start : start + _CHUNK] - mean) / spread
            found[start : start + _CHUNK] = sum(model.predict_proba(part)[:, 1] for model in models) / len(models)
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


def _models() -> tuple[Any, Any]:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression

    return (
        LogisticRegression(C=0.1, solver="newton-cholesky"),
        HistGradientBoostingClassifier(
            max_iter=40,
            learning_rate=0.15,
            max_leaf_nodes=15,
            min_samples_leaf=30,
            l2_regularization=1.0,
            early_stopping=False,
            random_state=0,
        ),
    )
