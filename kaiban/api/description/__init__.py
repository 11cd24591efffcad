"""The description of the API (OpenAPI), made from its routes, their schemas and the form."""
