import dev.moat.core.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The load generator's process, as the bench sees it. */
final class Loader implements AutoCloseable {
  private final Child child;

  private Loader(Child child) {
    this.child = child;
  }

  static Loader start(BenchOptions options, List<String> command, String name) throws IOException {
    return new Loader(
        Child.start(
            name, command, Map.of(), options.loadCpus(), options.work().resolve(name + ".log")));
  }

  /** Begins to carry out an order. */
  void begin(Load.Order order) throws IOException {
    child.tell(Json.text(order.json()));
  }

  /** What the order that was begun came to. */
  JsonNode end() throws IOException {
    return Json.parse(child.line(), "result");
  }

  long cpuMicros() {
    return child.cpuMicros();
  }

  @Override
  public void close() {
    child.close();
  }
}
