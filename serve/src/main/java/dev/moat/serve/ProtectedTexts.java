package dev.moat.serve;

import dev.moat.guard.Overlap;
import java.util.List;
import java.util.Set;

/** The texts of a question that its answer must not repeat: what the model was told beforehand. */
final class ProtectedTexts {
  private static final Set<String> ROLES = Set.of("system", "developer");

  private ProtectedTexts() {}

  /** What measures how much of them an answer repeats that the user did not write himself. */
  static Overlap of(ModelCall call) {
    List<ChatMessage> messages = call.messages();
    return Overlap.with(
        messages.stream().filter(m -> ROLES.contains(m.role())).map(ChatMessage::content).toList(),
        messages.stream().filter(m -> m.role().equals("user")).map(ChatMessage::content).toList());
  }
}
