"""Train, export, evaluate and describe ``brain-mr`` in one command: ``python -m models.training --help``."""

from __future__ import annotations

import argparse
from pathlib import Path

from models.training.split import find_scans
from models.training.train import train


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m models.training", description="Make models/brain-mr.onnx and its card.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds nichart/ and openms/")
    parser.add_argument("--minutes", type=float, default=70.0, help="wall time to train for")
    parser.add_argument("--run", type=Path, default=Path(__file__).parent / "runs" / "brain-mr", help="checkpoints")
    arguments = parser.parse_args()
    train(find_scans(arguments.data), arguments.minutes, arguments.run)


if __name__ == "__main__":
    main()
