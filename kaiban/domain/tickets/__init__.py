"""Appointments and queue tickets (预约、取号): what a hall offers, who has a place, whose turn it is."""
