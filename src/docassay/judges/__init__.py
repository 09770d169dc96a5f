"""Judges: prompt rules scored by a language model, with evidence that is checked."""
