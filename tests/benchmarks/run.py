"""Run the benchmarks of one area or all: ``python3 dev.py bench [AREA] [--json FILE]``.

Every ``bench_<area>.py`` beside this file has ``run() -> list[dict]``; a record has name, unit, p50, p95, max, peer and
ratio_to_peer (null where no peer is installed; ``note`` then says why).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent
_TOGETHER = {"viewer": ("viewer", "reading", "start")}  # everything that a user feels of reading and viewing


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def table(records: list[dict[str, Any]]) -> str:
    lines = [f"{'name':<28}{'unit':>6}{'p50':>10}{'p95':>10}{'max':>10}  peer"]
    for record in records:
        figures = "".join(f"{record[key]:>10.2f}" for key in ("p50", "p95", "max"))
        ratio = f" (x{record['ratio_to_peer']:.2f})" if record.get("ratio_to_peer") else ""
        remarks = [f"{record['peer']}{ratio}"] if record.get("peer") else []
        remarks += [record["note"]] if record.get("note") else []
        lines.append(f"{record['name']:<28}{record['unit']:>6}{figures}  {'; '.join(remarks)}")
    return "\n".join(lines)


def main() -> int:
    areas = {path.stem.removeprefix("bench_"): path for path in sorted(HERE.glob("bench_*.py"))}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("area", nargs="?", choices=sorted(areas))
    parser.add_argument("--json", type=Path, help="write the records to this file as well")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.path.insert(0, str(HERE.parent))
    chosen = [areas[name] for name in _TOGETHER.get(options.area, (options.area,))] if options.area else areas.values()
    records = [record for path in chosen for record in load(path).run()]
    print(table(records))
    if options.json:
        options.json.write_text(json.dumps(records, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
