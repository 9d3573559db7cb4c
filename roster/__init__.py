"""What a roster is and how one is made."""
