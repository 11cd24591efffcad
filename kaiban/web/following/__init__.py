"""From the receipt to the package in hand: an entrepreneur follows the case."""
