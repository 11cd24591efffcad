"""One module a peer: ``submit(case, form)`` for the web process, and what runs the steps."""
