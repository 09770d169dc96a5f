"""Formulas of born-digital PDFs: found by their fonts and symbols, rebuilt as LaTeX from glyphs and rules."""
