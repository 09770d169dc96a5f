from docassay.checks.metrics.latex_tables import latex_table


def grid_of(source: str) -> list[list[str]]:
    table = latex_table(source)
    assert table is not None
    return [list(row) for row in table.grid]


def test_rows_and_cells_without_rules() -> None:
    source = r"""\begin{tabular}{l|@{\hspace{2em}}rr}
      \toprule Name & A & B \\[2pt] \cmidrule(lr){2-3}
      \textbf{first} & 1 & 2\% \\ \midrule
      second & \multicolumn{1}{c}{3} & \\ % a comment with & in it
      \bottomrule
    \end{tabular}"""
    assert grid_of(source) == [["Name", "A", "B"], ["first", "1", "2%"], ["second", "3", ""]]


def test_spans_cover_the_cells_that_they_stand_over() -> None:
    source = r"""\begin{tabular}{lcc}
      \multirow{2}{*}{Model} & \multicolumn{2}{c}{Scores} \\
      & a & b \\
      \multirow[t]{2}{3cm}{x} & 1 & 2 \\ & 3 & 4
    \end{tabular}"""
    table = latex_table(source)
    assert table is not None
    assert [(each.row, each.column, *each.cell) for each in table.placed][:4] == [
        (0, 0, "Model", 2, 1),
        (0, 1, "Scores", 1, 2),
        (1, 1, "a", 1, 1),
        (1, 2, "b", 1, 1),
    ]
    assert table.grid[3] == ("x", "3", "4")


def test_a_multirow_may_reach_upwards_and_stops_at_text() -> None:
    upwards = r"\begin{tabular}{ll} & 1 \\ \multirow{-2}{*}{x} & 2 \end{tabular}"
    assert grid_of(upwards) == [["x", "1"], ["x", "2"]]
    over_text = r"\begin{tabular}{ll} \multirow{3}{*}{x} & 1 \\ & 2 \\ y & 3 \end{tabular}"
    assert grid_of(over_text) == [["x", "1"], ["x", "2"], ["y", "3"]]


def test_a_multirow_in_a_multicolumn_covers_a_rectangle() -> None:
    source = (
        r"\begin{tabular}{lll} \multicolumn{2}{c}{\multirow{2}{*}{both}} & 1 \\"
        r" \multicolumn{2}{c}{} & 2 \\ a & b & c \end{tabular}"
    )
    assert grid_of(source) == [["both", "both", "1"], ["both", "both", "2"], ["a", "b", "c"]]


def test_line_breaks_inside_cells_do_not_end_rows() -> None:
    source = r"""\begin{tabularx}{\textwidth}{Xl}
      \makecell{two \\ lines} & \begin{tabular}{c}in \\ side\end{tabular} \\ x & y
    \end{tabularx}"""
    assert grid_of(source) == [["twolines", "inside"], ["x", "y"]]


def test_rows_and_columns_without_text_are_dropped() -> None:
    source = r"\begin{tabular}{lll} a & & b \\ & & \\ c & & d \end{tabular}"
    assert grid_of(source) == [["a", "b"], ["c", "d"]]


def test_a_short_row_is_filled() -> None:
    assert grid_of(r"\begin{tabular}{ll} a \\ b & c \end{tabular}") == [["a", ""], ["b", "c"]]


def test_no_table_is_none() -> None:
    assert latex_table("just text & more \\\\") is None
    assert latex_table(r"\begin{tabular}{l} \hline \end{tabular}") is None


def test_hostile_spans_and_nesting_are_bounded() -> None:
    huge = latex_table(
        r"\begin{tabular}{l} \multirow{999999999}{*}{\multicolumn{999999999}{c}{x}} \end{tabular}"
    )
    assert huge is not None
    assert (huge.row_count, huge.column_count) == (1, 1)
    nested = latex_table(r"\begin{tabular}{l}" * 300 + "x")
    assert nested is not None
    assert (nested.row_count, nested.column_count) == (1, 1)
