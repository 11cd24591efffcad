"""What happens when processes die, answers get lost, departments go away: with real ones of each."""
