"""Telling people: the only room that knows message gateways. Each is found by its entry point."""
