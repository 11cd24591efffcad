"""What staff have to do with a case: who held it, who saw it, whom they helped, what they ask to edit."""
