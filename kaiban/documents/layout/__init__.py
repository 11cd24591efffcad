"""From HTML to PDF and to pictures, with fonts that can draw what is said."""
