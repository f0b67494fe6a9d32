"""Makes ../resources/dev/moat/engine/tokenizers.json with Hugging Face's library.

    python3 -m venv v && v/bin/pip install tokenizers==0.23.3 && v/bin/python make_tokenizers.py

For each pre-tokenizer that the engine accepts it trains a small vocabulary and writes down the ids
of some hard texts, so that the engine's own encoder can be held to them.
"""

import json
import pathlib

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from tokenizers.decoders import ByteLevel as ByteLevelDecoder

LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
    r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
CODE = (
    r"[^\r\n\p{L}\p{N}]?(?:\p{Lu}?\p{Ll}+|\p{Lu}+(?!\p{Ll})|[\p{Lt}\p{Lm}\p{Lo}]+)|"
    r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+(?:[\r\n]\s*\*?)?|\s*[\r\n]\s*\*?|"
    r"\s+(?!\S)|\s+"
)

LEARN = [
    "public final class Counter {\n  private int count;\n\n  /** Adds one. */\n  int next() {\n"
    "    return ++count;\n  }\n}\n",
    "It's what we'll see: they've 12345 apples, don't they? I'm sure he'd say 3.14159.",
    "    if (left == right) {\n        throw new IllegalStateException(\"left == right\");\n    }\n",
    "Übergrößen und Straßen; naïve café; Привет, мир; 你好，世界; שלום",
    "# Heading\n\n* one\n* two\n\n```java\nint x = 42;\n```\n",
]

TEXTS = LEARN + [
    "",
    " ",
    "\n",
    "a",
    "  leading and trailing  ",
    "tabs\tand\t\tmore\r\nlines\r\n\r\n\r\nend",
    "XMLParser getHTTPResponseCode snake_case_name CONSTANT_NAME x1y22z333 4444 55555",
    "IT'S I'LL WE'VE he's'll ''s 's",
    "\n\n\n      * star\n     */\n    }\n\n\n",
    "!!! ??? ...   ---\n\n=== <|endoftext|> <|end|>",
    "\u00a0no-break\u2003em\u2028line\u0085next\ufeffmark",
    "\U0001f600\U0001f468\u200d\U0001f469 e\u0301 \u00e9 \u01c5ab \u02b0c \u0660\u0661\u0662\u0663",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "=" * 200 + " " * 150 + "x" + "\n" * 70 + "é" * 90,
    "\x00\x01\x02\x7f\x1b[0m",
]


def byte_level(**options):
    return pre_tokenizers.ByteLevel(add_prefix_space=False, **options)


def split(expression):
    return pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(expression), "isolated"), byte_level(use_regex=False)]
    )


def trained(pre_tokenizer, normalizer=None, ignore_merges=False):
    tokenizer = Tokenizer(models.BPE(ignore_merges=ignore_merges))
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = ByteLevelDecoder()
    if normalizer:
        tokenizer.normalizer = normalizer
    trainer = trainers.BpeTrainer(
        vocab_size=360,
        min_frequency=1,
        show_progress=False,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(LEARN, trainer)
    return tokenizer


def main():
    made = {
        "gpt2": trained(byte_level(use_regex=True)),
        "digits": trained(
            pre_tokenizers.Sequence([pre_tokenizers.Digits(True), byte_level(use_regex=True)])
        ),
        "llama3": trained(split(LLAMA3), ignore_merges=True),
        "qwen2": trained(split(QWEN2), normalizers.NFC()),
        "code": trained(split(CODE)),
    }
    out = {"texts": TEXTS, "tokenizers": {}}
    for name, tokenizer in made.items():
        # Without the special tokens the library does not look for them in the texts.
        plain = json.loads(tokenizer.to_str())
        plain["added_tokens"] = []
        encoder = Tokenizer.from_str(json.dumps(plain))
        ids = [encoder.encode(text, add_special_tokens=False).ids for text in TEXTS]
        out["tokenizers"][name] = {"file": json.loads(tokenizer.to_str()), "ids": ids}
    target = pathlib.Path(__file__).parent.parent / "resources/dev/moat/engine/tokenizers.json"
    target.write_text(json.dumps(out, ensure_ascii=True, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
