"""What staff work from: the list of cases, what they are found by, who has one open."""
