import dev.moat.core.Failure;
import dev.moat.core.Ids;
import dev.moat.serve.KeyCheck;
import dev.moat.serve.OpenAiErrors;
import dev.moat.wire.Client;
import dev.moat.wire.ClientRequest;
import dev.moat.wire.ClientSettings;
import dev.moat.wire.Headers;
import dev.moat.wire.Response;
import dev.moat.wire.ResponseSink;
import dev.moat.wire.ResponseStream;
import dev.moat.wire.Routes;
import dev.moat.wire.Server;
import dev.moat.wire.ServerExchange;
import dev.moat.wire.ServerSettings;
import dev.moat.wire.Wire;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;

/**
 * A relay on Moat's own wire room that governs nothing, or asks for the key alone: what the room
 * costs above Vert.x, and what authentication costs.
 */
final class WireRelay {
  private final Client client;
  private final URI target;
  private final KeyCheck keys;
  private final boolean authenticating;

  private WireRelay(Client client, URI target, KeyCheck keys, boolean authenticating) {
    this.client = client;
    this.target = target;
    this.keys = keys;
    this.authenticating = authenticating;
  }

  /** Takes the options of {@link GatewayOptions}. */
  public static void main(String[] arguments) throws Exception {
    GatewayOptions options = GatewayOptions.parse(arguments);
    Ids ids = new Ids(InstantSource.system(), new SecureRandom());
    try (Keyring keyring = Keyring.open(options.home());
        Wire wire = Wire.start(Runtime.getRuntime().availableProcessors(), ids);
        Client client = wire.client(ClientSettings.defaults())) {
      WireRelay relay =
          new WireRelay(
              client, options.target(), keyring.keys()::authenticate, options.authenticating());
      Routes routes = new Routes(new OpenAiErrors());
      routes.add("POST", Load.Order.PATH, relay::relay);
      try (Server server = wire.serve(ServerSettings.loopback(options.port()), routes)) {
        System.out.println(keyring.announcement(server.port()));
        new CountDownLatch(1).await();
      }
    }
  }

  private void relay(ServerExchange http) {
    if (authenticating) {
      String bearer = http.request().headers().first("authorization").orElse("Bearer ");
      if (keys.authenticate(bearer.substring("Bearer ".length())).isEmpty()) {
        http.send(Response.text(401, "no"));
        return;
      }
    }
    ClientRequest empty = ClientRequest.of("POST", target).with("content-type", "application/json");
    http.body(body -> client.send(empty.with(body), new Back(http)));
  }

  /** What the backend says goes to the caller as it comes. */
  private static final class Back implements ResponseSink {
    private final ServerExchange http;
    private final ByteArrayOutputStream whole = new ByteArrayOutputStream(1024);
    private String type = "";
    private int status;
    private ResponseStream stream;

    Back(ServerExchange http) {
      this.http = http;
    }

    @Override
    public void head(int newStatus, Headers headers) {
      status = newStatus;
      type = headers.first("content-type").orElse("application/json");
      if (type.startsWith("text/event-stream")) {
        stream = http.stream(status, Headers.of("content-type", type));
      }
    }

    @Override
    public void piece(byte[] piece) {
      if (stream == null) {
        whole.writeBytes(piece);
      } else {
        stream.write(piece);
      }
    }

    @Override
    public void end() {
      if (stream == null) {
        http.send(Response.of(status, type, whole.toByteArray()));
      } else {
        stream.end();
      }
    }

    @Override
    public void failed(Failure failure) {
      http.fail(failure);
    }
  }
}
