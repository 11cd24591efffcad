"""The case file (电子案卷): everything about a case in one signed ZIP."""
