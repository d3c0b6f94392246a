"""Everything on one machine under one supervisor: the embedded default behind `manage.py demo`."""
