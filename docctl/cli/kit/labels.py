"""What stands before a value on a terminal, and what a long work is at, for those who do not read English.

In English both are said as they are: what programs read in `--json` has the same names.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from docctl.errors.message import IDS, Reader, told
from docctl.rules.words import Own, Words

LABELS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "site": Own(zh="站点", en="site"),
        "login": Own(zh="登录名", en="login"),
        "password": Own(zh="口令", en="password"),
        "url": Own(zh="网址", en="url"),
        "copy": Own(zh="副本", en="copy"),
        "set_up": Own(zh="建立公司", en="set up"),
        "accounts": Own(zh="账户", en="accounts"),
        "name": Own(zh="名称", en="name"),
        "roles": Own(zh="角色", en="roles"),
        "organisation": Own(zh="组织", en="organisation"),
        "events": Own(zh="事件数", en="events"),
        "root": Own(zh="根", en="root"),
        "files": Own(zh="文件数", en="files"),
        "bytes": Own(zh="字节数", en="bytes"),
        "added": Own(zh="新增字节数", en="added"),
        "backups": Own(zh="备份", en="backups"),
        "made_at": Own(zh="时间", en="made at"),
        "ok": Own(zh="正常", en="ok"),
        "too_old": Own(zh="过旧", en="too old"),
        "schema": Own(zh="结构序号", en="schema"),
        "wanting": Own(zh="需要处理", en="wanting"),
        "now": Own(zh="现在", en="now"),
        "left_behind": Own(zh="未带走", en="left behind"),
    }
)
"""Of what `run`, `init`, `serve`, `check`, `backup`, `restore` and `system` answer."""

WORK: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "account": Own(zh="建立账户", en="account"),
        "register": Own(zh="登记", en="register"),
        "sign": Own(zh="签名", en="sign"),
        "issue": Own(zh="发布", en="issue"),
        "lock": Own(zh="锁定", en="lock"),
        "tables": Own(zh="数据表", en="tables"),
        "files": Own(zh="文件", en="files"),
        "events": Own(zh="事件", en="events"),
        "done": Own(zh="完成", en="done"),
    }
)
"""By the first word of what is being done."""


def label(key: str, reader: Reader) -> str:
    """What stands before the value under `key`."""
    known = None if reader.language == IDS else LABELS.get(key)
    return key if known is None else known.told(reader.language)


def work(what: str, reader: Reader) -> str:
    """What is being done: a word of these or the name of an act, and perhaps to what."""
    if reader.language == IDS:
        return what
    from docctl.queries.ledger.words import done

    first, space, rest = what.partition(" ")
    known = WORK.get(first)
    said = told(done(first), reader) if known is None else known.told(reader.language)
    return f"{said}{space}{rest}"
