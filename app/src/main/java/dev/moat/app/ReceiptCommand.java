package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.registry.Link;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.node.ObjectNode;

/** {@code moat receipt verify}: proves what stands behind one answer. */
final class ReceiptCommand implements Command {
  @Override
  public CommandSpec spec() {
    CommandSpec verify =
        Options.homeCommand(
                "verify", "Proves the chain behind an answer: exit 1 if a link is broken.")
            .addPositional(Options.argument(0, "ID", "The value of the answer's x-moat-receipt."));
    return Options.command("receipt", "Proves answers.").addSubcommand("verify", verify);
  }

  @Override
  public int run(ParseResult parsed, Terminal terminal) {
    ParseResult verify = parsed.subcommand();
    if (verify == null) {
      throw Failure.invalid("receipt: says not what to do; use moat receipt verify ID");
    }
    Path home = Options.home(verify, terminal);
    long index = index(Options.argument(verify, 0));
    try (ReadingRoom room = new ReadingRoom(home)) {
      List<Link> chain = room.receipts.verify(index);
      if (Options.isJson(verify)) {
        ObjectNode out = json(chain);
        if (chain.getFirst().holds()) {
          out.set("guards", room.receipts.guards(index));
        }
        terminal.print(out);
      } else {
        chain.forEach(link -> terminal.print(link.toString()));
      }
      return chain.stream().allMatch(Link::holds) ? FINE : FOUND;
    }
  }

  private static long index(String id) {
    try {
      return Long.parseLong(id);
    } catch (NumberFormatException _) {
      throw new Failure(
          new Problem.Invalid(
              "receipt \"" + id + "\": not a number; give the value of x-moat-receipt", "ID"));
    }
  }

  private static ObjectNode json(List<Link> chain) {
    ObjectNode out = Json.object();
    for (Link link : chain) {
      out.withArray("links")
          .addObject()
          .put("what", link.what())
          .put("subject", link.subject())
          .put("holds", link.holds())
          .put("detail", link.detail());
    }
    return out.put("holds", chain.stream().allMatch(Link::holds));
  }
}
