"""The use cases as JSON: routes, access, one shape of error, an OpenAPI description made from them."""
