"""Durable jobs: the only rooms that know DBOS, and the tree of processes that runs them."""
