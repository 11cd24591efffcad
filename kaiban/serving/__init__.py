"""HTTP on a socket: the only room that knows waitress. It keeps slow and silent clients from holding a thread."""
