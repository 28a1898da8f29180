"""Daphne with graceful shutdown: requests finish, and WebSockets are closed so that clients reconnect.

Plain Daphne drops running requests when it stops. Accepts the arguments of the "daphne" command; requests and
WebSockets get at most --http-timeout seconds to finish.
"""

import logging
import os
import sys
import time
import weakref

# Selects Twisted's reactor, so it must be imported before the rest of Twisted.
from daphne.cli import CommandLineInterface
from daphne.http_protocol import WebRequest
from daphne.server import Server
from twisted.internet import reactor
from twisted.internet.defer import inlineCallbacks
from twisted.internet.task import deferLater

logger = logging.getLogger("daphne.server")

# Daphne needs a little longer to notice that a request has timed out.
PATIENCE = 5
GOING_AWAY = 1001


class DrainingServer(Server):
    """Waits for open connections before it stops."""

    def run(self):
        self.ports = []
        self.channels = weakref.WeakSet()
        self.cut_off = 0
        super().run()

    def listen_success(self, port):
        self.ports.append(port)
        super().listen_success(port)

    def protocol_connected(self, protocol):
        super().protocol_connected(protocol)
        if isinstance(protocol, WebRequest):
            self.channels.add(protocol.channel)

    def at_work(self):
        """Connections with an open request or WebSocket, or with an application still running."""
        busy = []
        for protocol, details in self.connections.items():
            application = details.get("application_instance")
            if "disconnected" not in details or (application and not application.done()):
                busy.append(protocol)
        return busy

    def let_go(self):
        """Closes idle connections now and the rest after their response."""
        for channel in list(self.channels):
            if channel.requests:
                channel.persistent = False
            else:
                self.channels.discard(channel)
                channel.loseConnection()
        for protocol in self.at_work():
            if not isinstance(protocol, WebRequest) and protocol.state == protocol.STATE_OPEN:
                protocol.sendCloseFrame(code=GOING_AWAY)

    @inlineCallbacks
    def kill_all_applications(self):
        """Called by Daphne when it is told to stop; Daphne exits when this is done."""
        end = time.monotonic() + (self.http_timeout or 0) + PATIENCE
        for port in self.ports:
            yield port.stopListening()
        logger.info("Waiting for %i connections to finish", len(self.at_work()))
        self.let_go()
        while self.at_work() and time.monotonic() < end:
            yield deferLater(reactor, 0.1, self.let_go)
        self.cut_off = len(self.at_work())
        if self.cut_off:
            logger.warning("Dropped %i connections that did not finish in time", self.cut_off)


class DrainingCommandLine(CommandLineInterface):
    server_class = DrainingServer


command_line = DrainingCommandLine()
command_line.run(sys.argv[1:])
if command_line.server.cut_off:
    # A view that is still running would keep the process alive.
    logging.shutdown()
    os._exit(1)
