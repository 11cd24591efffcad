"""Departments by hand (人工办理): sheets, results, sending again, and a second person for changes."""
