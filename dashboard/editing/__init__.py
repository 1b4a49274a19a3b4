"""An edit of a callbacks.conf while it is made: drafts, the steps that change them."""
