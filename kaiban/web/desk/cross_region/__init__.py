"""Cross-region intake (跨域通办): what goes from hall to hall, and comes back."""
