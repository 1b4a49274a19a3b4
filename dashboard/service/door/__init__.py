"""The web process's door: who may connect, for how long, and how much they may send.

waitress reads requests and calls the application; what it leaves open is here, on top
of its classes (docs/decisions/0055-who-is-connected.md). Clients may be slow or
hostile:

1. `bounds`       the numbers: how many, how long, how much
2. `connections`  who is connected; who has to go when there is no room
3. `parser`       one request; what cannot become one is refused as soon as that is known
4. `channel`      one connection; by when it must have got further
5. `strangers`    whether the sender of a large body is known, before the body is read
6. `queue`        requests wait for a thread, each address in turn
7. `watching`     waits for sockets without looking at all of them each time
8. `server`       puts these together
"""
