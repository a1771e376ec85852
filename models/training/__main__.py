"""Make a model in one command: ``python -m models.training --help``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from medcrypt_gui.core.errors import MedcryptError
from models.training.pipeline import RUNS, Job, evaluate_model, export_model, learn_familiarity, train_model
from models.training.recipes import RECIPES
from models.training.split import Protocol, find_scans

_DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "brain"


def main() -> int:
    """Run the steps that were asked for; 1 when the data or the weights are not what they must be."""
    arguments = _arguments()
    job = Job(RECIPES[arguments.model], Protocol(arguments.protocol), arguments.run, arguments.target)
    scans = find_scans(arguments.data)
    if not scans:
        print(f"There are no scans under {arguments.data}: it must hold nichart/ and openms/.", file=sys.stderr)
        return 1
    try:
        if not (arguments.export_only or arguments.evaluate_only):
            train_model(job, scans, arguments.device or _device(), arguments.steps, arguments.start)
        if not arguments.evaluate_only:
            export_model(job, scans)
            if job.protocol is Protocol.FINAL:
                learn_familiarity(job, scans)
        print(evaluate_model(job, scans).read_text(encoding="utf-8"))
    except MedcryptError as exc:
        print(exc if exc.path is None else f"{exc}: {exc.path}", file=sys.stderr)
        return 1
    return 0


def _device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m models.training", description=__doc__)
    parser.add_argument("model", choices=RECIPES)
    parser.add_argument("--data", type=Path, default=_DATA, help="folder that holds nichart/ and openms/")
    protocols = [protocol.value for protocol in Protocol]
    parser.add_argument("--protocol", choices=protocols, default=Protocol.FINAL.value, help="what training may see")
    parser.add_argument("--steps", type=int, help="train for so many steps rather than the plan's")
    parser.add_argument("--start", type=Path, metavar="FILE", help="an exported brain-mr (.onnx); Med3D weights (.pth)")
    parser.add_argument("--device", help="cpu or cuda; the GPU where there is one")
    parser.add_argument("--run", type=Path, default=RUNS, help="folder of the checkpoints, one folder in it per run")
    parser.add_argument("--target", type=Path, help="folder where the model and its card are written")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--export-only", action="store_true", help="export and evaluate what the run holds")
    only.add_argument("--evaluate-only", action="store_true", help="evaluate the file that is there, without PyTorch")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
