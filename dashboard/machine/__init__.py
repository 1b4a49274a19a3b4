"""What this machine gives: a lock on a file, room on the disk, a way to wake a process."""
