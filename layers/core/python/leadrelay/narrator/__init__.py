"""A lead in words: the text that its reader finds in a CRM. Pure, and the same for every CRM."""
