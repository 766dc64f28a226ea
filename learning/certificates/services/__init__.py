"""Every write about certificates: batches, issuing, printing, revoking, verifying."""
