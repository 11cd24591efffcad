"""Cases across regions (跨域通办): which hall may take in for which, and how far a case is between the two."""
