"""The use cases: open a case, work a step, hear a callback, correct, withdraw, add links, issue."""
