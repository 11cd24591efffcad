"""What workers do by the clock and not for one job: finding what is forgotten, reminding, dropping what is old."""
