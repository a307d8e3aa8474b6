"""``python -m services`` runs all services in one process, ``python -m services inventory payment`` some of them."""

import asyncio
import sys

from services import alerting, analytics, inventory, notification, order, payment

SERVICES = {
    "order": order,
    "inventory": inventory,
    "payment": payment,
    "notification": notification,
    "analytics": analytics,
    "alerting": alerting,
}


async def main(names: list[str]) -> None:
    async with asyncio.TaskGroup() as tasks:
        for name in names:
            tasks.create_task(SERVICES[name].run(), name=name)
        print(f"running: {', '.join(names)}", flush=True)


if __name__ == "__main__":
    try:
        asyncio.run(main(sys.argv[1:] or list(SERVICES)))
    except KeyboardInterrupt:
        sys.exit(130)
