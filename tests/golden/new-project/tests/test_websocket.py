from asgiref.sync import async_to_sync
from channels.routing import get_default_application
from channels.testing import WebsocketCommunicator


def connection(origin: str) -> WebsocketCommunicator:
    return WebsocketCommunicator(get_default_application(), "/ws/echo/", headers=[(b"origin", origin.encode())])


async def converse(text: str) -> str:
    socket = connection("http://localhost")
    connected, _ = await socket.connect()
    assert connected
    await socket.send_to(text_data=text)
    answer = await socket.receive_from()
    await socket.disconnect()
    return answer


async def is_accepted(origin: str) -> bool:
    connected, _ = await connection(origin).connect()
    return connected


def test_echo():
    assert async_to_sync(converse)("Hello") == "Hello"


def test_other_sites_are_refused():
    assert not async_to_sync(is_accepted)("https://elsewhere.invalid")
