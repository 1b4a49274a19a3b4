"""Jobs: the stored rows, with accepted records that are not planned yet applied to them."""
