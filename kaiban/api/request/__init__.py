"""The way of a request: who calls, what is asked and sent, answered once, and how the answer is written."""
