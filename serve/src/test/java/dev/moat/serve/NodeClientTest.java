package dev.moat.serve;

import java.util.List;

/** OpenAI's own client for Node.js talks to the gateway. */
class NodeClientTest extends ClientScenarios {
  @Override
  String talk(List<String> arguments) throws Exception {
    return NodeScripts.print("client.mjs", arguments);
  }

  @Override
  String filteredHelper() {
    return "none";
  }
}
