"""Protect and restore of a 176-instance MR series (mask given, kernel cached), beside ``gdcmanon -e`` on its folder.

Every figure comes from fresh processes: time without the passphrase, and peak memory above the process's own start.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
REAL = REPOSITORY.parent / "shared" / "data" / "dicom" / "trio-mprage"
RUNS = 5

_CHILD = """
import json, os, resource, sys, time
import numpy as np
from pathlib import Path
from medcrypt_gui.bootstrap import build_workbench
from medcrypt_gui.core import keystreams
from medcrypt_gui.core.age import parse_identity
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.open_study import find_series
from medcrypt_gui.services.protect_study import ProtectRequest, plan_protection, protect
from medcrypt_gui.services.restore_study import restore

def peak_mib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * (1024 if sys.platform == "darwin" else 1))

job, source, target, key = sys.argv[1:]
bench = build_workbench()
keystreams.get("henon-w").warm_up()
identity = parse_identity(key)
start = peak_mib()
if job == "protect":
    series = find_series([Path(source)], bench.readers, TaskContext()).series[0]
    z, y, x = (np.linspace(-1, 1, n, dtype=np.float32) for n in series.geometry.shape)
    mask = RoiMask.empty(series.geometry)
    for plane, height in zip(mask.labels, z):
        plane[height**2 + y[:, None] ** 2 + x**2 < 0.45] = 1
began = time.perf_counter()
if job == "protect":
    plan = plan_protection(ProtectRequest(series, mask, Path(target)), bench.protectors)
    protect(plan, identity, TaskContext())
else:
    restore([Path(source)], [identity], Path(target), TaskContext())
print(json.dumps({"ms": 1000 * (time.perf_counter() - began), "mib": peak_mib() - start}))
"""


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="medcrypt-bench-") as folder:
        work = Path(folder)
        source = REAL if REAL.is_dir() else _synthetic(work / "series")
        protects = [_child("protect", source, work / f"protected{n}") for n in range(RUNS + 1)][1:]
        restores = [_child("restore", work / "protected0", work / f"restored{n}") for n in range(RUNS + 1)][1:]
        _compare(source, work / "restored0")
        peer, note = _gdcmanon(source, work)
    memory = "peak above the process's own start"
    return [
        _record("protect.series176", "ms", [p["ms"] for p in protects], peer, note),
        _record("protect.restore176", "ms", [r["ms"] for r in restores], peer, note),
        _record("protect.memory", "MiB", [p["mib"] for p in protects], None, memory),
        _record("protect.restore_memory", "MiB", [r["mib"] for r in restores], None, memory),
    ]


def _identity() -> str:
    from medcrypt_gui.core.age import HybridIdentity

    return HybridIdentity.from_seed(bytes(range(32))).secret_string


def _child(job: str, source: Path, target: Path) -> dict[str, float]:
    command = [sys.executable, "-c", _CHILD, job, str(source), str(target), _identity()]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=REPOSITORY)
    record: dict[str, float] = json.loads(done.stdout)
    return record


def _compare(originals: Path, restored: Path) -> None:
    """The benchmark counts only if what it timed gave every byte back."""
    for path in sorted(originals.iterdir()):
        if path.is_file() and (restored / path.name).read_bytes() != path.read_bytes():
            raise SystemExit(f"restored {path.name} differs from its original")


def _synthetic(folder: Path) -> Path:
    from builders.dicom import build_series

    build_series(folder, slices=176, rows=256, columns=256)
    return folder


def _gdcmanon(source: Path, work: Path) -> tuple[list[float] | None, str]:
    """Milliseconds of ``gdcmanon -e``, or why there are none."""
    if shutil.which("gdcmanon") is None:
        return None, "gdcmanon is not installed (Debian libgdcm-tools)"
    certificate = _certificate(work)

    def once(target: Path) -> None:
        command = ["gdcmanon", "-e", "-r", "-c", str(certificate), "-i", str(source), "-o", str(target)]
        subprocess.run(command, capture_output=True, check=True)

    once(work / "gdcm-warm-up")
    return [_milliseconds(once, work / f"gdcm{n}") for n in range(RUNS)], "gdcmanon -e"


def _milliseconds(action: Callable[[Path], None], target: Path) -> float:
    began = time.perf_counter()
    action(target)
    return 1000 * (time.perf_counter() - began)


def _certificate(work: Path) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "benchmark")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
    ).sign(key, hashes.SHA256())
    path = work / "certificate.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return path


def _record(name: str, unit: str, values: list[float], peer: list[float] | None, note: str) -> dict[str, Any]:
    ordered = sorted(values)
    middle = statistics.median(ordered)
    ratio = middle / statistics.median(peer) if peer else None
    shown = {"peer": f"{note} {statistics.median(peer):.0f} ms"} if peer else {"peer": None, "note": note}
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return {"name": name, "unit": unit, "p50": middle, "p95": p95, "max": ordered[-1], "ratio_to_peer": ratio, **shown}
