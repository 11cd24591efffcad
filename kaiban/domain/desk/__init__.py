"""A case as the list of staff shows it, and by what one is found."""
