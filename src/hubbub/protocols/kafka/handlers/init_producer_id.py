"""InitProducerId (22), versions 0-5: an id for a producer that numbers its batches, so that none is stored twice (KIP-98).

Each call gives a new id at epoch 0. Transactional producers are told, for good, that transactions are not offered.
"""

from typing import Final

from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import init_producer_id as wire

API: Final = wire.API


def handle(guest: Guest, request: Request[wire.InitProducerIdRequest]) -> wire.InitProducerIdResponse:
    """A new id, or why there is none."""
    if request.body.transactional_id is not None:
        return wire.InitProducerIdResponse(
            error_code=Code.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, producer_id=-1, producer_epoch=-1
        )
    return wire.InitProducerIdResponse(producer_id=guest.broker.producer_ids.take(), producer_epoch=0)
