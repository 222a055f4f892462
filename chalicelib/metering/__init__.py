"""What was used: CloudStack's records read, checked, and turned into quantities of meters."""
