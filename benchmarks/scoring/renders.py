"""Whether ``math.renders`` refuses what KaTeX refuses, on true formulas and on the same with a fault put in.

``--katex`` names a folder in which ``npm install katex@0.16`` was run; node must be on the path.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from docassay.checks.metrics.latex_grammar import find_fault

FAULTS_PER_FORMULA = 3
_PIECE = re.compile(r"\\[a-zA-Z]+|\\.|\s+|.", re.DOTALL)
_INLINE = re.compile(r"\$([^$\n]+)\$")
_KATEX = """
const katex = require("katex"); require("katex/contrib/mhchem");
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
const refused = formulas.map(formula => {
  try { katex.renderToString(formula, {displayMode: true, strict: false, throwOnError: true}); return false }
  catch (error) { return true }
});
require("fs").writeSync(1, "\\n" + JSON.stringify(refused));
"""


def true_formulas(data: Path) -> list[str]:
    """The formulas of both data sets, those of the development half alone where there are halves."""
    found: list[str] = []
    for pair in json.loads((data / "formulas-human" / "all_formulas.json").read_text(encoding="utf-8")):
        found += [pair["gt_formula"], pair["extracted_formula"]]
    for path in sorted((data / "parse-bench" / "ground_truth").glob("*.json"))[::2]:
        for element in json.loads(path.read_text(encoding="utf-8")):
            if "formula" in element["type"]:
                found.append(element["data"])
            elif element["type"] == "text":
                found += _INLINE.findall(element["data"])
    stripped = (formula.strip().strip("$").strip() for formula in found)
    return [formula for formula in stripped if formula]


def break_formula(formula: str, chance: random.Random) -> str:
    """The formula with one of eight faults at a place of chance; some still render, as in life."""
    pieces = _PIECE.findall(formula)
    place = chance.randrange(len(pieces))

    def drop(of_kind: Callable[[str], bool]) -> None:
        places = [index for index, piece in enumerate(pieces) if of_kind(piece)]
        if places:
            del pieces[chance.choice(places)]

    kind = chance.randrange(8)
    if kind == 0:
        del pieces[place]
    elif kind == 1:
        pieces.insert(place, chance.choice(["{", "}", "\\left(", "\\right)", "\\left", "\\right", "&"]))
    elif kind == 2:
        pieces[place] += chance.choice("xyzq")
    elif kind == 3:
        del pieces[place:]
    elif kind == 4:
        drop(lambda piece: piece in ("{", "}"))
    elif kind == 5:
        pieces.insert(place, chance.choice(["^", "_", "^a^b", "'^'"]))
    elif kind == 6:
        drop(lambda piece: piece in ("\\left", "\\right", "\\begin", "\\end"))
    else:
        pieces.insert(
            place, chance.choice(["\\frac", "\\text", "\\hat", "\\sqrt", "$", "#", "\\over", "\\limits"])
        )
    return "".join(pieces)


def refused_by_katex(formulas: list[str], folder: Path) -> list[bool]:
    """Whether KaTeX refuses each formula."""
    answer = subprocess.run(
        ["node", "-e", _KATEX],
        cwd=folder,
        input=json.dumps(formulas),
        capture_output=True,
        text=True,
        check=True,
    )
    refused: list[bool] = json.loads(answer.stdout.rsplit("\n", 1)[1])
    return refused


def main(arguments: list[str]) -> int:
    """Print precision and recall of "does not render", and the time a formula takes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scoring renders")
    parser.add_argument("--data", type=Path, default=os.environ.get("DOCASSAY_BENCH_DATA"))
    parser.add_argument("--katex", type=Path, required=True, help="folder with node_modules/katex")
    parser.add_argument("--show", type=int, default=0, help="disagreements to show")
    options = parser.parse_args(arguments)
    if options.data is None or not (options.katex / "node_modules" / "katex").is_dir():
        print("Name the folder of the data with --data, and one with node_modules/katex with --katex.")
        return 2
    sound = true_formulas(Path(options.data))
    chance = random.Random(3)
    broken = [break_formula(formula, chance) for formula in sound for _ in range(FAULTS_PER_FORMULA)]
    print("| formulas | refused by KaTeX | precision | recall | ms a formula |\n|---|---|---|---|---|")
    for name, formulas in (("true", sound), ("with a fault put in", broken)):
        start = time.process_time()
        ours = [find_fault(formula) is not None for formula in formulas]
        milliseconds = (time.process_time() - start) / len(formulas) * 1_000
        theirs = refused_by_katex(formulas, options.katex)
        both = sum(one and other for one, other in zip(ours, theirs, strict=True))
        print(
            f"| {len(formulas)} {name} | {sum(theirs)} | {both / max(1, sum(ours)):.4f} "
            f"| {both / max(1, sum(theirs)):.4f} | {milliseconds:.3f} |"
        )
        differing = [each for each in zip(formulas, ours, theirs, strict=True) if each[1] != each[2]]
        for formula, is_refused, _ in differing[: options.show]:
            print("refused by us alone:" if is_refused else "refused by KaTeX alone:", formula[:150])
    return 0
