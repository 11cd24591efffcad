"""What a case is and how it is counted: plain Python without web, SQL, files or a wall clock."""
