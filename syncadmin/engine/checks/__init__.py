"""The checks of the Check page. Pure: facts in, findings out."""
