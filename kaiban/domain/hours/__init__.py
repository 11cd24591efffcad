"""Time as halls count it: working hours, the ledger of minutes, forecasts, cards."""
