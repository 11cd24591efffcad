"""Pages of cards (红黄牌), for staff."""
