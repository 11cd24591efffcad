"""What goes over the wire, a module a resource: the same schemas write the answers and describe them."""
