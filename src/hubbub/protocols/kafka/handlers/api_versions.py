"""ApiVersions (18), versions 0-4: what is served here. The first request of every client.

v3 names the client's software. A version nobody knows is answered in version 0 with error 35 and the list, so that the client can try again
(KIP-511). Features: none is finalised; transactions are not offered.
"""

from typing import Final

from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.handlers.table import VERBS
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import api_versions as wire

API: Final = wire.API


def handle(guest: Guest, request: Request[wire.ApiVersionsRequest]) -> wire.ApiVersionsResponse:
    """The table, in order of keys."""
    versions = [
        wire.ApiVersion(
            int(key), verb.oldest if verb.advertised_from < 0 else verb.advertised_from, verb.newest
        )
        for key, verb in sorted(VERBS.items())
    ]
    if request.is_unsupported:
        return wire.ApiVersionsResponse(error_code=Code.UNSUPPORTED_VERSION, api_keys=versions)
    if request.version >= 3:
        guest.introduce(request.body.client_software_name, request.body.client_software_version)
    return wire.ApiVersionsResponse(api_keys=versions)
