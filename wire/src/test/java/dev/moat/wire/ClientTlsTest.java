package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.moat.core.Failure;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that nobody vouches for gets nothing of us over an encrypted connection. */
class ClientTlsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir Path folder;
  private HttpsServer server;
  private Wire wire;
  private Client client;
  private int asked;

  @BeforeEach
  void start() throws Exception {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.setHttpsConfigurator(new HttpsConfigurator(context()));
    server.createContext(
        "/",
        exchange -> {
          asked++;
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    wire = TestServer.wire();
    client = wire.client(new ClientSettings(2, 2, PATIENCE, PATIENCE, PATIENCE));
  }

  @AfterEach
  void stop() {
    client.close();
    wire.close();
    server.stop(0);
  }

  /** A key pair that only vouches for itself, made by the tool that comes with Java. */
  private SSLContext context() throws Exception {
    Path file = folder.resolve("keys.p12");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-keystore",
                file.toString(),
                "-storepass",
                "changeit",
                "-storetype",
                "PKCS12")
            .redirectErrorStream(true)
            .start();
    String said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), said);
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, "changeit".toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, "changeit".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private Failure refused(String host) {
    URI address = URI.create("https://" + host + ":" + server.getAddress().getPort() + "/");
    ClientRequest request =
        ClientRequest.of("POST", address).with("authorization", "Bearer secret").with(new byte[9]);
    CompletionException error =
        assertThrows(
            CompletionException.class,
            () -> client.fetch(request, 100).toCompletableFuture().join());
    if (error.getCause() instanceof Failure failure) {
      return failure;
    }
    throw error;
  }

  @Test
  void refusesACertificateThatNobodyVouchesFor() {
    for (String host : new String[] {"localhost", "127.0.0.1"}) {
      Failure failure = refused(host);
      assertTrue(failure.getMessage().startsWith("call to " + host), failure.getMessage());
    }
    assertEquals(0, asked, "the request must not have been sent");
  }
}
