"""Train, export, evaluate and describe ``brain-mr`` in one command: ``python -m models.training --help``."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from medcrypt_gui.core.segmentation.model_card import read_card
from models.training.card import write_card
from models.training.evaluate import evaluate, table
from models.training.export import export
from models.training.network import UNet
from models.training.split import find_scans
from models.training.train import SHAPE, train

_HERE = Path(__file__).resolve().parent


def main() -> None:
    arguments = _arguments()
    scans = find_scans(arguments.data)
    weights = arguments.target / "brain-mr.onnx"
    if not arguments.evaluate_only:
        if not arguments.export_only:
            train(scans, arguments.minutes, arguments.run, arguments.resume)
        network = UNet()
        network.load_state_dict(torch.load(arguments.run / "average.pt", weights_only=True))
        export(network, SHAPE, weights)
        write_card(weights, ())
    results = evaluate(read_card(weights.with_suffix(".toml")), scans)
    write_card(weights, results)
    print(table(results))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m models.training", description="Make brain-mr.onnx and its card.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds nichart/ and openms/")
    parser.add_argument("--minutes", type=float, default=70.0, help="wall time to train for")
    parser.add_argument("--run", type=Path, default=_HERE / "runs" / "brain-mr", help="checkpoints")
    parser.add_argument("--target", type=Path, default=_HERE.parent, help="where the model and its card are written")
    parser.add_argument("--resume", action="store_true", help="go on from the last run, at half the learning rate")
    parser.add_argument("--export-only", action="store_true", help="export and evaluate the last checkpoint")
    parser.add_argument("--evaluate-only", action="store_true", help="evaluate the model that is there")
    return parser.parse_args()


if __name__ == "__main__":
    main()
