"""Where things go and come from beside the tables: mail, queues, the archive, parameters."""
