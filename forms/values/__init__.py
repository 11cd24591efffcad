"""Single values: how they are written, and what tells right ones from wrong ones."""
