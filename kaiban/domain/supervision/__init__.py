"""What those who supervise are told of and decide: cards that were given, appealed against, cleared."""
