"""What can be asked of the API, a module a resource: each its routes, policies and bodies."""
