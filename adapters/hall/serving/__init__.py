"""How stubs are reached: their HTTP server, TLS with a test authority, and passing requests on to somebody else."""
