"""Runs in the environment of ``omni-extract-bench``: cases from stdin, accuracies and CPU seconds to stdout.

Reads ``{"cases": [{"expected", "found", "schema"}, ...]}``. It imports nothing of the product.
"""

import json
import sys
import time


def main():
    """Score all cases."""
    from omni_extract_bench import score

    values, seconds = [], []
    for case in json.load(sys.stdin)["cases"]:
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            value = score(case["found"], case["expected"], case["schema"])["accuracy"]
            best = min(best, time.process_time() - start)
        values.append(value)
        seconds.append(best)
    json.dump({"values": values, "seconds": seconds}, sys.stdout)


if __name__ == "__main__":
    main()
