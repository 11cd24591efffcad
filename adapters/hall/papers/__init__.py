"""Sample originals of the departments, and the font they are set in."""
