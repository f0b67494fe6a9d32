import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How a gateway process is started: {@code --name value} pairs.
 *
 * @param home the folder for its keys and its ledger
 * @param target the backend's chat endpoint
 * @param authenticating whether callers need a live key
 * @param guarding whether texts are judged by the default guards
 * @param limiting whether requests, tokens and money are limited, each far above what is used
 * @param recording whether exchanges go to the ledger on disk
 */
record GatewayOptions(
    int port,
    Path home,
    URI target,
    boolean authenticating,
    boolean guarding,
    boolean limiting,
    boolean recording) {
  private static final Set<String> NAMES =
      Set.of("--port", "--home", "--mock", "--keys", "--guards", "--limits", "--ledger");

  static GatewayOptions parse(String[] arguments) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < arguments.length; i += 2) {
      if (!NAMES.contains(arguments[i]) || i + 1 == arguments.length) {
        throw new IllegalArgumentException(arguments[i] + ": not an option; give one of " + NAMES);
      }
      given.put(arguments[i], arguments[i + 1]);
    }
    String mock = "http://127.0.0.1:" + given.get("--mock") + "/v1";
    return new GatewayOptions(
        Integer.parseInt(given.getOrDefault("--port", "0")),
        Path.of(given.get("--home")),
        URI.create(mock + "/chat/completions"),
        on(given, "--keys"),
        on(given, "--guards"),
        on(given, "--limits"),
        on(given, "--ledger"));
  }

  /** The backend's address as settings have it. */
  String base() {
    String all = target.toString();
    return all.substring(0, all.length() - "/chat/completions".length());
  }

  private static boolean on(Map<String, String> given, String name) {
    String value = given.getOrDefault(name, "on");
    return switch (value) {
      case "on" -> true;
      case "off" -> false;
      default -> throw new IllegalArgumentException(name + " " + value + ": say on or off");
    };
  }
}
