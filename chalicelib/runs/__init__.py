"""What is done: one module per verb. Everything from outside arrives as an argument."""
