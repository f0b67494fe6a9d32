package dev.moat.trust;

import dev.moat.core.Secret;

/** A new API key with its secret, which is shown this once and kept nowhere. */
public record IssuedKey(ApiKey key, Secret secret) {}
