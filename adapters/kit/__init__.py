"""The conformance kit: proves what an adapter does, check by check, against a stub or a test system."""

#: Levels are computed by this edition of the checks; a level does not outlive a new major one.
VERSION = "1.0"
