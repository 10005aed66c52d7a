"""Initiative CRM: the vtiger 6.0 webservice protocol at /wstiger.php."""
