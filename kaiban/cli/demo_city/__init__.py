"""``kaiban demo``: a city on this machine."""
