from senextrader.tasks import add


def test_add():
    """Runs the task in this process, without a worker or a broker."""
    assert add.apply(args=(2, 3)).get() == 5
