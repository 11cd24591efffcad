"""What is owed after acceptance (容缺), as the window sees to it."""
