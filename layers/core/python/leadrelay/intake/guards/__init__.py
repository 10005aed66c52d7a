"""What keeps bots out without losing people: doubts, CAPTCHAs, limits of rate."""
