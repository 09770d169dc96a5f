"""Runs in the environment of the reference implementations: pairs of tables from stdin, figures to stdout.

Reads one JSON object ``{"measure": name, "pairs": [[html, html], ...]}`` and writes ``{"values": [...],
"seconds": CPU}``. It imports nothing of the product.
"""

import json
import sys
import time


def cells(html):
    """Rows of cells (text, colspan, rowspan); a text is what lxml says it is."""
    from lxml import html as parser

    table = parser.fromstring(html)
    return [
        [
            ("".join(cell.itertext()), int(cell.get("colspan", "1")), int(cell.get("rowspan", "1")))
            for cell in row
        ]
        for row in table.iter("tr")
    ]


class Node:
    """A node as ``apted`` reads it."""

    def __init__(self, tag, cell=None, children=()):
        self.tag, self.cell, self.children = tag, cell, list(children)


def levenshtein(one, other):
    """Edit distance, by a fast library: it is the tree that is compared."""
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.distance(one, other)


def flat_teds(pair):
    """TEDS on ``table > tr > td`` with the table counted as a node."""
    from apted import APTED, Config

    class Costs(Config):
        def rename(self, one, other):
            if one.tag != other.tag:
                return 1.0
            if one.tag != "td":
                return 0.0
            if one.cell[1:] != other.cell[1:]:
                return 1.0
            longest = max(len(one.cell[0]), len(other.cell[0]))
            return levenshtein(one.cell[0], other.cell[0]) / longest if longest else 0.0

        def children(self, node):
            return node.children

    trees, sizes = [], []
    for html in pair:
        rows = [Node("tr", None, [Node("td", cell) for cell in row]) for row in cells(html)]
        trees.append(Node("table", None, rows))
        sizes.append(1 + sum(1 + len(row.children) for row in rows))
    return 1 - APTED(*trees, Costs()).compute_edit_distance() / max(sizes)


def published_teds(pair):
    """TEDS with the tree and the costs of PubTabNet."""
    from apted import APTED, Config
    from lxml import html as parser

    class Costs(Config):
        def rename(self, one, other):
            if one.tag != other.tag or one.cell[1:] != other.cell[1:]:
                return 1.0
            if one.tag == "td" and (one.cell[0] or other.cell[0]):
                return levenshtein(one.cell[0], other.cell[0]) / max(len(one.cell[0]), len(other.cell[0]))
            return 0.0

        def children(self, node):
            return node.children

    def tokens(element):
        found = [f"<{element.tag}>", *(element.text or "")]
        for child in element:
            found += tokens(child)
        found.append(f"</{element.tag}>")
        return found + (list(element.tail or "") if element.tag != "td" else [])

    def tree(element):
        if element.tag == "td":
            cell = (tokens(element)[1:-1], element.get("colspan", "1"), element.get("rowspan", "1"))
            return Node("td", cell)
        return Node(element.tag, ((), None, None), [tree(child) for child in element])

    tables = [parser.fromstring(html) for html in pair]
    nodes = max(len(table.xpath(".//*")) for table in tables)
    return 1 - APTED(*[tree(table) for table in tables], Costs()).compute_edit_distance() / nodes


def grits(name):
    """The author's package."""
    import grits.grits as package
    from grits.conversion import html_to_grids

    def measure(pair):
        grids = [html_to_grids(html)[name] for html in pair]
        found = getattr(package, f"grits_{name}")(*grids)
        return found[0] if isinstance(found, tuple) else found

    return measure


def main():
    """Measure all pairs."""
    asked = json.load(sys.stdin)
    name = asked["measure"]
    known = {"flat_teds": flat_teds, "published_teds": published_teds}
    measure = known[name] if name in known else grits(name.removeprefix("grits_"))
    start = time.process_time()
    values = [measure(pair) for pair in asked["pairs"]]
    json.dump({"values": values, "seconds": time.process_time() - start}, sys.stdout)


if __name__ == "__main__":
    main()
