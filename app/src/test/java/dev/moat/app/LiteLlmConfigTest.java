package dev.moat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class LiteLlmConfigTest {
  private static final String TWO_SERVERS =
      """
      model_list:
        - model_name: chat
          litellm_params:
            model: hosted_vllm/meta-llama/Llama-3.1-8B
            api_base: http://10.0.0.1:8000/v1/
            api_key: os.environ/VLLM_KEY
            rpm: 100
            tpm: 50000
            weight: 3
            timeout: 12.5
        - model_name: chat
          litellm_params:
            model: openai/gpt-4o-mini
            api_key: sk-literal-key-of-somebody
            rpm: 20
      """;

  private static LiteLlmConfig.Imported imported(String yaml) {
    JsonNode config = Json.parseYaml(yaml.getBytes(StandardCharsets.UTF_8), "config.yaml");
    return LiteLlmConfig.translate(config, "config.yaml");
  }

  private static JsonNode settings(String yaml) {
    return imported(yaml).settings();
  }

  /** One model of one deployment with these parameters, indented as they must be. */
  private static String one(String parameters, String rest) {
    return "model_list:\n  - model_name: m\n    litellm_params:\n      "
        + parameters.replace("\n", "\n      ")
        + "\n"
        + rest;
  }

  private static final String OPENAI = "model: openai/gpt-4o";

  @Test
  void everyDeploymentIsABackend() {
    JsonNode backends = settings(TWO_SERVERS).path("backend");
    assertEquals(
        """
        {"url":"http://10.0.0.1:8000/v1","token":"env:VLLM_KEY","model":"meta-llama/Llama-3.1-8B",\
        "weight":3,"first-token-timeout-ms":12500}""",
        Json.text(backends.path("chat")));
    assertEquals(
        """
        {"url":"https://api.openai.com/v1","token":"env:CHAT_2_API_KEY","model":"gpt-4o-mini"}""",
        Json.text(backends.path("chat-2")));
  }

  @Test
  void theDeploymentsOfAModelAreOneRoute() {
    assertEquals(
        "{\"chat\":{\"backends\":[\"chat\",\"chat-2\"],\"balance\":\"weighted\"}}",
        Json.text(settings(TWO_SERVERS).path("route")));
  }

  @Test
  void aKeyInTheFileIsNeitherCopiedNorShown() {
    LiteLlmConfig.Imported imported = imported(TWO_SERVERS);
    String all = imported.settings() + " " + imported.notes();
    assertFalse(all.contains("sk-literal"), all);
    assertTrue(all.contains("variable CHAT_2_API_KEY"), all);
  }

  @Test
  void ratesOfAModelAddUpWhereEachDeploymentSaysOne() {
    assertEquals(
        "{\"model-chat\":{\"for\":\"model:chat\",\"requests-per-minute\":120}}",
        Json.text(settings(TWO_SERVERS).path("limit")));
  }

  @Test
  void aModelWithoutAProviderIsOpenAis() {
    JsonNode backend = settings(one("model: gpt-4o", "")).path("backend").path("m");
    assertEquals("https://api.openai.com/v1", backend.path("url").asString());
    assertEquals("gpt-4o", backend.path("model").asString());
    assertFalse(backend.has("token"));
  }

  @Test
  void aNameWithSlashesAtAnAddressOfOnesOwnStaysWhole() {
    JsonNode backend =
        settings(one("model: facebook/opt-125m\napi_base: http://h:1/v1", ""))
            .path("backend")
            .path("m");
    assertEquals("facebook/opt-125m", backend.path("model").asString());
  }

  @Test
  void anthropicIsSpokenToInItsOwnProtocol() {
    JsonNode backend =
        settings(one("model: anthropic/claude-sonnet-4-5", "")).path("backend").path("m");
    assertEquals("anthropic", backend.path("kind").asString());
    assertEquals("claude-sonnet-4-5", backend.path("model").asString());
  }

  @Test
  void ollamaIsAskedWhereItSpeaksOpenAisForm() {
    String parameters = "model: ollama/llama3\napi_base: http://h:11434";
    JsonNode backend = settings(one(parameters, "")).path("backend").path("m");
    assertEquals("http://h:11434/v1", backend.path("url").asString());
  }

  @Test
  void whatMoatDoesNotSpeakIsNamedAndLeftOut() {
    LiteLlmConfig.Imported imported =
        imported(
            """
            model_list:
              - {model_name: a, litellm_params: {model: azure/gpt-4o, api_base: "https://x"}}
              - {model_name: b, litellm_params: {model: bedrock/anthropic.claude-v2}}
              - {model_name: "openai/*", litellm_params: {model: "openai/*"}}
              - {model_name: d, litellm_params: {model: hosted_vllm/m}}
              - {model_name: "", litellm_params: {model: openai/m}}
              - {model_name: f, litellm_params: {model: m, custom_llm_provider: sagemaker}}
            """);
    List<String> notes = imported.notes();
    assertTrue(notes.stream().anyMatch(n -> n.startsWith("model_list[1] \"b\": provider bedrock")));
    assertTrue(notes.stream().anyMatch(n -> n.startsWith("model_list[2]") && n.contains("wild")));
    assertTrue(notes.stream().anyMatch(n -> n.startsWith("model_list[3]") && n.contains("base")));
    assertTrue(notes.stream().anyMatch(n -> n.startsWith("model_list[4]")));
    assertTrue(notes.stream().anyMatch(n -> n.startsWith("model_list[5]") && n.contains("sage")));
  }

  @Test
  void pricesOfATokenBecomePricesOfAMillionExactly() {
    JsonNode price =
        settings(
                one(
                    OPENAI + "\ninput_cost_per_token: 0.00000015",
                    "    model_info: {output_cost_per_token: 6e-07}\n"))
            .path("price")
            .path("m");
    assertEquals("0.15", price.path("usd-per-million-input").asString());
    assertEquals("0.6", price.path("usd-per-million-output").asString());
  }

  @Test
  void ofTwoPricesTheDearestIsTakenAndTold() {
    LiteLlmConfig.Imported imported =
        imported(
            """
            model_list:
              - model_name: m
                litellm_params: {model: a, input_cost_per_token: 1e-06, output_cost_per_token: 0.1}
              - model_name: m
                litellm_params: {model: b, input_cost_per_token: 0.000003}
            """);
    assertEquals("3", imported.settings().at("/price/m/usd-per-million-input").asString());
    assertTrue(imported.notes().getFirst().contains("the dearest is taken"));
  }

  @Test
  void onePriceAloneIsNoted() {
    LiteLlmConfig.Imported imported = imported(one(OPENAI + "\ninput_cost_per_token: 1e-06", ""));
    assertFalse(imported.settings().has("price"));
    assertEquals(List.of("m: only one of its two prices stands there; left out"), imported.notes());
  }

  @Test
  void fallbacksBecomeTheBackendsOfTheOtherModel() {
    JsonNode route =
        settings(
                """
                model_list:
                  - {model_name: a, litellm_params: {model: x}}
                  - {model_name: b, litellm_params: {model: y}}
                litellm_settings: {num_retries: 2, fallbacks: [{a: [b, gone]}]}
                """)
            .path("route")
            .path("a");
    assertEquals("{\"backends\":[\"a\"],\"retries\":2,\"fallback\":[\"b\"]}", Json.text(route));
  }

  @Test
  void anAliasIsARouteToTheSameBackends() {
    JsonNode routes =
        settings(one(OPENAI, "router_settings: {model_group_alias: {n: m, o: gone}}\n"))
            .path("route");
    assertEquals("[\"m\"]", Json.text(routes.path("n").path("backends")));
    assertFalse(routes.has("o"));
  }

  @Test
  void whatANewKeyGetsIsTheLimitOfEachKey() {
    String rest =
        """
        litellm_settings:
          default_key_generate_params:
            {rpm_limit: 60, tpm_limit: 9000, max_parallel_requests: 4, max_budget: 1.5,
             budget_duration: 30d}
          max_budget: 100
          budget_duration: 1d
        general_settings: {global_max_parallel_requests: 50}
        """;
    JsonNode limits = settings(one(OPENAI, rest)).path("limit");
    assertEquals(
        """
        {"for":"each-key","requests-per-minute":60,"tokens-per-minute":9000,"concurrent":4,\
        "usd-per-month":"1.5"}""",
        Json.text(limits.path("each-key")));
    assertEquals(
        "{\"for\":\"everyone\",\"concurrent\":50,\"usd-per-day\":\"100\"}",
        Json.text(limits.path("everyone")));
  }

  @Test
  void aBudgetOfAnotherTimeIsNotGuessedAt() {
    for (String duration : List.of("7d", "2h", "2mo", "60s", "x")) {
      LiteLlmConfig.Imported imported =
          imported(
              one(
                  OPENAI,
                  "litellm_settings: {max_budget: 5, budget_duration: " + duration + "}\n"));
      assertFalse(imported.settings().has("limit"), duration);
      assertTrue(imported.notes().getFirst().contains("usd-per-day"), duration);
    }
  }

  @Test
  void everythingElseIsNoted() {
    String rest =
        """
        general_settings: {master_key: sk-1234}
        litellm_settings: {drop_params: true}
        environment_variables: {A: b}
        """;
    List<String> notes = imported(one(OPENAI, rest)).notes();
    assertEquals(
        List.of(
            "general_settings.master_key: has no counterpart; left out",
            "litellm_settings.drop_params: has no counterpart; left out",
            "environment_variables: has no counterpart; left out"),
        notes);
  }

  @Test
  void aFileWithoutModelsIsRefused() {
    for (String yaml : List.of("a: 1", "model_list: []", "model_list: x")) {
      String message = assertThrows(Failure.class, () -> imported(yaml)).getMessage();
      assertTrue(message.startsWith("config.yaml: has no model_list"), message);
    }
  }

  @Test
  void oddShapesAreNotedOrIgnoredAndNeverAnError() {
    for (String yaml :
        List.of(
            "model_list: [1, null, [], {litellm_params: 3}]",
            one("model: 3", ""),
            one(OPENAI + "\nweight: -5\nrpm: x\ntimeout: [1]", ""),
            one(OPENAI, "router_settings: [1]\nlitellm_settings: 7\n"),
            one(OPENAI, "litellm_settings: {fallbacks: {m: [1]}}\n"))) {
      assertFalse(imported(yaml).settings().has("limit"), yaml);
    }
  }

  @Test
  void whatComesOutIsReadAsSettings() {
    String yaml =
        TWO_SERVERS
            + "  - model_name: claude\n"
            + "    litellm_params: {model: anthropic/claude-x, rpm: 5,\n"
            + "      input_cost_per_token: 0.00001, output_cost_per_token: 0.00005}\n"
            + "litellm_settings:\n"
            + "  default_key_generate_params: {rpm_limit: 60, tpm_limit: 90000}\n";
    byte[] out = Json.yaml(settings(yaml)).getBytes(StandardCharsets.UTF_8);
    AppSettings read =
        AppSettings.read(
            Settings.parse(out, "moat.yaml", Map.of("VLLM_KEY", "k", "CHAT_2_API_KEY", "l")));
    assertEquals(List.of("chat", "claude"), read.routing().models());
  }
}
