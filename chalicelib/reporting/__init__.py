"""What is shown: documents as the HTTP API gives them."""
