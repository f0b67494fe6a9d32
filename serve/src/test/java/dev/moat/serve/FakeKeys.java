package dev.moat.serve;

import dev.moat.core.Digest;
import dev.moat.store.KeyService;
import java.util.Arrays;

/** A key service whose keys are digests of their purpose. */
final class FakeKeys implements KeyService {
  private final String installation;

  FakeKeys() {
    this("test");
  }

  FakeKeys(String installation) {
    this.installation = installation;
  }

  @Override
  public byte[] wrap(byte[] key, byte[] context) {
    throw new UnsupportedOperationException("the gateway wraps no keys");
  }

  @Override
  public byte[] unwrap(byte[] wrapped, byte[] context) {
    throw new UnsupportedOperationException("the gateway unwraps no keys");
  }

  @Override
  public byte[] derive(String purpose, int bytes) {
    return Arrays.copyOf(Digest.of(installation + " " + purpose).raw(), bytes);
  }
}
