package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.completions.CompletionChoice;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** OpenAI's own client for Java reads vectors and probabilities. */
class JavaClientVectorsTest {
  private TestGateway gateway;
  private OpenAIClient client;

  @BeforeEach
  void start() {
    gateway = TestGateway.start();
    client =
        OpenAIOkHttpClient.builder()
            .apiKey(TestGateway.KEY)
            .baseUrl(gateway.base())
            .maxRetries(0)
            .responseValidation(true)
            .timeout(Duration.ofSeconds(20))
            .build();
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
  }

  private CreateEmbeddingResponse embed(EmbeddingCreateParams.Builder params) {
    gateway.backend.script(
        run -> {
          for (int i = 0; i < run.call.answersWanted(); i++) {
            run.piece(new Piece.Vector(new float[] {i, -0.5f}));
          }
          run.finish();
        });
    CreateEmbeddingResponse answer =
        client.embeddings().create(params.model(TestGateway.MODEL).build());
    return answer.validate();
  }

  @Test
  void embeds() {
    CreateEmbeddingResponse answer =
        embed(EmbeddingCreateParams.builder().inputOfArrayOfStrings(List.of("a", "b")));
    assertEquals(List.of(1f, -0.5f), answer.data().get(1).embedding());
    assertEquals(1, answer.data().get(1).index());
    assertEquals(3, answer.usage().totalTokens());
  }

  @Test
  void embedsAsNumbers() {
    CreateEmbeddingResponse answer =
        embed(
            EmbeddingCreateParams.builder()
                .input("a")
                .encodingFormat(EmbeddingCreateParams.EncodingFormat.FLOAT));
    assertEquals(List.of(0f, -0.5f), answer.data().getFirst().embedding());
  }

  @Test
  void readsProbabilities() {
    Logprobs logprobs =
        new Logprobs(
            List.of(
                new Logprobs.Token("fi", 0, OptionalDouble.empty(), List.of()),
                new Logprobs.Token(
                    "ne",
                    2,
                    OptionalDouble.of(-0.5),
                    List.of(new Logprobs.Alternative("ne", -0.5)))));
    gateway.backend.script(
        run ->
            run.say("fine")
                .piece(new Piece.ChoiceEnd(FinishReason.STOP, Optional.of(logprobs)))
                .finish());
    CompletionChoice choice =
        client
            .completions()
            .create(
                CompletionCreateParams.builder()
                    .model(CompletionCreateParams.Model.of(TestGateway.MODEL))
                    .prompt("fi")
                    .echo(true)
                    .logprobs(1)
                    .build())
            .choices()
            .getFirst();
    assertEquals(List.of("fi", "ne"), choice.logprobs().orElseThrow().tokens().orElseThrow());
    assertEquals(List.of(0L, 2L), choice.logprobs().orElseThrow().textOffset().orElseThrow());
  }
}
