"""The use cases, in rooms by who acts; what all of them share stands on this floor."""
