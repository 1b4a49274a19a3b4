"""Everything that is written, with the reads that decide it; rooms in the order of the flow."""
