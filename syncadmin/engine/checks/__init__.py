"""What the Check page judges: facts in, checks and sentences out."""
