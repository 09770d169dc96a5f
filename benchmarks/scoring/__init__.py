"""``python -m benchmarks.scoring TOPIC``: scores beside people and reference programs, and their cost."""
