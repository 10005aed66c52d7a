"""`leadrelay check --deep`: rules over one description of a deployment, however it was read."""
