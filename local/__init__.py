"""What `make run` needs around the product on one machine."""
