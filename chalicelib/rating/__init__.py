"""What it costs: dated rate cards, and the charges they make of usage."""
