"""Run deepbet on scans, for `bench_segmentation.py`: ``PYTHON deepbet_peer.py IMAGE=MASK ...`` where it is installed.

Writes each mask and prints one JSON line: seconds from array to mask per image (median of ``RUNS`` for the first image,
one run for the others, the model loaded), the same in processor seconds, and the peak memory in MB.
"""

import json
import resource
import statistics
import sys
import time

import nibabel
import numpy as np
from deepbet import BrainExtraction

RUNS = 5


def main() -> None:
    extraction = BrainExtraction(no_gpu=True)
    seconds, processor_s = {}, {}
    for number, pair in enumerate(sys.argv[1:]):
        image_path, mask_path = pair.split("=")
        stored = nibabel.load(image_path)
        image = nibabel.Nifti1Image(np.asanyarray(stored.dataobj), stored.affine, stored.header)
        if number == 0:
            extraction.run(image)
        times, used = [], []
        for _ in range(RUNS if number == 0 else 1):
            began, worked = time.perf_counter(), time.process_time()
            _, mask, _ = extraction.run(image)
            times.append(time.perf_counter() - began)
            used.append(time.process_time() - worked)
        mask.to_filename(mask_path)
        seconds[image_path] = statistics.median(times)
        processor_s[image_path] = statistics.median(used)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "processor_s": processor_s, "peak_mb": peak_mb}))


if __name__ == "__main__":
    main()
