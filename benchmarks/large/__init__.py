"""What docctl does at a large site, beside a small one and beside programs that share nothing with it."""
