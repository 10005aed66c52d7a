"""The parts put together from what is on AWS, for the functions."""
