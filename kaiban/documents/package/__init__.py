"""The certificate package: its pages, its archive, its summary, its check offline."""
