"""Hand-made sample forms; see `forms.sample.handmade`."""
