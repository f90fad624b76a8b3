"""An application of Django REST framework: authors, books and their covers."""
