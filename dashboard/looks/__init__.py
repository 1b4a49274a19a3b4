"""What pages are made of, for views and template tags alike: addresses, looks, words."""
