#!/usr/bin/env python3
"""Writes what transformers makes of templates of conversations, for ChatTemplatesTests.

    Vocabs/fetch
    python=$(Tests/Scripts/environment --models)
    $python Tests/Scripts/generate_chat_templates.py [--check]

Two kinds: small templates of this project's own, one for each part of the language that the subset has, and the real
templates that come with tokenizers of Vocabs/real. Of the latter only the digest and the outcome are written.
With --check nothing is written, and exit status 1 says that the committed file differs.
"""

import argparse
import hashlib
import json
import os
import sys

import datetime
import platform

import gguf
import jinja2
import transformers
from transformers.utils import chat_template_utils
from transformers.utils.chat_template_utils import render_jinja_template


class Day(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.fromisoformat(DAY)


chat_template_utils.datetime = Day

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
REAL = os.environ.get("CMC_VOCABS_REAL", os.path.join(ROOT, "Vocabs", "real"))
FOLDER = os.path.join(ROOT, "Tests", "Tokenizers", "ChatTemplatesTests", "Golden")
GOLDEN = os.path.join(FOLDER, "templates.json")
LANGUAGE = os.path.join(FOLDER, "language.json")
DAY = "2026-11-28"

USER = [{"role": "user", "content": " What is the tide table of Åland? \n"}]
TALK = [
    {"role": "system", "content": "Answer briefly."},
    {"role": "user", "content": "Name a colour."},
    {"role": "assistant", "content": "Blue."},
    {"role": "user", "content": "Another — with \"quotes\" & <marks>, 'please'?"},
]
NAMED = [
    {"role": "system", "content": "Be kind."},
    {"role": "user", "content": "Hello", "name": "Ann"},
    {"role": "assistant", "content": " Hello, Ann. "},
    {"role": "user", "content": "Who am I?", "name": "Ann"},
]
THINKING = [{"enable_thinking": False}, {"enable_thinking": True, "thinking_budget": 5, "custom": {"a": [1, 2.5, None]}}]
TOKENS = {"bos_token": "<s>", "eos_token": "</s>"}

OWN = {
    "text": "plain {{ bos_token }} text\n",
    "trimmed lines": "a\n  {% if true %}\n  b\n  {% endif %}\nc {# gone #}\n  {# gone too #}\nd {%+ if true %}x{% endif +%}\ny",
    "dashes": "a \n {%- if true -%} \n b \n {%- endif -%} \n c {{- ' d ' -}} \n e",
    "an indented output": "x\n   {{ 1 }}\n {%- set a = 2 %}\n   {{ a }}\n\n",
    "a loop": "{% for m in messages %}{{ loop.index }}/{{ loop.length }} {{ m.role }}: {{ m['content'] | trim }}"
    "{% if not loop.last %}, {% else %}.{% endif %}{% endfor %}",
    "loop members": "{% for x in [1, 2, 3] %}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}"
    "{{ loop.previtem }}{{ loop.nextitem }};{% endfor %}",
    "a loop with a condition": "{% for x in range(10) if x is odd and x != 5 %}{{ x }}{{ loop.length }} {% else %}none{% endfor %}"
    "{% for x in [] %}{{ x }}{% else %}none{% endfor %}",
    "break and continue": "{% for x in range(9) %}{% if x == 2 %}{% continue %}{% endif %}{% if x > 4 %}{% break %}{% endif %}{{ x }}{% endfor %}",
    "several names": "{% for key, value in {'a': 1, 'b': [2, 'c']}.items() %}{{ key }}={{ value }};{% endfor %}{% set x, y = 1, 2 %}{{ x + y }}",
    "scope of loops": "{% set n = 0 %}{% for x in [1, 2] %}{% set n = n + x %}{{ n }}{% endfor %}{{ n }}",
    "a namespace": "{% set ns = namespace(n=0, found=false) %}{% for x in [1, 2] %}{% set ns.n = ns.n + x %}{% endfor %}{{ ns.n }}{{ ns.found }}",
    "a set block": "{% set text %}a{{ 1 }}\n  b{% endset %}[{{ text }}]",
    "macros": "{% macro turn(role, text='none', end=eos_token) %}<{{ role }}>{{ text }}{{ end }}{% endmacro %}"
    "{{ turn('user') }}{{ turn('a', text='b', end='') }}{{ turn('x', 'y') | upper }}",
    "recursion": "{% macro count(n) %}{{ n }}{% if n > 0 %}{{ count(n - 1) }}{% endif %}{% endmacro %}{{ count(5) }}",
    "arithmetic": "{{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** 5 }} {{ 2 + 3 * 4 - 1 }} {{ 1.5 + 1 }} {{ 'a' ~ 1 ~ none }} {{ 'ab' * 2 }} {{ -3 | abs }}",
    "comparisons": "{{ 1 < 2 < 3 }} {{ 1 < 2 > 5 }} {{ 'a' < 'b' }} {{ 1 == 1.0 }} {{ 'a' != 'a' }} {{ [1] == [1] }} {{ true == 1 }} {{ none == false }}",
    "logic": "{{ 1 and 0 }} {{ 0 or 'x' }} {{ not '' }} {{ 'a' if false else 'b' }} [{{ 'a' if false }}] {{ not 1 == 2 }} {{ 1 if 0 else 2 if 0 else 3 }}",
    "membership": "{{ 'b' in 'abc' }} {{ 'x' not in ['x'] }} {{ 'role' in messages[0] }} {{ 2 in [1, 2] }} {{ not 'a' in 'b' }}",
    "tests": "{{ x is defined }} {{ x is undefined }} {{ none is none }} {{ 1 is number }} {{ 'a' is string }} {{ [] is iterable }} {{ {} is mapping }}"
    " {{ 4 is divisibleby 2 }} {{ 3 is not even }} {{ true is true }} {{ 1 is true }} {{ 'a' is in ['a'] }} {{ 2 is eq 2 }} {{ 1.0 is float }} {{ true is boolean }}",
    "items and slices": "{{ [1, 2, 3][-1] }} {{ 'abc'[1] }} {{ 'abcdef'[1:4] }} {{ [1, 2, 3][::-1] }} {{ 'abcdef'[-3:] }} {{ 'abc'[:-1] }} {{ [1,2,3,4][::2] }} [{{ [1][5] }}]",
    "messages sliced": "{% if messages[0]['role'] == 'system' %}{% set system = messages[0]['content'] %}{% set rest = messages[1:] %}"
    "{% else %}{% set system = 'default' %}{% set rest = messages %}{% endif %}{{ system }}: {{ rest | length }}",
    "text methods": "{{ ' a '.strip() }}|{{ 'xaxx'.rstrip('x') }}|{{ 'xxax'.lstrip('x') }}|{{ 'a,b,c'.split(',')[-1] }}|{{ 'a  b c'.split() }}|{{ 'a,b,c'.split(',', 1) }}"
    "|{{ 'abc'.startswith('ab') }}|{{ 'abc'.endswith(('x', 'c')) }}|{{ 'aBc'.upper() }}|{{ 'aBc'.lower() }}|{{ 'one two'.title() }}|{{ 'ONE two'.capitalize() }}"
    "|{{ 'aaa'.replace('a', 'b', 2) }}|{{ 'abc'.find('c') }}|{{ '-'.join(['a', 'b']) }}",
    "dictionary methods": "{% set d = {'a': 1, 'b': none} %}{{ d.get('a') }}{{ d.get('x', 5) }}{{ d.get('x') }}{{ d.keys() | list }}{{ d.values() | list }}{{ d | length }}{{ d.a }}{{ d['b'] }}[{{ d.missing }}]",
    "filters": "{{ ' a ' | trim }}|{{ [1, 2] | length }}|{{ 'ab' | upper }}|{{ ['a', 'b'] | join(', ') }}|{{ [3, 4] | first }}{{ [3, 4] | last }}|{{ x | default('d') }}"
    "|{{ '' | default('e', true) }}|{{ '12' | int + 1 }}|{{ 'x' | int(7) }}|{{ 3 | string }}|{{ 'abc' | list }}|{{ 'a-b' | replace('-', '+') }}|{{ [1, 2] | reverse | list }}"
    "|{{ 'one two' | title }}|{{ ['a', 'A', 'b'] | unique | list }}|{{ [1, 2] | sum }}|{{ 'x' | capitalize }}|{% for k, v in {'k': 1} | items %}{{ k }}{{ v }}{% endfor %}|{{ '2.5' | float }}",
    "filters of lists": "{{ messages | selectattr('role', 'equalto', 'user') | list | length }} {{ messages | map(attribute='role') | join(' ') }}"
    " {{ messages | rejectattr('role', 'eq', 'user') | map(attribute='content') | list }} {{ ['a', '', 'b'] | select | list }} {{ [1, 2, 3] | reject('odd') | list }} {{ ['a'] | map('upper') | list }}",
    "indent": "{{ 'a\nb\n\nc' | indent }}|{{ 'a\nb' | indent(2, true) }}",
    "json": "{{ messages | tojson }}\n{{ {'a': [1, 2.5, true, none, 'é\n\"'], 'b': {}} | tojson(indent=2) }}",
    "shown values": "{{ [1, 'a', \"it's\", none, true, 1.0, {'k': 'v'}] }} {{ none }} {{ 1.0 }} {{ 1e3 if false else 0.25 }}",
    "escapes": "{{ 'a\\nb\\t\\'c\\' \\u00e5 \\x41 \\\\ ' \"d\" 'e' }}",
    "generation": "{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}{% if add_generation_prompt %}>{% endif %}",
    "no tools": "{% if tools %}tools{% endif %}{{ tools is none }}{{ tools is defined }}{% if documents is not none %}d{% endif %}",
    "nothing there": "[{{ nothing }}]{% if nothing %}x{% endif %}{% for x in nothing %}{{ x }}{% endfor %}{{ nothing is defined and nothing }}",
    "tuples": "{% set pair = (1, 'a') %}{{ pair[0] }}{% for a, b in [(1, 2), (3, 4)] %}{{ a * b }}{% endfor %}",
    "names and variables": "{% for m in messages %}{{ m.role }}{{ ' (' ~ m.name ~ ')' if m.name }}: {{ m.content }};{% endfor %}"
    "{{ enable_thinking is defined and enable_thinking is false }}{{ thinking_budget }}{{ custom | tojson if custom is defined }}",
    "the day": "{{ strftime_now('%d %b %Y') }} {{ strftime_now(format='%A, %B %-d %j') }}",
    "arguments of map": "{{ messages | map(attribute='name', default='-') | join(',') }} {{ ['a', none] | map('default', 'x', true) | list }}",
    "arguments of tojson": "{{ {'b': 'é', 'a': [1]} | tojson(ensure_ascii=true) }}{{ {'b': 'é', 'a': [1]} | tojson(sort_keys=true, separators=(',', ':')) }}"
    "{{ {'b': {'c': []}} | tojson(indent='>') }}",
    "arguments of methods": "{{ 'abcabc'.find('a', 1) }}{{ 'abc'.startswith('b', 1) }}{{ 'a,b,c'.rsplit(',', 1) }}{{ 'x'.center(5, '*') }}{{ 'aXbX'.split('X', maxsplit=1) }}",
    "ends of lines": "{{ 'a\\nb'.splitlines() }}{{ 'a\\nb'.splitlines(true) }}{{ 'a\\nb'.splitlines(2) }}{{ 'a\\nb'.splitlines(keepends=0) }}",
    "ends of lines by a text": "{{ 'a\\nb'.splitlines('x ') }}",
    "ends of lines by nothing": "{{ 'a\\nb'.splitlines(none) }}",
    "ends of lines by a fraction": "{{ 'a\\nb'.splitlines(1.0) }}",
    "ends of lines by what is not there": "{{ 'a\\nb'.splitlines(nothing) }}",
    "ends of lines by a large number": "{{ 'a\\nb'.splitlines(2147483648) }}",
    "a namespace of an object": "{% set ns = namespace({'a': 1}, b=2) %}{{ ns.a }}{{ ns.b }}{{ ns }}",
    "keys that are numbers": "{% set d = {1: 'one', 2.0: 'two', none: 'n', true: 'yes', (1, 2): 't'} %}{{ d[1] }}{{ d[2] }}{{ d[none] }}{{ d[(1, 2)] }}{{ d }}{{ d.keys() | list }}",
    "format": "{{ '{} {:>5} {x!r} {:05.2f} {:,}'.format('a', 'b', 2.5, 1234567, x='é') }}",
    "recursive loops": "{% for x in [1, [2, [3]], 4] recursive %}{{ loop.depth }}:{% if x is iterable %}({{ loop(x) }}){% else %}{{ x }}{% endif %} {% endfor %}",
    "loop helpers": "{% for x in [1, 1, 2] %}{{ loop.cycle('a', 'b') }}{{ loop.changed(x) }}{{ loop.depth }}{{ loop.depth0 }} {% endfor %}",
    "caller and call": "{% macro box(a) %}<{{ a }}{{ caller(1) }}{{ varargs }}{{ kwargs }}>{% endmacro %}{% call(n) box('x', 2, k=3) %}in{{ n }}{% endcall %}",
    "raw and filter blocks": "{% raw %}{{ x }}{% endraw %}{% filter upper | replace('A', 'b') %}abc{% endfilter %}{% set v | trim %}  a {% endset %}[{{ v }}]",
    "with and print": "{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}[{{ a }}]{% print 1, 'x' %}",
    "order": "{{ [3, 1, 2] | sort(reverse=true) }}{{ ['b', 'A'] | sort }}{{ {'b': 1, 'a': 2} | dictsort(by='value') }}{{ messages | groupby('role') | map('first') | list }}{{ [1, 5] | max }}",
    "batches and slices": "{{ [1, 2, 3] | batch(2, 0) | list }}{{ [1, 2, 3] | slice(2) | list }}{{ [1, 2, 3, 4][1:-1] }}{{ (1, 2)[:1] }}{{ range(5)[1:3] }}",
    "rounding": "{{ 2.675 | round(2) }} {{ 2.5 | round }} {{ 5 | round(method='ceil') }} {{ 1.25 | round(1, 'floor') }} {{ 7.5 // -2 }} {{ -7.5 % 2 }} {{ 1e16 }} {{ 1e-5 }}",
    "title and case": "{{ \"don't stop-me (now)\" | title }} {{ \"don't stop\".title() }} {{ 'ΑΣ ΑΣΑ ΑΣ'.title() }} {{ 'ΑΣ' | lower }} {{ 'ß' | capitalize }} {{ 'ß'.upper() }}",
    "line ends": "a\r\nb\rc{{ 'x\r\ny' }}{# gone -#}  \n d\n",
    "an unpacked call": "{% macro f(a, b) %}{{ a }}{{ b }}{% endmacro %}{{ f(*[1, 2]) }}{{ f(**{'b': 3, 'a': 4}) }}",
    "else of a loop that is left": "{% for x in [1] %}{{ x }}{% break %}{% else %}else{% endfor %}",
    "generation sets nothing": "{% generation %}{% set a = 1 %}{{ a }}{% endgeneration %}[{{ a }}]",
    "generation is a macro": "{% generation %}{{ varargs }}{{ kwargs }}[{{ caller }}]{% endgeneration %}[{{ varargs }}]",
    "an order that is no truth value": "{{ [] | sort({'a': 1}) }}",
    "an order by a number": "{{ [1, 2] | sort(1) }}{{ {'a': 2, 'b': 1} | dictsort(reverse=true) }}",
    "a key that cannot be one, never reached": "{% if false %}{{ {[]: 1} }}{% set a = [{{}: 2}] %}{% endif %}x",
    "a key that cannot be one, in a filter": "{% if false %}{{ {[]: 1} | list }}{% endif %}x",
    "a key that cannot be one, in a list": "{% if messages[0].role == 'tool' %}{{ [1, {1: 2, 'a': [3], {}: 'x'}] == messages }}{% endif %}x",
    "a key that cannot be one, in a loop": "{% for x in {[]: 1}.items() if false %}{% endfor %}x",
    "a key that cannot be one, in a call": "{% if false %}{{ range(1, {[]: 1}) }}{% endif %}x",
    "a key that cannot be one, before a power": "{% if false %}{{ {true: -2 ** 2, []: 3 * 'a'} | list }}{% endif %}x",
    "a key that is computed, never reached": "{% if false %}{{ {['a'] + ['b']: (1, 2)} is mapping }}{% endif %}x",
    "a key that is not known before": "{% if false %}{{ {1: messages, []: 1} | list }}{% endif %}x",
    "a filter that nothing comes to": "{{ 2 < 1 < (messages | nofilter) }}{{ false and ('a' | nofilter) }}{{ 1 or ('a' is notest) }}",
    "a filter that something may come to": "{{ messages and ('a' | nofilter) }}",
    "a filter behind a comparison that holds": "{{ 1 < 2 < ('a' | nofilter) }}",
    "too many arguments": "{{ 'a' | upper(1) }}",
    "a misspelt argument": "{{ [1] | join(atribute='x') }}",
    "a positional after a named": "{{ range(1, x=2) }}",
    "refused": "{% if messages[0].role != 'tool' %}{{ raise_exception('Only tools, please: ' ~ messages[0].role) }}{% endif %}",
}

REAL_TEMPLATES = [
    "smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf",
    "gguf/ggml-vocab-command-r.gguf",
    "gguf/ggml-vocab-gemma-4.gguf",
    "gguf/ggml-vocab-phi-3.gguf",
    "gguf/ggml-vocab-qwen2.gguf",
    "gguf/ggml-vocab-qwen35.gguf",
]


def render(template, messages, generation, variables={}):
    try:
        texts, _ = render_jinja_template(
            conversations=[messages], chat_template=template, add_generation_prompt=generation, **TOKENS, **variables
        )
        return {"text": texts[0]}
    except Exception as error:  # what a template raises, or cannot do
        return {"error": str(error)}


def cases(template):
    return [
        {"messages": messages, "generation": generation, **render(template, messages, generation)}
        for messages in (USER, TALK)
        for generation in (True, False)
    ] + [
        {"messages": NAMED, "generation": True, "variables": variables, **render(template, NAMED, True, variables)}
        for variables in THINKING
    ]


def real_template(path):
    file = os.path.join(REAL, path)
    # The reader goes through all of a vocabulary one by one, so it is asked once a file.
    return gguf.GGUFReader(file).get_field("tokenizer.chat_template").contents()


def language():
    """The names of the language: what Jinja and transformers put into the environment, and Python's methods."""
    environment = chat_template_utils._cached_compile_jinja_template("").environment

    def methods(value):
        return sorted(name for name in dir(value) if not name.startswith("_"))

    return {
        "jinja2": jinja2.__version__,
        "transformers": transformers.__version__,
        "python": ".".join(platform.python_version_tuple()[:2]),
        "names": {
            "tag": sorted(
                jinja2.parser._statement_keywords - {"import"} | {"call", "filter", "raw", "import"}
                | {tag for extension in environment.extensions.values() for tag in extension.tags}
            ),
            "filter": sorted(environment.filters),
            "test": sorted(environment.tests),
            "function": sorted(environment.globals),
            "method of texts": methods(""),
            "method of dictionaries": methods({}),
            "method of lists": methods([]),
            "member of loop": methods(jinja2.runtime.LoopContext([], jinja2.Undefined)),
        },
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the committed file")
    arguments = parser.parse_args()
    golden = {
        "tokens": TOKENS,
        "own": [{"name": name, "template": template, "cases": cases(template)} for name, template in OWN.items()],
        "real": [
            {"path": path, "sha256": hashlib.sha256(template.encode()).hexdigest(), "cases": cases(template)}
            for path, template in ((path, real_template(path)) for path in REAL_TEMPLATES)
        ],
    }
    for path, content in ((GOLDEN, golden), (LANGUAGE, language())):
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        if arguments.check:
            with open(path, encoding="utf-8") as file:
                if file.read() != text:
                    print(f"{path} is not what transformers gives", file=sys.stderr)
                    return 1
        else:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
    count = sum(len(entry["cases"]) for entry in golden["own"] + golden["real"])
    print(f"{count} outcomes of {len(golden['own'])} own and {len(golden['real'])} real templates")
    return 0


if __name__ == "__main__":
    sys.exit(main())
