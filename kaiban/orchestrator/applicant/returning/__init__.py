"""How somebody comes back to their form: the resume code, a code to their phone, and how to reach them."""
