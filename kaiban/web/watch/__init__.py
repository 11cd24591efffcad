"""The watch (时效监督): pages of those who answer for the five hours, every one of them under `/watch`."""
