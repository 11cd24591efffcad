"""What every test may ask for; nothing else lives here."""
