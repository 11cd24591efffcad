"""From the first page to the receipt: an entrepreneur fills in the one form."""
