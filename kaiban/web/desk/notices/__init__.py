"""The one-time notice (一次性告知书) at the window."""
