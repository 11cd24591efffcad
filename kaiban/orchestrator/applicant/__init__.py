"""What whoever opens a company does: fill in, hand in, come back, correct, withdraw, add links, rate, choose delivery."""
