"""The departments: everything an integrator touches, one folder each."""
