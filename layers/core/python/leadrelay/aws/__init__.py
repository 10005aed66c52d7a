"""The ledger, the queues, the files and the secrets: the only importer of boto3."""
