"""How fast and how small conversions are, as ratios to what a reader cannot beat."""
