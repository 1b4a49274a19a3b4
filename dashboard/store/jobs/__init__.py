"""What is known of jobs: stored rows, folded with what is accepted and not planned yet."""
