"""What we tell people: an alert becomes a subject, a text and HTML in the reader's language."""
