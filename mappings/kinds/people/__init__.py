"""What kinds of people share: contacts and leads are users."""
