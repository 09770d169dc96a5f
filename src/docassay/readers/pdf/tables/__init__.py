"""Tables of PDF pages: where they stand, their rows, columns, spans and headers.

``find`` is the way in. Rules drawn on the page propose regions (``regions``), aligned text proposes more
(``unruled``); ``structure`` makes a grid of a region's words from text rows, columns and rules, and
``acceptance`` decides whether that grid is a table.
"""
