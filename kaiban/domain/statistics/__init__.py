"""Figures that cannot flatter: pure arithmetic over counts, each with what it was made from."""
