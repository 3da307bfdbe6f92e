"""Where plans and strategies are kept: the only room that speaks SQL."""
