"""Cross-region intake (跨域通办): see the originals, send the case on, receive it, send the result back."""
