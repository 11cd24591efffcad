"""The form as a structure: where a field is, what belongs together, in which pages, walked, viewed, described."""
