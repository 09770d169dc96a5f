"""How alike an output and a known truth are: pure measures from 0 to 1, without any opinion on scores.

Every measure counts what is missing and what was added, so that neither an empty output nor one that repeats
everything gains by it. Where there is no truth there is no measure: the functions say so with ``None``.
"""
