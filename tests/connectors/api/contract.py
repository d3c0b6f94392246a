"""What every connector promises (connectors.api.protocol), tested over real HTTP against the sandbox."""

from tests.connectors.api.contract_reading import ReadingContract
from tests.connectors.api.contract_signing_in import LimitContract, SigningInContract
from tests.connectors.api.contract_writing import WritingContract


class ConnectorContract(ReadingContract, SigningInContract, WritingContract, LimitContract):
    """All of it. A vendor's test class inherits this and names its fixture."""
