"""The domain in plain Python: no web, no SQL, no HTTP, no environment, no now()."""
