package dev.moat.data;

import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/**
 * Writes the datasheet of a dataset from its manifest, in the sections of Gebru et al. 2021,
 * "Datasheets for Datasets". It says only what the manifest proves.
 */
final class Datasheet {
  private final JsonNode facts;
  private final StringBuilder out = new StringBuilder();

  private Datasheet(JsonNode facts) {
    this.facts = facts;
  }

  /** The datasheet in Markdown. */
  static String of(JsonNode manifest) {
    Datasheet sheet = new Datasheet(manifest);
    sheet.motivation();
    sheet.composition();
    sheet.collection();
    sheet.preprocessing();
    sheet.uses();
    sheet.distribution();
    sheet.maintenance();
    return sheet.out.toString();
  }

  private void motivation() {
    line("# Datasheet");
    section("Motivation");
    line("Made to tune a language model and to measure the result on documents it has not seen.");
    line("Made by `", text("code"), "` from the documents artifact `", text("input"), "`.");
  }

  private void composition() {
    section("Composition");
    line("Each instance is one text: a file, or some dozens of commits of a version history.");
    line("With it go its path, commit, authors, time and licence where known.");
    line("");
    line("| split | documents | bytes of text |");
    line("| --- | ---: | ---: |");
    facts
        .path("splits")
        .properties()
        .forEach(
            split ->
                line(
                    "| ",
                    split.getKey(),
                    " | ",
                    number(split.getValue().path("documents")),
                    " | ",
                    number(split.getValue().path("bytes")),
                    " |"));
    line("");
    line("Licences: ", counts(facts.path("licences")), ".");
    line("Documents belong to one split each, by a fixed hash of their id.");
    if (facts.path("canary").isObject()) {
      line(
          "The training split holds a planted sentence with random digits, by which memorisation",
          " is measured; copies: ",
          number(facts.at("/canary/copies")),
          ".");
    }
  }

  private void collection() {
    section("Collection process");
    for (JsonNode source : facts.path("sources")) {
      line(
          "* `",
          source.path("name").asString(""),
          "`, ",
          source.path("kind").asString(""),
          source.has("commit") ? " at commit `" + source.path("commit").asString("") + "`" : "",
          ": ",
          number(source.path("documents")),
          " documents");
    }
    line("");
    line("Collected by `", facts.at("/collected/code").asString(""), "`.");
    line("Left out there: ", drops(facts.at("/collected/dropped")), ".");
  }

  private void preprocessing() {
    section("Preprocessing, cleaning and labelling");
    line("Texts are Unicode NFC with LF line ends and without control characters.");
    line("Secrets, personal data and the names of authors are replaced by keyed pseudonyms;");
    line("a document in which any was still found afterwards is left out.");
    line("Replaced in this dataset: ", counts(facts.path("redactions")), ".");
    line("Replaced in all that was collected: ", counts(facts.at("/collected/redactions")), ".");
    line("Left out while deduplicating: ", drops(facts.path("dropped")), ".");
    line(
        "Documents count as near duplicates from a Jaccard similarity of ",
        facts.at("/parameters/near-duplicate-similarity").asString(""),
        " of their runs of five tokens; clusters of them: ",
        number(facts.path("near-duplicate-clusters")),
        ".");
  }

  private void uses() {
    section("Uses");
    line("For tuning on the train split, early stopping on validation, measuring on test.");
    line("A model that has seen the test split must not be measured on it.");
    line("Pseudonyms tell that two people differ, not who they are: do not try to resolve them.");
  }

  private void distribution() {
    section("Distribution");
    line(
        "Documents whose licence was not recognised: ",
        number(facts.at("/licences/none")),
        ". Clear the rights in them before passing the dataset on.");
  }

  private void maintenance() {
    section("Maintenance");
    line("A version never changes: its digest is its name. When a source changes, the steps make");
    line("a new version; documents that stay keep their split.");
  }

  private void section(String title) {
    line("");
    line("## " + title);
  }

  private void line(String... pieces) {
    out.append(String.join("", pieces)).append('\n');
  }

  private static String number(JsonNode node) {
    return Long.toString(node.asLong(0));
  }

  private String text(String name) {
    return facts.path(name).asString("");
  }

  private static String counts(JsonNode counts) {
    StringJoiner all = new StringJoiner(", ").setEmptyValue("none");
    counts
        .properties()
        .forEach(entry -> all.add(entry.getKey() + " " + entry.getValue().asLong(0)));
    return all.toString();
  }

  private static String drops(JsonNode drops) {
    StringJoiner all = new StringJoiner(", ").setEmptyValue("nothing");
    drops
        .properties()
        .forEach(entry -> all.add(entry.getKey() + " " + entry.getValue().path("count").asLong(0)));
    return all.toString();
  }
}
