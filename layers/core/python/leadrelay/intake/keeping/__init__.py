"""From a submission to the ledger: known already, news, or a new lead."""
