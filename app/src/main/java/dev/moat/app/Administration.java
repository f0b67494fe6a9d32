package dev.moat.app;

import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** What an administrator can do with a home: directly, or through the server that holds it. */
interface Administration {
  /** Releases, the last run, sizes. */
  JsonNode status();

  /** {@code {"keys":[...]}}. */
  JsonNode keys();

  /** The new key with its {@code secret}, which nobody can see again. */
  JsonNode createKey(KeyOrder order);

  /**
   * The key that replaces that one, with its {@code secret}; that one ends after {@code overlap}.
   */
  JsonNode rotateKey(String id, Duration overlap);

  /** The revoked key. */
  JsonNode revokeKey(String id);

  /** Of how many {@code conversations} the values that names stand for are gone for good. */
  JsonNode erasePseudonyms(Erasure erasure);

  /** What is used of each limit: {@code {"limits":[...]}}. */
  JsonNode limits();

  /** {@code {"users":[...]}}. */
  JsonNode users();

  /** The new user with its {@code password}, which nobody can see again. */
  JsonNode createUser(String name, String role);
}
