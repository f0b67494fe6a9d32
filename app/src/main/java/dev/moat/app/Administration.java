package dev.moat.app;

import tools.jackson.databind.JsonNode;

/** What an administrator can do with a home: directly, or through the server that holds it. */
interface Administration {
  /** Releases, the last run, sizes. */
  JsonNode status();

  /** {@code {"keys":[...]}}. */
  JsonNode keys();

  /** The new key with its {@code secret}, which nobody can see again. */
  JsonNode createKey(KeyOrder order);

  /** The revoked key. */
  JsonNode revokeKey(String id);

  /** {@code {"users":[...]}}. */
  JsonNode users();

  /** The new user with its {@code password}, which nobody can see again. */
  JsonNode createUser(String name, String role);
}
