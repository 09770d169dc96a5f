"""The light layout of the mode ``fast``: the file's own order instead of a search for columns.

``rows`` makes text lines of the words with a few array operations, ``blocks`` makes paragraphs, list items
and captions of the lines, ``grids`` makes tables of words between ruling lines, ``page`` puts them and the
pictures where they stand. A page on which the file's order cannot be trusted is left to the full layout.
"""
