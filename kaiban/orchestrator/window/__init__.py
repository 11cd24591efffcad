"""What the staff of a hall do: enter and decide by hand, print sheets, send again, hand out, look after its machines."""
