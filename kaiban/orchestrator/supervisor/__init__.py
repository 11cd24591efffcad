"""Those who answer for the five hours: what they are shown."""
