"""The exit desk (统一窗口出件): find, hand over against a signature, post, remind."""
