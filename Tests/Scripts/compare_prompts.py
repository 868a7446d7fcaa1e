#!/usr/bin/env python3
"""Compares the tokens that `cmc generate --show-prompt` gives for conversations in models' own templates with
transformers' `apply_chat_template(tokenize=True)`.

    swift build -c release
    python=$(Tests/Scripts/environment --models)
    $python Tests/Scripts/compare_prompts.py [--check] [--program .build/release/cmc]

Tokenizers are GGUF files with their own templates, and tokenizer.json files with a template beside, those that
Vocabs/fetch brings and transformers can read. Exit status 1 where a token differs, or fewer than five tokenizers are
there.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

os.environ.setdefault("TRANSFORMERS_VERBOSITY", "critical")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import transformers

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
REAL = os.path.join(ROOT, "Vocabs", "real")
GGUF = [
    "smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf", "gguf/ggml-vocab-phi-3.gguf", "gguf/ggml-vocab-qwen2.gguf",
    "gguf/ggml-vocab-qwen35.gguf",
]
# The templates as the models' pages have them.
LLAMA2 = (
    "{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = messages[0]['content'] %}"
    "{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}{% for message in loop_messages %}"
    "{% if loop.index0 == 0 and system_message != false %}{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}"
    "{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}"
    "{% elif message['role'] == 'assistant' %}{{ ' '  + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}"
)
DEEPSEEK = (
    "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'system' %}{{ message['content'] }}"
    "{% elif message['role'] == 'user' %}{{ '<｜User｜>' + message['content'] }}"
    "{% else %}{{ '<｜Assistant｜>' + message['content'] + eos_token }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<｜Assistant｜>' }}{% endif %}"
)
CLAUDE = (
    "{% for message in messages %}{% if message['role'] == 'user' %}{{ '\\n\\nHuman: ' + message['content'] }}"
    "{% elif message['role'] == 'assistant' %}{{ '\\n\\nAssistant: ' + message['content'] }}{% else %}{{ message['content'] }}"
    "{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '\\n\\nAssistant:' }}{% endif %}"
)
JSON = [
    ("llama-2", LLAMA2, {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}),
    ("deepseek", DEEPSEEK, None),
    ("claude-legacy", CLAUDE, {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<META_START>", "eos_token": "<EOT>"}),
]
# What transformers' own conversion of a GGUF file leaves out: SmolLM2's tokenizer cuts text at every digit, of any script.
LEFT_OUT = {"smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf": "\u0661\u0662\u0663"}
TEXTS = [
    "What is the tide table of \u00c5land?", "  two blanks before, three after   ", "\n\nlines\n\tand tabs\n", "\u4f60\u597d\uff0c\u4e16\u754c\uff01",
    "def f(x):\n    return x ** 2  # squares", "e\u0301 and \u00e9; \ufb01 and fi; \u1e9e", "\U0001f469\u200d\U0001f680 emoji \U0001f1e6\U0001f1fd",
    "1234567890 12,345.67 \u0661\u0662\u0663", "don't WE'LL they've", "\u2581 is no blank", "", "a", " ", "...", "http://example.org/?q=a+b#c",
    "\u0915\u094d\u0937\u093f \u0e01\u0e33", "trailing newline\n", "\u00a0\u3000\u2003", "<b>&amp;</b> {x} [y] \\n", "A" * 70,
]


def conversations():
    for text in TEXTS:
        yield [{"role": "user", "content": text}]
    for number in range(0, len(TEXTS) - 3, 3):
        first, answer, second = TEXTS[number:number + 3]
        talk = [{"role": "user", "content": first}, {"role": "assistant", "content": answer}, {"role": "user", "content": second}]
        yield talk
        yield [{"role": "system", "content": TEXTS[-1 - number]}, *talk]


def theirs(tokenizer, messages):
    try:
        return tokenizer.apply_chat_template(messages, tokenize=True, add_generation_prompt=True, return_dict=False)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def ours(program, model, messages, folder):
    prompts = os.path.join(folder, "prompts.jsonl")
    with open(prompts, "w", encoding="utf-8") as output:
        output.write(json.dumps({"messages": messages}) + "\n")
    run = subprocess.run(
        [program, "generate", "--user", model, "--template", "own", "--prompts", prompts, "--show-prompt", "--json", "-q"],
        capture_output=True, text=True)
    return json.loads(run.stdout)[0]["ids"] if run.returncode == 0 else run.stderr.strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="as without: nothing is written")
    parser.add_argument("--program", default=os.path.join(ROOT, ".build", "release", "cmc"))
    arguments = parser.parse_args()
    tokenizers, equal, refused, different = 0, 0, 0, 0
    with tempfile.TemporaryDirectory() as place:
        models = []
        for path in GGUF:
            file = os.path.join(REAL, path)
            if os.path.exists(file):
                models.append((path, file, transformers.AutoTokenizer.from_pretrained(os.path.dirname(file), gguf_file=os.path.basename(file))))
        for name, template, configuration in JSON:
            source = os.path.join(REAL, name)
            if not os.path.exists(os.path.join(source, "tokenizer.json")):
                continue
            folder = os.path.join(place, name)
            os.makedirs(folder)
            shutil.copy(os.path.join(source, "tokenizer.json"), folder)
            if configuration is None:
                with open(os.path.join(source, "tokenizer_config.json"), encoding="utf-8") as file:
                    configuration = json.load(file)
            with open(os.path.join(folder, "tokenizer_config.json"), "w", encoding="utf-8") as output:
                json.dump(configuration | {"chat_template": template}, output)
            models.append((name, folder, transformers.AutoTokenizer.from_pretrained(folder)))
        for name, model, tokenizer in models:
            tokenizers += 1
            for messages in conversations():
                if name in LEFT_OUT:
                    messages = [message | {"content": message["content"].replace(LEFT_OUT[name], "")} for message in messages]
                wanted, found = theirs(tokenizer, messages), ours(arguments.program, model, messages, place)
                if isinstance(wanted, str) or isinstance(found, str):
                    if isinstance(wanted, str) and isinstance(found, str):
                        refused += 1
                        continue
                elif wanted == found:
                    equal += 1
                    continue
                different += 1
                print(f"{name}: {json.dumps(messages)[:300]}\n  transformers: {str(wanted)[:600]}\n  cmc:          {str(found)[:600]}")
    print(f"{tokenizers} tokenizers: {equal} prompts equal, {refused} refused by both, {different} different")
    return 1 if different or tokenizers < 5 else 0


if __name__ == "__main__":
    sys.exit(main())
