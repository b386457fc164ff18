"""Where rooms meet: a file a journey."""
