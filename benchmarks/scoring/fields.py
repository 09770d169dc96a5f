"""``fields.match`` against omni-extract-bench: speed on long and nested lists, and made-up systems in order.

The reference lives in an environment of its own:

    python -m venv peers && peers/bin/pip install omni-extract-bench==0.1.7
    python -m benchmarks.scoring fields --peer-python peers/bin/python
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import time
from pathlib import Path
from typing import Any, Final

from docassay.checks.field_rules import field_rules
from docassay.checks.metrics.field_match import match_fields

PEER: Final = Path(__file__).with_name("fields_peer.py")
COLUMNS: Final = ("sku", "name", "count", "price", "amount", "date", "note")
ROW_SCHEMA: Final = {
    "type": "object",
    "properties": {
        name: {"type": "number"} if name in ("count", "price", "amount") else {"type": "string"}
        for name in COLUMNS
    },
}
NOISE: Final = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4)
"""Shares of wrong values of the made-up systems."""


def row(generator: random.Random) -> dict[str, Any]:
    """One line of an invoice."""
    count, price = generator.randint(1, 40), round(generator.uniform(0.5, 900), 2)
    return {
        "sku": f"K-{generator.randint(1000, 99999)}",
        "name": " ".join(
            generator.choices(("bolt", "nut", "washer", "steel", "brass", "long", "short"), k=3)
        ),
        "count": count,
        "price": price,
        "amount": round(count * price, 2),
        "date": f"2025-{generator.randint(1, 12):02}-{generator.randint(1, 28):02}",
        "note": generator.choice(("", "urgent", "partial delivery", "returned")),
    }


def spoiled(generator: random.Random, value: Any, share: float) -> Any:
    """The value with some parts changed, rows left out and the order of lists changed."""
    if isinstance(value, dict):
        return {name: spoiled(generator, inner, share) for name, inner in value.items()}
    if isinstance(value, list):
        kept = [spoiled(generator, inner, share) for inner in value if generator.random() >= share / 4]
        generator.shuffle(kept)
        return kept
    if generator.random() >= share:
        return value
    if isinstance(value, str):
        return generator.choice((None, value[::-1] + "x", "other"))
    return generator.choice((None, value + 1))


def cases_of_speed() -> dict[str, dict[str, Any]]:
    """Flat fields, long lists and nested ones, 5 % of the values wrong."""
    generator = random.Random(8)
    lines = {"type": "array", "items": ROW_SCHEMA}
    orders = {
        "type": "array",
        "items": {"type": "object", "properties": {"number": {"type": "string"}, "lines": lines}},
    }
    flat = {f"field_{number}": f"value {number}" for number in range(200)}
    truths = {
        "200 flat fields": (flat, {name: {"type": "string"} for name in flat}),
        "200 rows x 7": ({"lines": [row(generator) for _ in range(200)]}, {"lines": lines}),
        "2,000 rows x 7": ({"lines": [row(generator) for _ in range(2_000)]}, {"lines": lines}),
        "30 orders x 10 lines": (
            {
                "orders": [
                    {"number": f"O{number}", "lines": [row(generator) for _ in range(10)]}
                    for number in range(30)
                ]
            },
            {"orders": orders},
        ),
    }
    return {
        name: {
            "expected": truth,
            "found": spoiled(generator, truth, 0.05),
            "schema": {"type": "object", "properties": properties},
        }
        for name, (truth, properties) in truths.items()
    }


def accuracy(case: dict[str, Any]) -> float:
    """Ours, right or wrong only."""
    rules = field_rules({"strict": True}, case["schema"])
    return match_fields(case["expected"], case["found"], rules).accuracy or 0.0


def ask_peer(python: str, cases: list[dict[str, Any]]) -> dict[str, Any]:
    """The reference's accuracies and CPU seconds."""
    done = subprocess.run(
        [python, str(PEER)], input=json.dumps({"cases": cases}), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"The reference implementation failed:\n{done.stderr[-2_000:]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def main(arguments: list[str]) -> int:
    """Print both."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scoring fields")
    parser.add_argument("--peer-python", required=True, help="Python that has omni-extract-bench.")
    options = parser.parse_args(arguments)
    if not Path(options.peer_python).exists():
        print(f"No {options.peer_python}: make the environment that the top of this file describes.")
        return 2
    cases = cases_of_speed()
    theirs = ask_peer(options.peer_python, list(cases.values()))
    print(
        "| case | accuracy, ours | reference | ours, ms | reference, ms | ratio |\n|---|---|---|---|---|---|"
    )
    for place, (name, case) in enumerate(cases.items()):
        spent = float("inf")
        for _ in range(3):
            start = time.process_time()
            value = accuracy(case)
            spent = min(spent, time.process_time() - start)
        other, seconds = theirs["values"][place], theirs["seconds"][place]
        times = f"{spent * 1_000:.0f} | {seconds * 1_000:,.0f} | {seconds / spent:.1f}"
        print(f"| {name} | {value:.4f} | {other:.4f} | {times} |")
    generator = random.Random(9)
    documents = [{"number": f"R{n}", "lines": [row(generator) for _ in range(12)]} for n in range(30)]
    properties = {"number": {"type": "string"}, "lines": {"type": "array", "items": ROW_SCHEMA}}
    schema = {"type": "object", "properties": properties}
    print("\n| wrong values | ours | reference |\n|---|---|---|")
    for share in NOISE:
        of_system = [
            {"expected": each, "found": spoiled(generator, each, share), "schema": schema}
            for each in documents
        ]
        own = statistics.mean(accuracy(case) for case in of_system)
        other = statistics.mean(ask_peer(options.peer_python, of_system)["values"])
        print(f"| {share:.0%} | {own:.4f} | {other:.4f} |")
    return 0
