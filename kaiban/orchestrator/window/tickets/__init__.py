"""Numbers at a hall: arrive, call, finish."""
