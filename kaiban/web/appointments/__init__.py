"""Appointments and numbers: booking, one's own appointments, the machine that gives numbers, the hall's screen."""
