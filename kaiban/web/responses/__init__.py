"""How what was sent is answered: kept over a redirect, out of date, not done, or to be tried later."""
