"""Departments by hand: sheets, results, decisions, sending again."""
