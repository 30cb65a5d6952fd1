"""A rally drawn by our own code, whose poses and identities are known exactly."""
