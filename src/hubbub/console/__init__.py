"""The console: the admin API, on a port of its own. What people and programs see of a hub, and do to it.

    options   what can be set                    port     the port, as the hub's start and stop know it
    subject   the hub, as this feature sees it   site     the app: gate, table and documents in one
    gate      who may ask at all                 table    all routes
    route     one route, from octets to octets   views/   what they answer, one file for each noun
    feeds     answers that do not end            openapi  the same table as a document

It knows the core, and rooms through their hatches alone.
"""
