"""Who opens a page: browsers and their sessions, machines of the hall, staff; a form's two doors."""
