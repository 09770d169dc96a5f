"""The published measure of tables on values that can be counted by hand."""

from __future__ import annotations

import pytest

from docassay.checks.metrics.published_teds import published_teds
from docassay.documents.html_fragment import parse_fragment

HEAD = "<tr><th>Name</th><th>Price</th></tr>"
BODY = "<tr><td>Bolts</td><td>12.50</td></tr>"


def table(html):
    return next(parse_fragment(f"<table>{html}</table>").iter("table"))


@pytest.mark.parametrize(
    ("output", "edits", "nodes"),
    [
        (HEAD + BODY, 0, 6),
        (HEAD.replace("Name", "Other") + BODY, 0, 6),  # the text of a header is not looked at
        (HEAD.replace("th>", "td>") + BODY, 2, 6),
        (f"<thead>{HEAD}</thead><tbody>{BODY}</tbody>", 2, 8),
        (HEAD + BODY.replace("Bolts", "Bolt"), 1 / 5, 6),
        (HEAD + BODY.replace("Bolts", "<b>Bolts</b>"), 2 / 7, 7),  # its two tags are characters
        (HEAD, 3, 6),
        (HEAD + BODY.replace("<td>B", '<td colspan="2">B'), 1, 6),
        ("<tr><td>Bolts</td></tr>" + HEAD + BODY, 2, 8),
    ],
)
def test_edits_are_those_of_the_trees(output, edits, nodes):
    assert published_teds(table(HEAD + BODY), table(output)) == pytest.approx(1 - edits / nodes)
    assert published_teds(table(output), table(HEAD + BODY)) == pytest.approx(1 - edits / nodes)


def test_structure_alone_does_not_look_at_texts():
    other = table(HEAD + BODY.replace("Bolts", "Nuts and washers"))
    assert published_teds(table(HEAD + BODY), other, structure_only=True) == 1


def test_nothing_against_something_is_zero():
    assert published_teds(table(HEAD), None) == 0
    assert published_teds(table(HEAD), table("")) == 0
    assert published_teds(table(""), table("")) == 1
