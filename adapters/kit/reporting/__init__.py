"""What the kit tells: reports, the computed level, its badge."""
