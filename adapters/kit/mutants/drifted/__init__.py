"""A department whose stub does not speak as a recording of the real system does."""
