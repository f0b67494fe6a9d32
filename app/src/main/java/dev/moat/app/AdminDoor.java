package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Secret;
import dev.moat.trust.Permission;
import dev.moat.trust.Permissions;
import dev.moat.trust.Principal;
import dev.moat.trust.Role;
import dev.moat.trust.Users;
import dev.moat.wire.Request;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;

/**
 * Lets people into the admin API: by HTTP Basic (RFC 7617) with the login of a user, or, for the
 * command line of the same home, by the owner's token.
 */
final class AdminDoor {
  /** The rule that a request without a valid login breaks. */
  static final String LOGIN = "login";

  private static final Principal OWNER = new Principal("owner", "owner", Role.ADMIN);

  private static final String NO_LOGIN =
      "admin API: no valid login; send the name and password of a user by HTTP Basic";

  private final Users users;
  private final Secret ownerToken;

  AdminDoor(Users users, Secret ownerToken) {
    this.users = users;
    this.ownerToken = ownerToken;
  }

  /** Who asks, if that principal has the permission. */
  Principal admit(Request request, Permission permission) {
    Principal principal =
        request
            .headers()
            .first("authorization")
            .flatMap(this::principal)
            .orElseThrow(() -> new Failure(new Problem.Denied(NO_LOGIN, LOGIN)));
    if (!Permissions.permits(principal.role(), permission)) {
      throw new Failure(
          new Problem.Denied(
              "admin API: role "
                  + principal.role()
                  + " lacks the permission "
                  + permission
                  + "; ask an administrator",
              permission.name()));
    }
    return principal;
  }

  private Optional<Principal> principal(String authorization) {
    if (authorization.startsWith("Bearer ")) {
      byte[] given = authorization.substring(7).getBytes(StandardCharsets.UTF_8);
      byte[] right = ownerToken.reveal().getBytes(StandardCharsets.UTF_8);
      return MessageDigest.isEqual(given, right) ? Optional.of(OWNER) : Optional.empty();
    }
    if (!authorization.startsWith("Basic ")) {
      return Optional.empty();
    }
    String login;
    try {
      byte[] decoded = Base64.getDecoder().decode(authorization.substring(6).strip());
      login = new String(decoded, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
    int colon = login.indexOf(':');
    return colon < 1
        ? Optional.empty()
        : users.authenticate(login.substring(0, colon), Secret.of(login.substring(colon + 1)));
  }
}
