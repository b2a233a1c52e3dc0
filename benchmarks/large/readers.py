"""Readers as a process of its own: `python -m benchmarks.large.readers HOST PATH COOKIE SECONDS READERS`."""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time


def read(host: str, path: str, cookie: str, seconds: float, readers: int) -> dict[str, object]:
    """The seconds of each answer, and how many were none."""
    times: list[float] = []
    errors: list[str] = []
    end = time.monotonic() + seconds

    def one() -> None:
        connection = http.client.HTTPConnection(host, timeout=60)
        while time.monotonic() < end:
            start = time.perf_counter()
            try:
                connection.request("GET", path, headers={"Cookie": cookie})
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    errors.append(str(answer.status))
            except (OSError, http.client.HTTPException) as error:
                errors.append(repr(error))
                connection.close()
            times.append(time.perf_counter() - start)
        connection.close()

    threads = [threading.Thread(target=one) for _ in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"times": times, "errors": len(errors)}


if __name__ == "__main__":
    host, path, cookie, seconds, readers = sys.argv[1:]
    sys.stdout.write(json.dumps(read(host, path, cookie, float(seconds), int(readers))))
