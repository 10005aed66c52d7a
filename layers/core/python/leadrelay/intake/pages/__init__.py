"""What visitors see: pages, and the script of a form."""
