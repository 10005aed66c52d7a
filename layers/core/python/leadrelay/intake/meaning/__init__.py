"""What the fields of a submission mean: from a sender's words to a lead."""
