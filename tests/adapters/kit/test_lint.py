import pytest

from adapters.kit import lint
from adapters.kit.examine import adapter_class, adapter_names

WRONG = {
    "import time\n": "import of time",
    "import threading as t\n": "import of threading",
    "from concurrent.futures import ThreadPoolExecutor\n": "import of concurrent",
    "from random import choice\n": "import of random",
    "import requests\n": "import of requests",
    "import tenacity\n": "import of tenacity",
    "from urllib import request\n": "import of urllib.request",
    "import urllib.request\n": "import of urllib.request",
    "def f(s):\n    s.sleep(1)\n": "sleep()",
    "sleep(1)\n": "sleep()",
    "at = datetime.now(UTC)\n": "now()",
    "at = date.today()\n": "today()",
    "no = uuid.uuid4()\n": "uuid4()",
    "s.post(url, verify=False)\n": "verify=False",
    "s.post(url, allow_redirects=True)\n": "allow_redirects=True",
    "x = response.text\n": "response.text",
    "x = answer.json()\n": ".json()",
    "x = self.http.exchange('GET', '/').json()\n": ".json()",
    "x = self.http.exchange('GET', '/').text\n": ".text",
    "self.session.verify = False\n": "verify=False",
    "import _thread\n": "import of _thread",
    "import sched\n": "import of sched",
    "from backoff import on_exception\n": "import of backoff",
    "at = datetime.utcnow()\n": "utcnow()",
    "no = uuid1()\n": "uuid1()",
    "x = body.decode('gbk', 'ignore')\n": "lenient decode()",
    "x = name.encode('gbk', errors='replace')\n": "lenient encode()",
    "x = os.environ['KEY']\n": "environ",
    "for _ in range(3):\n    try:\n        go.exchange()\n    except Unknown:\n        continue\n": "a retry loop",
    "while True:\n    try:\n        look(ref)\n        break\n    except Unknown:\n        pass\n": "a retry loop",
    "while left:\n    try:\n        return look(ref)\n    except Unknown:\n        left -= 1\n": "a retry loop",
    "for _ in range(3):\n    with suppress(Unknown):\n        return send(it)\n": "a retry loop",
    "try:\n    go.exchange()\nexcept Unknown:\n    go.exchange()\n": "a retry",
}
RIGHT = (
    "at = self.clock.now()\n",
    "from urllib.parse import quote\n",
    "x = json.loads(answer.body.decode('utf-8'))\n",
    "x = body.decode('gbk')\n",
    "import threading  # kit: a memory shared by threads\n",
    "for line in lines:\n    try:\n        parse(line)\n    except ValueError:\n        continue\n",
    "from adapters.http import HtmlPage\n",
    "for path in folders:\n    found = self._call('GET', path)\n",
    "for each in all:\n    try:\n        send(each)\n    except Unknown as lost:\n        raise Retryable from lost\n",
    "x = json.loads(text)\n",
    "x = xml.child(root, 'a').text\n",
    "at = self._adapter.clock.now()\n",
)


@pytest.mark.parametrize("source", WRONG)
def test_what_an_adapter_must_not_contain_is_found_with_its_line(tmp_path, source):
    path = tmp_path / "adapter.py"
    path.write_text("# first line\n" + source, encoding="utf-8")
    found = lint.of_file(path)
    assert [each.what for each in found] == [WRONG[source]]
    assert found[0].line >= 2
    assert str(found[0]).startswith(f"{path}:{found[0].line}: ")
    assert found[0].instead


@pytest.mark.parametrize("source", RIGHT)
def test_what_is_allowed_is_left_alone(tmp_path, source):
    path = tmp_path / "adapter.py"
    path.write_text(source, encoding="utf-8")
    assert lint.of_file(path) == []


def test_a_mark_without_a_reason_exempts_nothing(tmp_path):
    path = tmp_path / "adapter.py"
    path.write_text("import time  # kit: ok\n", encoding="utf-8")
    assert lint.of_file(path)


@pytest.mark.parametrize("name", adapter_names())
def test_the_departments_are_clean(name):
    assert lint.of_adapter(adapter_class(name)) == []
