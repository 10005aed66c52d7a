"""A strict stand-in for Initiative CRM's webservice, `/wstiger.php` (vtiger 6.0)."""

from leadrelay_sandbox.initiative.server import InitiativeSimulator

__all__ = ["InitiativeSimulator"]
