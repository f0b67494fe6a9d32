/** What the subjects are called in the tables. */
final class Names {
  static final String NGINX = "nginx proxy_pass";
  static final String NETTY = "bare relay: Netty";
  static final String VERTX = "bare relay: Vert.x";
  static final String WIRE = "bare relay: wire room";
  static final String WIRE_KEYS = "wire room + key check";
  static final String PARSED = "gateway, guards pass, no limits, no ledger";
  static final String RESERVED = "gateway, guards pass, limits, no ledger";
  static final String UNRECORDED = "gateway, guards, limits, no ledger";
  static final String UNGUARDED = "gateway, guards pass, limits, ledger";
  static final String ALL = "gateway, guards, limits, ledger";
  static final String SHIPPED = "moat up";

  private Names() {}
}
