"""The one form, declared once: what is asked, in which words, under which rules."""
