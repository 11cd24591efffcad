"""The desk (窗口): pages of staff, every one of them under `/desk`."""
