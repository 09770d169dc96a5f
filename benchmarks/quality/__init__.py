"""How good conversions are: engines scored against documents with known answers, side by side with peers."""
