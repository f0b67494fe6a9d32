package dev.moat.trust;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.util.Locale;
import java.util.Set;

/** The one table of who may do what; what it does not list is denied. */
public final class Permissions {
  private static final Set<Permission> ENGINEER =
      Set.of(
          Permission.INFER,
          Permission.READ_STATUS,
          Permission.RUN_PIPELINE,
          Permission.PROMOTE,
          Permission.READ_LEDGER);
  private static final Set<Permission> CLIENT = Set.of(Permission.INFER);

  private Permissions() {}

  /** Whether the role has the permission. */
  public static boolean permits(Role role, Permission permission) {
    return switch (role) {
      case ADMIN -> true;
      case ENGINEER -> ENGINEER.contains(permission);
      case CLIENT -> CLIENT.contains(permission);
    };
  }

  /** Fails with Denied unless the principal's role has the permission. */
  public static void require(Principal principal, Permission permission) {
    if (!permits(principal.role(), permission)) {
      String rule = permission.name().toLowerCase(Locale.ROOT).replace('_', '-');
      throw new Failure(
          new Problem.Denied(
              "principal "
                  + principal.name()
                  + ": role "
                  + principal.role().name().toLowerCase(Locale.ROOT)
                  + " does not permit "
                  + rule
                  + "; ask an administrator",
              rule));
    }
  }
}
