"""The ledger: leads and their deliveries in one DynamoDB table, and every change to them."""
